import type {
  EntityBatchAlias,
  FetchNode,
  FetchRewrite,
  FlattenNodePathSegment,
  PlanNode,
  RequiresSelection,
} from "@graphql-hive/router-query-planner";
import type { DocumentNode, SelectionSetNode } from "graphql";
import { Kind, parse } from "graphql";
import { keyOf } from "./response-keys.ts";

/** A fetch of a plan (or a condition with fetches inside) and the fetches that it has to wait for. */
export interface PlannedFetch {
  readonly node: PlanNode;
  /** Indexes of earlier fetches in the list. */
  readonly after: readonly number[];
}

/**
 * The dependency graph of a plan. A plan is a tree of sequences and parallels, in which a fetch waits for everything
 * of the step before, its own input or not. Here it waits for the fetches that write what it reads: the objects at
 * its path and the fields that it requires. Where nothing before is known to write that, it waits as the plan has it.
 */
export function dependenciesOf(plan: PlanNode, done?: FetchNode): PlannedFetch[] {
  const units: Unit[] = [];
  collect(plan, [], units);
  const written = done ? accessOf(done).writes : new Set<string>();
  return units.map(({ node, before, access }) => ({ node, after: awaited(access, before, units, written) }));
}

/** Places of the answer, as response keys from the top that are joined by slashes, lists left out. */
type Places = Set<string>;

interface Access {
  readonly reads: Places;
  readonly writes: Places;
}

interface Unit {
  readonly node: PlanNode;
  /** The units that the plan has run before. */
  readonly before: readonly number[];
  readonly access: Access;
}

function collect(node: PlanNode, before: readonly number[], units: Unit[]): number[] {
  switch (node.kind) {
    case "Sequence": {
      const all: number[] = [];
      for (const each of node.nodes) all.push(...collect(each, [...before, ...all], units));
      return all;
    }
    case "Parallel":
      return node.nodes.flatMap((each) => collect(each, before, units));
    default:
      return [units.push({ node, before, access: accessOf(node) }) - 1];
  }
}

function awaited(
  { reads, writes }: Access,
  before: readonly number[],
  units: readonly Unit[],
  written: Places,
): readonly number[] {
  const isRead = (place: string) => before.some((index) => units[index]!.access.writes.has(place));
  for (const place of reads) {
    if (!isName(place) && !written.has(place) && !isRead(place)) return before;
  }
  return before.filter((index) => {
    const earlier = units[index]!.access;
    if (meet(earlier.writes, reads)) return true;
    // Of two that write one place, or of one that reads what the other writes, the later one stays the later one.
    return meet(earlier.writes, writes, isName) || meet(earlier.reads, writes, isName);
  });
}

/** Whether two sets have a place in common, but for those that don't count. */
function meet(some: Places, others: Places, isIgnored: (place: string) => boolean = () => false): boolean {
  for (const place of some) if (others.has(place) && !isIgnored(place)) return true;
  return false;
}

/** Every fetch may bring the name of an object's type again; it is the same, and only ever becomes more exact. */
const isName = (place: string) => place === "__typename" || place.endsWith("/__typename");

function accessOf(node: PlanNode): Access {
  const access: Access = { reads: new Set(), writes: new Set() };
  switch (node.kind) {
    case "Fetch":
      addRoot(node, [], access);
      break;
    case "Flatten":
      if (node.node.kind !== "Fetch") break;
      if (node.node.requires)
        addEntities(node.node, "_entities", { ...node.node, paths: [node.path] }, access);
      else addRoot(node.node, node.path, access);
      break;
    case "BatchFetch":
      for (const each of node.entityBatch.aliases) addEntities(node, each.alias, each, access);
      break;
    case "Condition":
      for (const clause of [node.ifClause, node.elseClause]) {
        if (clause) addAll(clause, access);
      }
  }
  return access;
}

function addAll(node: PlanNode, { reads, writes }: Access): void {
  const parts = node.kind === "Sequence" || node.kind === "Parallel" ? node.nodes : null;
  if (parts) return parts.forEach((each) => addAll(each, { reads, writes }));
  const access = accessOf(node);
  for (const place of access.reads) reads.add(place);
  for (const place of access.writes) writes.add(place);
}

function addRoot(node: FetchNode, path: readonly FlattenNodePathSegment[], { reads, writes }: Access): void {
  const at = addPath(path, reads);
  const document = parse(node.operation, { noLocation: true });
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION)
      addSelections(definition.selectionSet, at, document, node.outputRewrites, writes);
  }
}

/** What is asked for entities at some paths. */
type EntityFetch = Pick<EntityBatchAlias, "paths" | "outputRewrites"> & {
  readonly requires?: readonly RequiresSelection[];
};

function addEntities(
  { operation }: { readonly operation: string },
  alias: string,
  { paths, requires = [], outputRewrites }: EntityFetch,
  { reads, writes }: Access,
): void {
  const document = parse(operation, { noLocation: true });
  for (const path of paths) {
    const at = addPath(path, reads);
    addRequired(requires, at, reads);
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
      for (const field of definition.selectionSet.selections) {
        if (field.kind === Kind.FIELD && field.selectionSet && keyOf(field) === alias)
          addSelections(field.selectionSet, at, document, outputRewrites, writes);
      }
    }
  }
}

/** Reads the objects on the way; answers where the path ends. */
function addPath(path: readonly FlattenNodePathSegment[], reads: Places): string {
  let at = "";
  for (const segment of path) {
    if (segment === "@") continue;
    if ("Field" in segment) reads.add((at = join(at, segment.Field)));
    else reads.add(join(at, "__typename"));
  }
  return at;
}

function addRequired(selections: readonly RequiresSelection[], at: string, reads: Places): void {
  for (const selection of selections) {
    if (selection.kind === "InlineFragment") {
      reads.add(join(at, "__typename"));
      addRequired(selection.selections, at, reads);
    } else if (selection.kind === "Field") {
      const place = join(at, selection.name);
      reads.add(place);
      if (selection.selections) addRequired(selection.selections, place, reads);
    }
  }
}

function addSelections(
  { selections }: SelectionSetNode,
  at: string,
  document: DocumentNode,
  rewrites: readonly FetchRewrite[] | undefined,
  writes: Places,
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      for (const key of keysAfter(keyOf(selection), rewrites)) {
        const place = join(at, key);
        writes.add(place);
        if (selection.selectionSet) addSelections(selection.selectionSet, place, document, rewrites, writes);
      }
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      addSelections(selection.selectionSet, at, document, rewrites, writes);
    } else {
      for (const each of document.definitions) {
        if (each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === selection.name.value)
          addSelections(each.selectionSet, at, document, rewrites, writes);
      }
    }
  }
}

/** The keys under which a value may stand when rewrites have renamed some: its own, and those it may be given. */
function keysAfter(key: string, rewrites: readonly FetchRewrite[] = []): string[] {
  const keys = [key];
  for (const each of rewrites) {
    if (!("KeyRenamer" in each)) continue;
    const last = each.KeyRenamer.path.at(-1);
    if (last && "Key" in last && last.Key === key) keys.push(each.KeyRenamer.renameKeyTo);
  }
  return keys;
}

const join = (at: string, key: string) => (at === "" ? key : `${at}/${key}`);
