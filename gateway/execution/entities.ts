import type { FlattenNodePathSegment, RequiresSelection } from "@graphql-hive/router-query-planner";
import type { Path } from "./path.ts";
import { START } from "./path.ts";
import type { Data, TypeRelations } from "./types.ts";
import { isData, own, put } from "./types.ts";

type PlanPath = readonly FlattenNodePathSegment[];

/** The objects that stand at a plan's path: `@` goes into lists, a type condition leaves other types out. */
export function objectsAt(root: Data, path: PlanPath, types: TypeRelations): Data[] {
  const found: Data[] = [];
  walk(root, path, 0, types, undefined, (object) => found.push(object));
  return found;
}

/** Where the same objects stand in the answer. Only errors ask, so that nobody else pays for it. */
export function placesAt(
  root: Data,
  paths: readonly PlanPath[],
  types: TypeRelations,
): ReadonlyMap<Data, readonly Path[]> {
  const found = new Map<Data, Path[]>();
  for (const path of paths) {
    walk(root, path, 0, types, START, (object, at) => {
      const places = found.get(object);
      if (places) places.push(at!);
      else found.set(object, [at!]);
    });
  }
  return found;
}

/** Tells of each object at a path; where it stands only when the walk begins with a place. */
function walk(
  value: unknown,
  path: PlanPath,
  depth: number,
  types: TypeRelations,
  at: Path | undefined,
  found: (object: Data, at: Path | undefined) => void,
): void {
  if (value == null) return;
  const segment = path[depth];
  if (Array.isArray(value)) {
    const next = segment === "@" ? depth + 1 : depth;
    for (let index = 0; index < value.length; index++) {
      walk(value[index], path, next, types, at && { outer: at, key: index }, found);
    }
  } else if (!isData(value) || segment === "@") {
    return;
  } else if (segment === undefined) {
    found(value, at);
  } else if ("Field" in segment) {
    const key = segment.Field;
    walk(own(value, key), path, depth + 1, types, at && { outer: at, key }, found);
  } else {
    const name = own(value, "__typename");
    if (typeof name === "string" && segment.TypeCondition.some((of) => types.isSubtype(name, of))) {
      walk(value, path, depth + 1, types, at, found);
    }
  }
}

/** What representations are made with. */
interface Tools {
  readonly types: TypeRelations;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * What a subgraph needs to know of an object to find it: the fields that the plan requires, for the types that
 * it names. Null when the object is of another type or lacks a part of its key.
 */
export function representationOf(
  object: Data,
  requires: readonly RequiresSelection[],
  tools: Tools,
): Data | null {
  const representation: Data = {};
  const isComplete = select(object, requires, representation, tools);
  return isComplete && Object.hasOwn(representation, "__typename") ? representation : null;
}

function select(object: Data, selections: readonly RequiresSelection[], into: Data, tools: Tools): boolean {
  for (const selection of selections) {
    if (selection.kind === "InlineFragment") {
      const { skipIf, includeIf, typeCondition } = selection;
      if (skipIf !== undefined && tools.variables[skipIf] === true) continue;
      if (includeIf !== undefined && tools.variables[includeIf] !== true) continue;
      const name = own(object, "__typename");
      if (typeof name === "string" && !tools.types.isSubtype(name, typeCondition)) continue;
      if (!select(object, selection.selections, into, tools)) return false;
    } else if (selection.kind === "Field") {
      // A required field may have been fetched under a name of the planner's; the subgraph knows it by its alias.
      const key = selection.alias ?? selection.name;
      const value = own(object, selection.name);
      if (value === undefined) return false;
      const selected = selection.selections ? selectDeep(value, selection.selections, tools) : value;
      if (selected === undefined) return false;
      put(into, key, mergeSelected(own(into, key), selected));
    }
  }
  return true;
}

function selectDeep(value: unknown, selections: readonly RequiresSelection[], tools: Tools): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((item) => selectDeep(item, selections, tools));
  if (!isData(value)) return undefined;
  const into: Data = {};
  return select(value, selections, into, tools) ? into : undefined;
}

/** The same field may be required twice, with a part of its selections each: on a type and on an interface. */
function mergeSelected(present: unknown, selected: unknown): unknown {
  if (isData(present) && isData(selected)) {
    for (const key of Object.keys(selected))
      put(present, key, mergeSelected(own(present, key), selected[key]));
    return present;
  }
  if (Array.isArray(present) && Array.isArray(selected)) {
    return selected.map((item, index) => mergeSelected(present[index], item));
  }
  return selected;
}
