import type { GraphQLSchema } from "graphql";
import { isAbstractType, isObjectType } from "graphql";

/** An object of an answer on its way from subgraphs to the client. */
export type Data = Record<string, unknown>;

export function isData(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Keys come from clients and subgraphs: only what an object has itself counts, never its prototype. */
export function own(object: Data, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Sets a key that may be called anything: `__proto__` must become a key like others, not a prototype. */
export function put(target: Data, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}

/** Answers which types an object may be taken for. */
export interface TypeRelations {
  /** True when an object of this type may stand where that type is asked for. */
  isSubtype(name: string, of: string): boolean;
  /** True for an object type, false for an interface's name that an interface object answered with. */
  isConcrete(name: string): boolean;
}

/**
 * Looks type relations up in the supergraph's own schema and keeps them. It has to be that one: a plan names
 * types that clients never see.
 */
export function typeRelations(supergraph: GraphQLSchema): TypeRelations {
  const known = new Map<string, Set<string>>();
  for (const type of Object.values(supergraph.getTypeMap())) {
    if (isAbstractType(type))
      known.set(type.name, new Set(supergraph.getPossibleTypes(type).map(({ name }) => name)));
  }
  return {
    isSubtype: (name, of) => name === of || (known.get(of)?.has(name) ?? false),
    isConcrete: (name) => isObjectType(supergraph.getType(name)),
  };
}
