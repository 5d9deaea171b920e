import type { Data, TypeRelations } from "./types.ts";
import { isData, own, put } from "./types.ts";

/**
 * Adds what a fetch brought to what is there already, in place. A type's name is only replaced by a better one:
 * an interface object answers with the interface's name, and the object's own must survive that.
 */
export function merge(target: Data, source: Data, types: TypeRelations): void {
  for (const key of Object.keys(source)) {
    const incoming = source[key];
    const present = own(target, key);
    if (key === "__typename") {
      const isBetter =
        typeof incoming === "string" && (typeof present !== "string" || types.isConcrete(incoming));
      if (isBetter) target[key] = incoming;
    } else if (isData(present) && isData(incoming)) {
      merge(present, incoming, types);
    } else if (Array.isArray(present) && Array.isArray(incoming) && present.length === incoming.length) {
      mergeLists(present, incoming, types);
    } else if (present === undefined || incoming !== null) {
      put(target, key, incoming);
    }
  }
}

function mergeLists(present: unknown[], incoming: unknown[], types: TypeRelations): void {
  incoming.forEach((item, index) => {
    const there = present[index];
    if (isData(there) && isData(item)) merge(there, item, types);
    else if (Array.isArray(there) && Array.isArray(item)) mergeLists(there, item, types);
    else if (there == null) present[index] = item;
  });
}

/**
 * A copy for a second place. Places that share an object would also share what later fetches put into it, and
 * under one alias two places may ask for different things.
 */
export function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (!isData(value)) return value;
  const copy: Data = {};
  for (const key of Object.keys(value)) put(copy, key, copyOf(value[key]));
  return copy as T;
}
