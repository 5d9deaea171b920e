import type {
  GraphQLField,
  GraphQLInputType,
  GraphQLNamedType,
  GraphQLObjectType,
  GraphQLSchema,
} from "graphql";
import {
  getNamedType,
  getNullableType,
  GraphQLID,
  GraphQLInt,
  isCompositeType,
  isInputObjectType,
  isListType,
  isObjectType,
} from "graphql";
import type { CostDirectives, ListSize } from "./directives.ts";

/** Objects count one, what is not told of scalars and enums nothing. */
const OBJECT_WEIGHT = 1;
const MUTATION_WEIGHT = 10;
/** The length of a list that nothing is told of: a small one, or it would be a connection. */
export const LIST_LENGTH = 10;
/** The longest page of a connection. */
const PAGE_LENGTH = 100;

type Field = GraphQLField<unknown, unknown>;

/** The values of a field's arguments, as far as they are given. */
export type Arguments = Readonly<Record<string, unknown>>;

/** How long a list is, all that could be left open filled in. */
export interface ListRule extends Required<ListSize> {
  readonly slicingArguments: readonly string[];
}

/** What each part of a schema weighs: as its directives say, or else as its shape suggests. */
export interface CostRules {
  /** What each value of a type weighs. */
  typeWeight(type: GraphQLNamedType): number;
  /** What a field weighs each time that it is asked, whatever comes back. */
  fieldWeight(parent: GraphQLObjectType, field: Field): number;
  /** What its arguments add to that; null when none of them weighs anything. */
  argumentsWeight(parent: GraphQLObjectType, field: Field): ((given: Arguments) => number) | null;
  /** How long its list is, or the lists of the page that it is; null when it has none. */
  listRule(parent: GraphQLObjectType, field: Field): ListRule | null;
}

/** Reads the rules of a schema out of its directives. */
export function costRules(schema: GraphQLSchema, { weights, listSizes }: CostDirectives): CostRules {
  const mutation = schema.getMutationType();
  const inputsWeigh = [...weights.keys()].some((path) =>
    isInputObjectType(schema.getType(path.split(".")[0]!)),
  );

  /** What stands at an object's field, or at the same field of an interface of it. */
  const inherited = <T>(found: ReadonlyMap<string, T>, parent: GraphQLObjectType, path: string) => {
    for (const { name } of [parent, ...parent.getInterfaces()]) {
      const own = found.get(`${name}.${path}`);
      if (own !== undefined) return own;
    }
    return undefined;
  };

  const valueWeight = (value: unknown, type: GraphQLInputType): number => {
    if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + valueWeight(each, type), 0);
    const named = getNamedType(type);
    if (typeof value !== "object" || value === null || !isInputObjectType(named)) return 0;
    const fields = named.getFields();
    return Object.entries(value).reduce((sum, [name, each]) => {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (!field || each === undefined) return sum;
      return sum + (weights.get(`${named.name}.${name}`) ?? 0) + valueWeight(each, field.type);
    }, 0);
  };

  return {
    typeWeight: (type) => weights.get(type.name) ?? (isCompositeType(type) ? OBJECT_WEIGHT : 0),

    fieldWeight: (parent, field) =>
      inherited(weights, parent, field.name) ?? (parent === mutation ? MUTATION_WEIGHT : 0),

    argumentsWeight(parent, field) {
      const weighed = field.args.flatMap(({ name, type }) => {
        const own = inherited(weights, parent, `${field.name}.${name}`);
        const mayWeigh = own !== undefined || (inputsWeigh && isInputObjectType(getNamedType(type)));
        return mayWeigh ? [{ name, type, own: own ?? 0 }] : [];
      });
      if (weighed.length === 0) return null;
      return (given) =>
        weighed.reduce((sum, { name, type, own }) => {
          const value = given[name];
          return value === undefined ? sum : sum + own + valueWeight(value, type);
        }, 0);
    },

    listRule(parent, field) {
      const told = inherited(listSizes, parent, field.name);
      const suggested = suggestedRule(field);
      if (!told) return suggested;
      const slicingArguments = told.slicingArguments ?? [];
      return {
        assumedSize: told.assumedSize ?? suggested?.assumedSize ?? LIST_LENGTH,
        slicingArguments,
        sizedFields: told.sizedFields ?? [],
        requireOneSlicingArgument: slicingArguments.length > 0 && (told.requireOneSlicingArgument ?? true),
      };
    },
  };
}

/** A page has `first` or `last`, and its rows in `nodes` or `edges`; as many records come back as ids are given. */
function suggestedRule({ args, type }: Field): ListRule | null {
  const pages = args.filter((each) => isPageArgument(each.name) && getNamedType(each.type) === GraphQLInt);
  const slicingArguments = pages.map(({ name }) => name);
  const assumedSize = pages.length > 0 ? PAGE_LENGTH : LIST_LENGTH;
  const rule = { assumedSize, slicingArguments, sizedFields: [], requireOneSlicingArgument: false };
  const returned = getNullableType(type);
  if (isListType(returned)) {
    const ids = args.find(
      (each) => isListType(getNullableType(each.type)) && getNamedType(each.type) === GraphQLID,
    );
    return ids && pages.length === 0 ? { ...rule, slicingArguments: [ids.name] } : rule;
  }
  if (pages.length === 0 || !isObjectType(returned)) return null;
  const fields = returned.getFields();
  const sizedFields = ["nodes", "edges"].filter((name) => isListType(getNullableType(fields[name]?.type)));
  return sizedFields.length > 0 ? { ...rule, sizedFields } : null;
}

const isPageArgument = (name: string) => name === "first" || name === "last";
