import type { EntityBatchAlias, PlanNode } from "@graphql-hive/router-query-planner";
import { rootKeys } from "./response-keys.ts";

/**
 * A mutation's plan, with each of its fields complete before the next one begins, as the specification has it. The
 * planner lets what completes one field run beside the next field's change, which then could be seen or not.
 */
export function inOrder(plan: PlanNode): PlanNode {
  const changes = changesOf(plan);
  if (changes.length < 2) return plan;
  const nodes = changes.flatMap((change) => {
    const part = partFor(plan, change, new Set(rootKeys(change.operation)));
    return part ? [part] : [];
  });
  return { kind: "Sequence", nodes };
}

type Fetch = Extract<PlanNode, { kind: "Fetch" }>;

function changesOf(node: PlanNode): Fetch[] {
  switch (node.kind) {
    case "Fetch":
      return node.operationKind === "mutation" ? [node] : [];
    case "Sequence":
    case "Parallel":
      return node.nodes.flatMap(changesOf);
    case "Condition":
      return [node.ifClause, node.elseClause].flatMap((clause) => (clause ? changesOf(clause) : []));
    default:
      return [];
  }
}

/** What is left of a plan when only one change and the fetches below its fields are kept. */
function partFor(node: PlanNode, change: Fetch, keys: ReadonlySet<string>): PlanNode | undefined {
  const part = (each: PlanNode | undefined) => each && partFor(each, change, keys);
  const isBelow = ([first]: EntityBatchAlias["paths"][number]) =>
    typeof first === "object" && "Field" in first && keys.has(first.Field);
  switch (node.kind) {
    case "Fetch":
      return node === change ? node : undefined;
    case "Flatten":
      return isBelow(node.path) ? node : undefined;
    case "BatchFetch": {
      const aliases = node.entityBatch.aliases.map((alias) => ({
        ...alias,
        paths: alias.paths.filter(isBelow),
      }));
      return aliases.some(({ paths }) => paths.length > 0)
        ? { ...node, entityBatch: { aliases } }
        : undefined;
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
