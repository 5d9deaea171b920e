import type {
  DocumentNode,
  GraphQLCompositeType,
  GraphQLField,
  GraphQLObjectType,
  GraphQLOutputType,
  GraphQLSchema,
  OperationDefinitionNode,
} from "graphql";
import {
  getNamedType,
  getNullableType,
  GraphQLError,
  isCompositeType,
  isListType,
  isObjectType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  valueFromASTUntyped,
} from "graphql";
import type { Condition, SelectedField, Selection } from "../../execution/selections.ts";
import { fieldsOf, selecting } from "../../execution/selections.ts";
import type { Arguments, CostRules, ListRule } from "./rules.ts";
import { LIST_LENGTH } from "./rules.ts";

/** The variables of a request, defaults filled in. */
export type Variables = Readonly<Record<string, unknown>>;

/** What is selected of a value: as many ways as it may have types. */
export interface CostedSet {
  readonly variants: readonly CostedVariant[];
  /** Whether lists in it are as long as the page says that it is. */
  readonly isPage: boolean;
}

/** What is selected of an object of one type. */
export interface CostedVariant {
  readonly type: string;
  readonly weight: number;
  /** Those that can cost something. */
  readonly fields: readonly CostedField[];
  /** Every key of the answer, by which a type can be told. */
  readonly keys: readonly { readonly key: string; readonly name: string; readonly condition: Condition }[];
}

/** A field that can cost something. */
export interface CostedField {
  readonly key: string;
  readonly condition: Condition;
  /** What it weighs each time that it is asked; by the variables where its arguments weigh something. */
  readonly weight: number | ((variables: Variables) => number);
  /** How many values come back; null when the page that it stands in says it. */
  readonly length: ((variables: Variables) => number) | null;
  /** How long the lists are of the page that comes back. */
  readonly pageLength: (variables: Variables) => number;
  /** What each value weighs that comes back, where nothing that is selected of it costs more. */
  readonly valueWeight: number;
  /** What is selected of each value; null where its weight is all. */
  readonly below: CostedSet | null;
}

/** What costs are compiled with. */
export interface CostTools {
  readonly schema: GraphQLSchema;
  readonly rules: CostRules;
}

/**
 * Compiles what an operation costs, for all variables. Fields that stand in several places are one, as in the answer;
 * what is selected twice of one type is compiled once, so that fragments are not multiplied out.
 */
