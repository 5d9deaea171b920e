import type { EntityBatchAlias, PlanNode } from "@graphql-hive/router-query-planner";
import { withAliases, withRootKeys } from "./operation-parts.ts";
import { rootKeys } from "./response-keys.ts";

type Fetch = Extract<PlanNode, { kind: "Fetch" }>;

/**
 * The parts of a plan that run one after the other. A query's plan is one part. A mutation's plan has a part for
 * each root field that other fetches complete, as the specification executes root fields serially: a field is
 * complete, entities of other subgraphs included, before the next one begins. The planner sends neighboring fields
 * of one subgraph together, and completes all of them afterward, when the later changes can be seen.
 */
export function serialParts(plan: PlanNode): readonly PlanNode[] {
  const changes = mutationFetches(plan);
  if (changes.length === 0) return [plan];
  const completed = new Set<string>();
  collectCompletedKeys(plan, completed);
  const parts = changes.flatMap((change) =>
    keyGroups(rootKeys(change.operation), completed).flatMap(
      (keys) => partFor(plan, change, new Set(keys)) ?? [],
    ),
  );
  return parts.length > 1 ? parts : [plan];
}

function mutationFetches(node: PlanNode): Fetch[] {
  switch (node.kind) {
    case "Fetch":
      return node.operationKind === "mutation" ? [node] : [];
    case "Sequence":
    case "Parallel":
      return node.nodes.flatMap(mutationFetches);
    case "Condition":
      return [node.ifClause, node.elseClause].flatMap((clause) => (clause ? mutationFetches(clause) : []));
    default:
      return [];
  }
}

/** The root keys below which a plan fetches more. */
function collectCompletedKeys(node: PlanNode, into: Set<string>): void {
  const add = ([first]: EntityBatchAlias["paths"][number]) => {
    if (typeof first === "object" && "Field" in first) into.add(first.Field);
  };
  switch (node.kind) {
    case "Flatten":
      return add(node.path);
    case "BatchFetch":
      return node.entityBatch.aliases.forEach(({ paths }) => paths.forEach(add));
    case "Sequence":
    case "Parallel":
      return node.nodes.forEach((each) => collectCompletedKeys(each, into));
    case "Condition":
      for (const clause of [node.ifClause, node.elseClause]) if (clause) collectCompletedKeys(clause, into);
  }
}

/** Root keys that may be sent together, in order: a field that is completed elsewhere ends its group. */
function keyGroups(keys: readonly string[], completed: ReadonlySet<string>): string[][] {
  const groups: string[][] = [];
  let isOpen = false;
  for (const key of keys) {
    if (isOpen) groups.at(-1)!.push(key);
    else groups.push([key]);
    isOpen = !completed.has(key);
  }
  return groups;
}

/** The part of a plan that has only some fields of one mutation fetch, and the fetches below them. */
function partFor(node: PlanNode, change: Fetch, keys: ReadonlySet<string>): PlanNode | undefined {
  const part = (each: PlanNode | undefined) => each && partFor(each, change, keys);
  const isBelow = ([first]: EntityBatchAlias["paths"][number]) =>
    typeof first === "object" && "Field" in first && keys.has(first.Field);
  switch (node.kind) {
    case "Fetch":
      return node === change ? withRootKeys(node, keys) : undefined;
    case "Flatten":
      return isBelow(node.path) ? node : undefined;
    case "BatchFetch": {
      const aliases = node.entityBatch.aliases
        .map((alias) => ({ ...alias, paths: alias.paths.filter(isBelow) }))
        .filter(({ paths }) => paths.length > 0);
      return aliases.length > 0 ? withAliases(node, aliases) : undefined;
    }
    case "Sequence":
    case "Parallel": {
      const nodes = node.nodes.flatMap((each) => part(each) ?? []);
      return nodes.length > 0 ? { ...node, nodes } : undefined;
    }
    case "Condition": {
      const [ifClause, elseClause] = [part(node.ifClause), part(node.elseClause)];
      if (!ifClause && !elseClause) return undefined;
      const { kind, condition } = node;
      return { kind, condition, ...(ifClause ? { ifClause } : {}), ...(elseClause ? { elseClause } : {}) };
    }
    default:
      return node;
  }
}
