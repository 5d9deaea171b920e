import type { GraphQLSchema } from "graphql";
import { isAbstractType, isObjectType } from "graphql";

/** An object of an answer on its way from subgraphs to the client. */
export type Data = Record<string, unknown>;

export function isData(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Answers which types an object may be taken for, of the supergraph's types. */
export interface TypeRelations {
  /** True when an object of this type may stand where that type is asked for. */
  isSubtype(name: string, of: string): boolean;
  /** True for an object type, false for an interface's name that an interface object answered with. */
  isConcrete(name: string): boolean;
}

/** Looks type relations up in a schema and keeps them. */
export function typeRelations(schema: GraphQLSchema): TypeRelations {
  const known = new Map<string, Set<string>>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type))
      known.set(type.name, new Set(schema.getPossibleTypes(type).map(({ name }) => name)));
  }
  return {
    isSubtype: (name, of) => name === of || (known.get(of)?.has(name) ?? false),
    isConcrete: (name) => isObjectType(schema.getType(name)),
  };
}
