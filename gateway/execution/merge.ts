import type { Data, TypeRelations } from "./types.ts";
import { isData } from "./types.ts";

/**
 * Adds what a fetch brought to what is there already, in place. A type's name is only replaced by a better one:
 * an interface object answers with the interface's name, and the object's own must survive that.
 */
export function merge(target: Data, source: Data, types: TypeRelations): void {
  for (const key of Object.keys(source)) {
    const incoming = source[key];
    const present = Object.hasOwn(target, key) ? target[key] : undefined;
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

/** Sets a key that may be called anything: `__proto__` must become a key like others, not a prototype. */
export function put(target: Data, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}
