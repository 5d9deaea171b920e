import type {
  FetchNodePathSegment,
  FlattenNodePathSegment,
  InputRewrite,
  RequiresSelection,
} from "@graphql-hive/router-query-planner";
import type { Path } from "./path.ts";
import type { Data, TypeRelations } from "./types.ts";
import { isData } from "./types.ts";

/** An object of the answer that a fetch will add to, and where it stands. */
export interface Target {
  readonly object: Data;
  readonly path: Path | null;
}

/** The objects that stand at a plan's path: `@` goes into lists, a type condition leaves other types out. */
export function targetsAt(
  root: Data,
  path: readonly FlattenNodePathSegment[],
  types: TypeRelations,
): Target[] {
  const found: Target[] = [];
  const visit = (value: unknown, depth: number, at: Path | null): void => {
    if (value == null) return;
    if (depth === path.length) {
      if (isData(value)) found.push({ object: value, path: at });
      else if (Array.isArray(value))
        value.forEach((item, index) => visit(item, depth, { outer: at, key: index }));
      return;
    }
    const segment = path[depth]!;
    if (segment === "@") {
      if (Array.isArray(value)) {
        value.forEach((item, index) => visit(item, depth + 1, { outer: at, key: index }));
      }
    } else if (!isData(value)) {
      return;
    } else if ("Field" in segment) {
      visit(own(value, segment.Field), depth + 1, { outer: at, key: segment.Field });
    } else {
      const name = own(value, "__typename");
      if (typeof name === "string" && segment.TypeCondition.some((of) => types.isSubtype(name, of))) {
        visit(value, depth + 1, at);
      }
    }
  };
  visit(root, 0, null);
  return found;
}

/**
 * What a subgraph needs to know of an object to find it: the fields that the plan requires, for the types that
 * it names. Null when the object is of another type or lacks a part of its key.
 */
export function representationOf(
  object: Data,
  requires: readonly RequiresSelection[],
  types: TypeRelations,
): Data | null {
  const representation: Data = {};
  const isComplete = select(object, requires, representation, types);
  return isComplete && representation["__typename"] !== undefined ? representation : null;
}

function select(
  object: Data,
  selections: readonly RequiresSelection[],
  into: Data,
  types: TypeRelations,
): boolean {
  for (const selection of selections) {
    if (selection.kind === "InlineFragment") {
      const name = own(object, "__typename");
      if (typeof name === "string" && !types.isSubtype(name, selection.typeCondition)) continue;
      if (!select(object, selection.selections, into, types)) return false;
    } else if (selection.kind === "Field") {
      const value = own(object, selection.alias ?? selection.name);
      if (value === undefined) return false;
      const selected = selection.selections ? selectDeep(value, selection.selections, types) : value;
      if (selected === undefined) return false;
      into[selection.name] = selected;
    }
  }
  return true;
}

function selectDeep(value: unknown, selections: readonly RequiresSelection[], types: TypeRelations): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((item) => selectDeep(item, selections, types));
  if (!isData(value)) return undefined;
  const into: Data = {};
  return select(value, selections, into, types) ? into : undefined;
}

/** Applies a plan's rewrites to a representation before it is sent, or to an entity that came back. */
export function rewrite(value: Data, rewrites: readonly InputRewrite[], types: TypeRelations): void {
  for (const each of rewrites) {
    if ("KeyRenamer" in each) {
      const { path, renameKeyTo } = each.KeyRenamer;
      atPath(value, path, types, (object, key) => {
        if (!Object.hasOwn(object, key)) return;
        object[renameKeyTo] = object[key];
        delete object[key];
      });
    } else {
      const { path, setValueTo } = "ValueSetter" in each ? each.ValueSetter : each;
      atPath(value, path, types, (object, key) => {
        object[key] = setValueTo;
      });
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

/** Keys come from clients and subgraphs: only what an object has itself counts, never its prototype. */
export function own(object: Data, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
