import sql, { join, raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import { Directive, Field, Float, ID, InputType, Int } from "type-graphql";
import type { ClassType } from "type-graphql";
import type { Viewer } from "../auth/viewer.ts";
import { DomainError } from "../errors.ts";
import { fold, isAscii } from "../data/text.ts";
import { storedInstant } from "../clock.ts";
import { DateScalar, DateTimeScalar } from "./scalars.ts";

/** The comparisons one field may be put to; which of them a filter offers depends on the field's type. */
interface Comparison {
  eq?: unknown;
  in?: unknown[] | null;
  lt?: unknown;
  lte?: unknown;
  gt?: unknown;
  gte?: unknown;
  contains?: string | null;
  startsWith?: string | null;
  isNull?: boolean | null;
}

type Operator = keyof Comparison;

const DESCRIPTIONS: Record<Operator, string> = {
  eq: "Equal to this.",
  in: "Equal to one of these; at most 200.",
  lt: "Less than this.",
  lte: "Less than or equal to this.",
  gt: "Greater than this.",
  gte: "Greater than or equal to this.",
  contains: "Contains this text, of at most 500 characters, whatever its case and accents.",
  startsWith: "Starts with this text, of at most 500 characters, whatever its case and accents.",
  isNull: "True: has no value. False: has one.",
};

/** The comparisons, by name. */
export const OPERATORS: readonly Operator[] = [
  "eq",
  "in",
  "lt",
  "lte",
  "gt",
  "gte",
  "contains",
  "startsWith",
  "isNull",
];

/** Comparisons that no index helps: each row that is looked at is searched. */
const SEARCHES: readonly Operator[] = ["contains", "startsWith"];
const SEARCH_WEIGHT = 50;

/**
 * What looking through a list weighs that may be as long as the network is large, however short the page is: for the
 * `filter` argument of such a list, without which its pages are read in their order.
 */
export const SCAN_COST = "@cost(weight: 50)";

const IN_LIMIT = 200;
/** Most characters that are searched for; the embedded database compares no pattern of more than 50,000 bytes. */
const SEARCH_LIMIT = 500;
const CONDITION_LIMIT = 50;
/** Most filters inside each other: SQLite's parser has a stack of 100, of which one level takes six at most. */
const DEPTH_LIMIT = 10;

function comparisonInput(
  name: string,
  type: () => object,
  operators: readonly Operator[],
  description: string,
) {
  class Input {}
  InputType(name, { description })(Input);
  for (const operator of operators) {
    const valueType: () => object =
      operator === "in" ? () => [type()] : operator === "isNull" ? () => Boolean : type;
    Field(valueType as () => ClassType, { nullable: true, description: DESCRIPTIONS[operator] })(
      Input.prototype,
      operator,
    );
    if (SEARCHES.includes(operator)) Directive(`@cost(weight: ${SEARCH_WEIGHT})`)(Input.prototype, operator);
  }
  return Input;
}

const equality = ["eq", "in", "isNull"] as const;
const order = [...equality, "lt", "lte", "gt", "gte"] as const;

export const StringFilter = comparisonInput(
  "StringFilter",
  () => String,
  [...equality, "contains", "startsWith"],
  "Compares a text.",
);
export const IdFilter = comparisonInput("IdFilter", () => ID, equality, "Compares an id.");
export const IntFilter = comparisonInput("IntFilter", () => Int, order, "Compares a whole number.");
export const FloatFilter = comparisonInput("FloatFilter", () => Float, order, "Compares a number.");
export const DateFilter = comparisonInput("DateFilter", () => DateScalar, order, "Compares a date.");
export const DateTimeFilter = comparisonInput(
  "DateTimeFilter",
  () => DateTimeScalar,
  order,
  "Compares an instant.",
);
export const BooleanFilter = comparisonInput(
  "BooleanFilter",
  () => Boolean,
  ["eq", "isNull"],
  "Compares yes and no.",
);

const enumFilters = new Map<object, ClassType>();

/** The filter of an enum that is registered under `name`; lists that share the enum share its filter. */
export function enumFilter(name: string, values: object): ClassType {
  let filter = enumFilters.get(values);
  if (!filter) {
    filter = comparisonInput(`${name}Filter`, () => values, equality, `Compares a value of ${name}.`);
    enumFilters.set(values, filter);
  }
  return filter;
}

/** A field that a list may be filtered by. */
export interface FilterField {
  readonly type: ClassType;
  /** The SQL that is compared; a function where it depends on the present day. */
  readonly column: Sql | (() => Sql);
  /** The folded column that `contains` and `startsWith` look into. */
  readonly folded?: Sql;
  /** Whose rows have the field, where not everybody sees it who sees the row; for others it is null. */
  readonly isVisible?: (viewer: Viewer) => Sql;
  /** Whether the column has codes, which are ASCII as ids are. */
  readonly isCode?: boolean;
  readonly description: string;
}

/** What a caller may send for a filter: fields, and `and`, `or`, `not` around filters. */
export type FilterValue = {
  [field: string]: unknown;
  and?: FilterValue[];
  or?: FilterValue[];
  not?: FilterValue;
};

/** A filter input of the one grammar, `{ field: { eq, in, … }, and, or, not }`, and how it becomes SQL. */
export interface Filter {
  readonly input: ClassType<FilterValue>;
  toSql(value: FilterValue | null | undefined, viewer: Viewer): Sql[];
}

/** Declares the filter of a list. */
export function defineFilter(
  name: string,
  description: string,
  fields: Readonly<Record<string, FilterField>>,
): Filter {
  class Input {}
  InputType(name, { description })(Input);
  const field = (type: () => object, property: string, text: string) =>
    Field(type as () => ClassType, { nullable: true, description: text })(Input.prototype, property);
  for (const [property, { type, description: text }] of Object.entries(fields))
    field(() => type, property, text);
  field(() => [Input], "and", "All of these hold.");
  field(() => [Input], "or", "At least one of these holds.");
  field(() => Input, "not", "This does not hold.");
  return {
    input: Input as ClassType<FilterValue>,
    toSql: (value, viewer) => (value ? [compile(value, { fields, viewer, left: CONDITION_LIMIT })] : []),
  };
}

const TRUE = sql`1 = 1`;
const FALSE = sql`1 = 0`;

/** What a filter is made into SQL with. */
interface Compilation {
  readonly fields: Readonly<Record<string, FilterField>>;
  readonly viewer: Viewer;
  /** How many more conditions it may have. */
  left: number;
}

function compile(value: FilterValue, compilation: Compilation, depth = 0): Sql {
  if (depth > DEPTH_LIMIT) {
    throw new DomainError(
      "LIMIT_EXCEEDED",
      `A filter takes at most ${DEPTH_LIMIT} filters inside each other; got more.`,
      { field: "filter" },
    );
  }
  const parts: Sql[] = [];
  for (const [name, condition] of Object.entries(value)) {
    if (condition == null) continue;
    if (--compilation.left < 0) {
      throw new DomainError("LIMIT_EXCEEDED", `A filter takes at most ${CONDITION_LIMIT} conditions.`, {
        field: "filter",
      });
    }
    if (name === "and" || name === "or") {
      const all = (condition as FilterValue[]).map((each) => compile(each, compilation, depth + 1));
      const none = name === "and" ? TRUE : FALSE;
      parts.push(all.length > 0 ? sql`(${join(all, name === "and" ? " AND " : " OR ")})` : none);
    } else if (name === "not") {
      parts.push(sql`NOT COALESCE(${compile(condition as FilterValue, compilation, depth + 1)}, 0)`);
    } else {
      parts.push(...compare(name, compilation, condition));
    }
  }
  return parts.length > 0 ? sql`(${join(parts, " AND ")})` : TRUE;
}

const COMPARES = { eq: "=", lt: "<", lte: "<=", gt: ">", gte: ">=" } as const;

/** A value as the database keeps it: instants are kept in another form than the API has them. */
const stored = (type: ClassType, value: unknown): unknown => {
  if (type !== DateTimeFilter) return value;
  return Array.isArray(value) ? (value as string[]).map(storedInstant) : storedInstant(value as string);
};

function compare(name: string, { fields, viewer }: Compilation, comparison: Comparison): Sql[] {
  const field = fields[name]!;
  const isVisible = field.isVisible?.(viewer);
  const given = OPERATORS.filter((operator) => comparison[operator] != null);
  return given.map((operator) => {
    const condition = conditionOf(name, field, operator, comparison);
    if (!isVisible) return condition;
    const isNull = operator === "isNull" && comparison.isNull;
    return isNull ? sql`(${condition} OR NOT ${isVisible})` : sql`(${condition} AND ${isVisible})`;
  });
}

function conditionOf(
  name: string,
  { type, column: compared, folded, isCode = type === IdFilter }: FilterField,
  operator: Operator,
  comparison: Comparison,
): Sql {
  const column = typeof compared === "function" ? compared() : compared;
  const canBe = (value: unknown) => !isCode || typeof value !== "string" || isAscii(value);
  const value = operator === "isNull" ? comparison.isNull : stored(type, comparison[operator]);
  if (!canBe(value)) return FALSE;
  switch (operator) {
    case "isNull":
      return value ? sql`${column} IS NULL` : sql`${column} IS NOT NULL`;
    case "in": {
      const values = value as unknown[];
      if (values.length > IN_LIMIT) {
        throw new DomainError(
          "LIMIT_EXCEEDED",
          `"in" takes at most ${IN_LIMIT} values; got ${values.length}.`,
          { field: name },
        );
      }
      const possible = values.filter(canBe);
      return possible.length > 0 ? sql`${column} IN (${join(possible)})` : FALSE;
    }
    case "contains":
      return sql`${folded ?? column} LIKE ${`%${pattern(name, value as string, folded)}%`} ESCAPE '!'`;
    case "startsWith":
      return sql`${folded ?? column} LIKE ${`${pattern(name, value as string, folded)}%`} ESCAPE '!'`;
    default:
      return sql`${column} ${raw(COMPARES[operator])} ${value}`;
  }
}

function pattern(name: string, text: string, folded: Sql | undefined): string {
  if (text.length > SEARCH_LIMIT) {
    throw new DomainError(
      "LIMIT_EXCEEDED",
      `A text to search for takes at most ${SEARCH_LIMIT} characters; got ${text.length}.`,
      { field: name },
    );
  }
  return (folded ? fold(text) : text).replace(/[!%_]/g, "!$&");
}
