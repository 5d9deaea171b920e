import type { FlattenNodePathSegment, RequiresSelection } from "@graphql-hive/router-query-planner";
import type { Path } from "./path.ts";
import type { Data, TypeRelations } from "./types.ts";
import { isData, own, put } from "./types.ts";

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
    const segment = path[depth];
    if (Array.isArray(value)) {
      const next = segment === "@" ? depth + 1 : depth;
      value.forEach((item, index) => visit(item, next, { outer: at, key: index }));
    } else if (!isData(value) || segment === "@") {
      return;
    } else if (segment === undefined) {
      found.push({ object: value, path: at });
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
