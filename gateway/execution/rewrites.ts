import type { FetchNodePathSegment, FetchRewrite } from "@graphql-hive/router-query-planner";
import type { Data, TypeRelations } from "./types.ts";
import { isData, own, put } from "./types.ts";

/** Applies a plan's rewrites to a representation before it is sent, or to an answer that came back. */
export function rewrite(value: Data, rewrites: readonly FetchRewrite[], types: TypeRelations): void {
  for (const each of rewrites) {
    if ("KeyRenamer" in each) {
      const { path, renameKeyTo } = each.KeyRenamer;
      atPath(value, path, types, (object, key) => {
        if (!Object.hasOwn(object, key)) return;
        put(object, renameKeyTo, object[key]);
        delete object[key];
      });
    } else {
      const { path, setValueTo } = "ValueSetter" in each ? each.ValueSetter : each;
      atPath(value, path, types, (object, key) => put(object, key, setValueTo));
    }
  }
}

function atPath(
  value: unknown,
  path: readonly FetchNodePathSegment[],
  types: TypeRelations,
  act: (object: Data, key: string) => void,
): void {
  if (Array.isArray(value)) {
    for (const item of value) atPath(item, path, types, act);
    return;
  }
  const [segment, ...rest] = path;
  if (!isData(value) || !segment) return;
  if ("TypenameEquals" in segment) {
    const name = own(value, "__typename");
    // An object without a name has not been asked for one: the planner knows its type.
    if (typeof name === "string" && !segment.TypenameEquals.some((of) => types.isSubtype(name, of))) return;
    atPath(value, rest, types, act);
  } else if (rest.length === 0) {
    act(value, segment.Key);
  } else {
    atPath(own(value, segment.Key), rest, types, act);
  }
}

/** The path of an error in the client's names, where the fetch had asked under others. */
export function rewritePath(
  path: readonly (string | number)[],
  rewrites: readonly FetchRewrite[] | undefined,
): readonly (string | number)[] {
  const renamed = [...path];
  for (const each of rewrites ?? []) {
    if (!("KeyRenamer" in each)) continue;
    const keys = each.KeyRenamer.path.flatMap((segment) => ("Key" in segment ? [segment.Key] : []));
    const places = renamed.flatMap((key, place) => (typeof key === "string" ? [place] : []));
    const last = places[keys.length - 1];
    const isThere = keys.every((key, depth) => renamed[places[depth] ?? -1] === key);
    if (isThere && last !== undefined) renamed[last] = each.KeyRenamer.renameKeyTo;
  }
  return renamed;
}
