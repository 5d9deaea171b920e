import sql, { join, raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import type { Filter, FilterValue } from "../../../shared/graphql/filter.ts";

/** A dimension of the star: its table, the number under which observations know it, and the filter fields about it. */
interface Dimension {
  readonly table: string;
  readonly number: string;
  readonly fields: readonly string[];
}

const DIMENSIONS: readonly Dimension[] = [
  { table: "indicator", number: "indicator_no", fields: ["indicatorCode"] },
  { table: "period", number: "period_no", fields: ["periodKind", "periodStartsOn", "periodLabel"] },
  { table: "student_group", number: "group_no", fields: ["groupDimension", "groupCode"] },
];

/** More numbers than that are not listed: their condition is put to each row instead. */
const NUMBERS_AT_MOST = 200;

const TRUE = sql`1 = 1`;
const FALSE = sql`1 = 0`;

/** A condition on one dimension, or on something else of a figure. */
interface Leaf {
  readonly dimension: Dimension | null;
  readonly sql: Sql;
}

/** A condition without negations around conditions: they are pushed down to the leaves. */
type Condition = Leaf | Group;

interface Group {
  readonly operator: "AND" | "OR";
  readonly members: readonly Condition[];
}

/** A filter on figures in the numbers that the indexes are made of. */
export interface Narrowed {
  readonly where: Sql;
  /** Most figures that one subject can have left. */
  readonly atMost: number;
}

/**
 * Looks the conditions of a filter up in the dimensions that they are about, by one statement for all pages of a
 * level, and says them in numbers. Those that must hold become ranges of an index: a page of the last term starts
 * there, rather than reading through the terms before. The others need no dimension for any row any more.
 */
export async function narrow(ctx: SubgraphContext, filter: Filter, value: FilterValue): Promise<Narrowed> {
  const condition = read(value, false, (leaf) => filter.toSql(leaf, ctx.viewer)[0] ?? TRUE);
  const leaves = [...leavesOf(condition)].filter(({ dimension }) => dimension !== null);
  const numbers = await readNumbers(ctx, leaves);
  const required = new Set<Condition>(
    "operator" in condition && condition.operator === "AND" ? condition.members : [condition],
  );
  const atMost = DIMENSIONS.map((dimension) => {
    const found = leaves.find((leaf) => leaf.dimension === dimension && required.has(leaf));
    return (found && numbers.get(found)?.length) ?? Infinity;
  });
  return {
    where: toSql(condition, numbers),
    atMost: atMost.includes(0) ? 0 : atMost.reduce((product, count) => product * count, 1),
  };
}

/**
 * Reads a filter, or its negation. A comparison with null is not true, and its negation is, so that De Morgan's laws
 * hold when each leaf is negated by itself.
 */
function read(filter: FilterValue, isNegated: boolean, compile: (leaf: FilterValue) => Sql): Condition {
  const members = Object.entries(filter).flatMap(([name, value]): Condition[] => {
    if (value == null) return [];
    if (name === "not") return [read(value as FilterValue, !isNegated, compile)];
    if (name === "and" || name === "or") {
      const all = (value as FilterValue[]).map((each) => read(each, isNegated, compile));
      return [group((name === "and") === isNegated ? "OR" : "AND", all)];
    }
    const dimension = DIMENSIONS.find(({ fields }) => fields.includes(name)) ?? null;
    const said = compile({ [name]: value });
    return [{ dimension, sql: isNegated ? sql`NOT COALESCE(${said}, 0)` : said }];
  });
  return group(isNegated ? "OR" : "AND", members);
}

/** Groups conditions; those on one dimension become one, to be looked up together. */
function group(operator: Group["operator"], conditions: readonly Condition[]): Condition {
  const members: Condition[] = [];
  const byDimension = new Map<Dimension, Sql[]>();
  for (const each of conditions.flatMap((one) =>
    "members" in one && one.operator === operator ? one.members : [one],
  )) {
    if ("members" in each || each.dimension === null) members.push(each);
    else byDimension.set(each.dimension, [...(byDimension.get(each.dimension) ?? []), each.sql]);
  }
  for (const [dimension, all] of byDimension) members.push({ dimension, sql: combine(operator, all) });
  return members.length === 1 ? members[0]! : { operator, members };
}

function* leavesOf(condition: Condition): Generator<Leaf> {
  if ("members" in condition) for (const each of condition.members) yield* leavesOf(each);
  else yield condition;
}

/** The numbers that each condition leaves of its dimension, as many as are listed and one more. */
async function readNumbers(ctx: SubgraphContext, leaves: readonly Leaf[]): Promise<Map<Condition, number[]>> {
  const numbers = new Map<Condition, number[]>(leaves.map((leaf) => [leaf, []]));
  if (leaves.length === 0) return numbers;
  const lookups = leaves.map(({ dimension, sql: where }, index) => {
    const { table, number } = dimension!;
    // Under the name of observations, and with their column, a dimension answers to the same conditions.
    return sql`SELECT * FROM (SELECT ${raw(String(index))} AS leaf, o.${raw(number)} AS no FROM (SELECT no AS ${raw(number)} FROM ${raw(table)}) o WHERE ${where} ORDER BY o.${raw(number)} LIMIT ${raw(String(NUMBERS_AT_MOST + 1))}) ${raw(`leaf_${index}`)}`;
  });
  const rows = await ctx.db.read<{ leaf: number; no: number }>(join(lookups, " UNION ALL "));
  for (const { leaf, no } of rows) numbers.get(leaves[leaf]!)!.push(no);
  for (const [leaf, found] of numbers) if (found.length > NUMBERS_AT_MOST) numbers.delete(leaf);
  return numbers;
}

function toSql(condition: Condition, numbers: ReadonlyMap<Condition, readonly number[]>): Sql {
  if ("members" in condition) {
    return combine(
      condition.operator,
      condition.members.map((each) => toSql(each, numbers)),
    );
  }
  const found = numbers.get(condition);
  if (!found) return condition.sql;
  if (found.length === 0) return FALSE;
  // Written out, for numbers are bound as DOUBLE to MariaDB, and its order by an integer then wants a sort.
  return raw(`o.${condition.dimension!.number} IN (${found.join(", ")})`);
}

/** Joins conditions, without those that decide nothing; one that decides it all stands alone. */
function combine(operator: Group["operator"], conditions: readonly Sql[]): Sql {
  const [neutral, decisive] = operator === "AND" ? [TRUE, FALSE] : [FALSE, TRUE];
  if (conditions.includes(decisive)) return decisive;
  const rest = conditions.filter((each) => each !== neutral);
  return rest.length === 0 ? neutral : rest.length === 1 ? rest[0]! : sql`(${join(rest, ` ${operator} `)})`;
}
