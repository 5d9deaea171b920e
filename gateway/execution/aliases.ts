/** What a client's alias begins with on its way through plans and subgraphs. */
const PREFIX = "_as_";

/**
 * The key under which a field's value travels. A client's alias may be the name of another field, one that a plan
 * needs as a key or a requirement in the same object; under its own prefix it cannot get in the way. A type's name
 * is always under its own: plans and the answer's completion depend on it.
 */
export function fetchedKey(name: string, alias: string | undefined): string {
  return alias === undefined || alias === name || name === "__typename" ? name : aliasKey(alias);
}

/** The key under which the value of a field with this alias travels. */
export const aliasKey = (alias: string): string => PREFIX + alias;

/** The client's key for a key of a path that plans and subgraphs speak of. */
export function clientKey(key: string | number): string | number {
  return typeof key === "string" && key.startsWith(PREFIX) ? key.slice(PREFIX.length) : key;
}