export function compileCost(
  { schema, rules }: CostTools,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CostedSet | null {
  const tools = selecting(schema, document);
  const sets = new Map<string, CostedSet>();
  const numbers = new Map<object, number>();
  const numberOf = (node: object) => {
    let number = numbers.get(node);
    if (number === undefined) numbers.set(node, (number = numbers.size));
    return number;
  };

  const compileSet = (
    type: GraphQLCompositeType,
    selections: readonly Selection[],
    sized: readonly string[],
  ) => {
    const places = selections.map(
      ({ set, condition }) => `${numberOf(set)}${condition ? `?${numberOf(condition)}` : ""}`,
    );
    const key = [type.name, ...sized, ...places].join(" ");
    let compiled = sets.get(key);
    if (compiled) return compiled;
    const types = isObjectType(type) ? [type] : schema.getPossibleTypes(type);
    const variants = types.map((each) => compileVariant(each, selections, sized));
    compiled = { variants, isPage: sized.length > 0 };
    sets.set(key, compiled);
    return compiled;
  };

  const compileVariant = (
    type: GraphQLObjectType,
    selections: readonly Selection[],
    sized: readonly string[],
  ): CostedVariant => {
    const keys = fieldsOf(type, selections, tools);
    const fields = keys.flatMap((selected) => compileField(type, selected, sized.includes(selected.name)));
    return { type: type.name, weight: rules.typeWeight(type), fields, keys };
  };

  const compileField = (
    parent: GraphQLObjectType,
    selected: SelectedField,
    isSized: boolean,
  ): CostedField[] => {
    const field = fieldNamed(schema, parent, selected.name);
    if (!field) return [];
    const type = getNamedType(field.type);
    const argumentsOf = argumentsReader(field, selected);
    const ownWeight = rules.fieldWeight(parent, field);
    const weightOfArguments = rules.argumentsWeight(parent, field);
    const rule = rules.listRule(parent, field);
    const sized = rule?.sizedFields ?? [];
    const set = isCompositeType(type) ? compileSet(type, selected.below, sized) : null;
    const flatWeight = set ? flatWeightOf(set) : rules.typeWeight(type);
    const [below, valueWeight] = flatWeight === null ? [set, 0] : [null, flatWeight];
    if (!below && !valueWeight && !ownWeight && !weightOfArguments) return [];

    const isPage = sized.length > 0;
    const ruled = (variables: Variables) =>
      rule ? lengthOf(rule, argumentsOf(variables, true), `${parent.name}.${field.name}`) : 1;
    // Of lists inside each other, and of a list of pages, the rule says the length of one.
    const unruled = LIST_LENGTH ** Math.max(0, listDepth(field.type) - (isPage ? 0 : 1));
    return [
      {
        key: selected.key,
        condition: selected.condition,
        // Arguments may make a field cheaper, but not pay for others.
        weight: weightOfArguments
          ? (variables) => Math.max(0, ownWeight + weightOfArguments(argumentsOf(variables, false)))
          : Math.max(0, ownWeight),
        length: isSized ? null : (variables) => (isPage ? 1 : ruled(variables)) * unruled,
        pageLength: isPage ? ruled : () => 0,
        valueWeight,
        below,
      },
    ];
  };

  const root = schema.getRootType(operation.operation);
  if (!root) return null;
  const { fields, keys } = compileVariant(root, [{ set: operation.selectionSet, condition: null }], []);
  return { variants: [{ type: root.name, weight: 0, fields, keys }], isPage: false };
}

/** What an object costs whatever its type, where that is its weight alone; null where it isn't. */
function flatWeightOf({ variants: [first, ...others] }: CostedSet): number | null {
  if (!first || first.fields.length > 0) return null;
  const isSame = ({ weight, fields }: CostedVariant) => weight === first.weight && fields.length === 0;
  return others.every(isSame) ? first.weight : null;
}

function fieldNamed(schema: GraphQLSchema, parent: GraphQLObjectType, name: string) {
  const own = parent.getFields()[name];
  if (own || parent !== schema.getQueryType()) return own;
  return [SchemaMetaFieldDef, TypeMetaFieldDef].find((field) => field.name === name);
}

/** Reads the arguments of a field as they stand in the query, on demand with the defaults of the schema. */
function argumentsReader({ args }: GraphQLField<unknown, unknown>, { given }: SelectedField) {
  return (variables: Variables, withDefaults: boolean): Arguments => {
    const values: Record<string, unknown> = {};
    for (const { name, type, defaultValue } of args) {
      const node = given.find((each) => each.name.value === name)?.value;
      const value = node && valueFromASTUntyped(node, variables);
      if (value === undefined) {
        if (withDefaults) values[name] = defaultValue;
      } else {
        // One value that stands for a list is a list of one.
        const isOne = value !== null && !Array.isArray(value) && isListType(getNullableType(type));
        values[name] = isOne ? [value] : value;
      }
    }
    return values;
  };
}

/** How many values a list may have: the largest of what its arguments say. */
function lengthOf(rule: ListRule, values: Arguments, coordinate: string): number {
  const lengths = rule.slicingArguments.flatMap((path) => {
    const value = path.split(".").reduce(within, values as unknown);
    if (Array.isArray(value)) return [value.length];
    // What is no number has its error elsewhere.
    return value === undefined || value === null || Number.isNaN(Number(value)) ? [] : [Number(value)];
  });
  if (rule.requireOneSlicingArgument && lengths.length !== 1) {
    const names = rule.slicingArguments.join(", ");
    throw new GraphQLError(`${coordinate}: expected exactly one of ${names}; got ${lengths.length}.`, {
      extensions: { code: "BAD_USER_INPUT", http: { status: 400 } },
    });
  }
  return lengths.length > 0 ? Math.max(0, ...lengths) : rule.assumedSize;
}

function listDepth(type: GraphQLOutputType): number {
  const nullable = getNullableType(type);
  return isListType(nullable) ? 1 + listDepth(nullable.ofType) : 0;
}

const within = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
