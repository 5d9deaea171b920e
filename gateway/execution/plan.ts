import type {
  BatchFetchNode,
  EntityBatchAlias,
  FetchNode,
  FlattenNodePathSegment,
  PlanNode,
} from "@graphql-hive/router-query-planner";
import type { SubgraphAnswer } from "./ask.ts";
import { ask, malformed } from "./ask.ts";
import type { Target } from "./entities.ts";
import { representationOf, targetsAt } from "./entities.ts";
import { copyOf, merge } from "./merge.ts";
import { pathKeys } from "./path.ts";
import type { EntityKey } from "./response-keys.ts";
import { entityKeys, rootKeys } from "./response-keys.ts";
import { rewrite, rewritePath } from "./rewrites.ts";
import type { Run, Step, Tools } from "./run.ts";
import type { SubgraphError } from "./subgraph-executor.ts";
import type { Data, TypeRelations } from "./types.ts";
import { isData, own } from "./types.ts";

/** Turns a plan into steps, once; they run for every request that has this plan. */
export function compilePlan(node: PlanNode | undefined, tools: Tools): Step {
  if (!node) return async () => {};
  switch (node.kind) {
    case "Sequence": {
      const steps = node.nodes.map((each) => compilePlan(each, tools));
      return async (run) => {
        for (const step of steps) await step(run);
      };
    }
    case "Parallel": {
      const steps = node.nodes.map((each) => compilePlan(each, tools));
      return async (run) => {
        await Promise.all(steps.map((step) => step(run)));
      };
    }
    case "Condition": {
      const [yes, no] = [compilePlan(node.ifClause, tools), compilePlan(node.elseClause, tools)];
      return (run) => (run.variables[node.condition] === true ? yes : no)(run);
    }
    case "Fetch":
      return rootFetch(node, [], tools);
    case "Flatten":
      return flatten(node.path, node.node, tools);
    case "BatchFetch":
      return entityFetch(node, node.entityBatch.aliases, tools);
    case "Subscription":
    case "Defer":
      throw new Error(`A plan has ${node.kind} inside; expected it at the top, or not at all.`);
  }
}

/** A fetch of root fields: its answer lies at the top of the client's, or wherever a field leads back there. */
function rootFetch(node: FetchNode, path: FlattenNodePathSegment[], tools: Tools): Step {
  const receive = rootReceiver(node, tools);
  return async (run) => {
    const targets = targetsAt(run.root, path, tools.types);
    if (targets.length > 0) receive(await ask(node, {}, run, tools), targets, run);
  };
}

/** Puts an answer to root fields where it belongs. */
export function rootReceiver(node: FetchNode, { types }: Tools) {
  const keys = rootKeys(node.operation);
  return ({ data, errors }: SubgraphAnswer, targets: readonly Target[], run: Run): void => {
    for (const error of errors) {
      const given = Array.isArray(error.path) ? error.path : [];
      // An error without a place is an error of everything that was asked for.
      const places = given.length > 0 ? [given] : keys.map((key) => [key]);
      for (const target of targets) {
        for (const place of places) {
          const inside = rewritePath(place, node.outputRewrites);
          run.errors.addFromSubgraph(error, [...pathKeys(target.path), ...inside]);
        }
      }
    }
    if (!data) return;
    if (node.outputRewrites) rewrite(data, node.outputRewrites, types);
    mergeInto(targets, data, types);
  };
}

/** A fetch of entities is a batch of one. Other nodes never stand below a path. */
function flatten(path: FlattenNodePathSegment[], node: PlanNode, tools: Tools): Step {
  if (node.kind !== "Fetch") throw new Error(`A plan has ${node.kind} below a path; expected Fetch.`);
  if (!node.requires) return rootFetch(node, path, tools);
  const { inputRewrites, outputRewrites } = node;
  const alias: EntityBatchAlias = {
    alias: "_entities",
    representationsVariableName: "representations",
    paths: [path],
    requires: node.requires,
    ...(inputRewrites ? { inputRewrites } : {}),
    ...(outputRewrites ? { outputRewrites } : {}),
  };
  return entityFetch(node, [alias], tools);
}

/** What one entry of an entity fetch asks: each representation once, with every object that waits for it. */
interface Batch {
  readonly alias: EntityBatchAlias;
  /** What it asks of each of them. */
  readonly keys: readonly EntityKey[];
  readonly representations: readonly Data[];
  readonly waiting: readonly (readonly Target[])[];
}

function entityFetch(
  node: FetchNode | BatchFetchNode,
  aliases: readonly EntityBatchAlias[],
  tools: Tools,
): Step {
  const keys = entityKeys(node.operation);
  return async (run) => {
    const batches = aliases.map((alias) => collect(alias, keys.get(alias.alias) ?? [], run, tools));
    if (batches.every(({ representations }) => representations.length === 0)) return;
    const representations: Record<string, readonly Data[]> = {};
    for (const batch of batches) {
      representations[batch.alias.representationsVariableName] = batch.representations;
    }
    const { data, errors } = await ask(node, representations, run, tools);
    for (const error of errors) placeError(error, batches, run, tools);
    if (!data) return;
    for (const batch of batches) {
      const entities = data[batch.alias.alias];
      if (Array.isArray(entities) && entities.length === batch.representations.length) {
        distribute(entities, batch, run, tools);
      } else if (errors.length === 0) {
        blame([batch], malformed, run, tools);
      }
    }
  };
}

function collect(
  alias: EntityBatchAlias,
  keys: readonly EntityKey[],
  { root, variables }: Run,
  { types }: Tools,
): Batch {
  const representations: Data[] = [];
  const waiting: Target[][] = [];
  const indices = new Map<string, number>();
  for (const target of alias.paths.flatMap((path) => targetsAt(root, path, types))) {
    const representation = representationOf(target.object, alias.requires, { types, variables });
    if (!representation) continue;
    if (alias.inputRewrites) rewrite(representation, alias.inputRewrites, types);
    const text = JSON.stringify(representation);
    const index = indices.get(text);
    if (index !== undefined) {
      waiting[index]!.push(target);
    } else {
      indices.set(text, representations.length);
      representations.push(representation);
      waiting.push([target]);
    }
  }
  return { alias, keys, representations, waiting };
}

/** Puts each entity into every object that waits for it. */
function distribute(
  entities: readonly unknown[],
  { alias, waiting }: Batch,
  run: Run,
  { types }: Tools,
): void {
  entities.forEach((entity, index) => {
    if (isData(entity)) {
      if (alias.outputRewrites) rewrite(entity, alias.outputRewrites, types);
      mergeInto(waiting[index]!, entity, types);
    } else {
      for (const { object } of waiting[index]!) run.absent.add(object);
    }
  });
}

/** Adds an answer to every object that waits for it; each gets values of its own. */
function mergeInto(targets: readonly Target[], answer: Data, types: TypeRelations): void {
  targets.forEach(({ object }, place) => merge(object, place === 0 ? answer : copyOf(answer), types));
}

/** An error inside `_entities[i]…` belongs to every place where that entity stands. */
function placeError(error: SubgraphError, batches: readonly Batch[], run: Run, tools: Tools): void {
  const [key, index, ...rest] = Array.isArray(error.path) ? (error.path as (string | number)[]) : [];
  const batch = batches.find(({ alias }) => alias.alias === key);
  const targets = batch?.waiting[index as number];
  if (!batch || !targets) return blame(batch ? [batch] : batches, error, run, tools);
  const inside = rewritePath(rest, batch.alias.outputRewrites);
  for (const { path } of targets) run.errors.addFromSubgraph(error, [...pathKeys(path), ...inside]);
}

/** An error of a whole fetch is an error of each field that it would have brought. */
function blame(batches: readonly Batch[], error: SubgraphError, run: Run, { types }: Tools): void {
  for (const { alias, keys, waiting } of batches) {
    for (const { object, path } of waiting.flat()) {
      const name = own(object, "__typename");
      for (const { type, key } of keys) {
        if (type !== null && typeof name === "string" && !types.isSubtype(name, type)) continue;
        const inside = rewritePath([key], alias.outputRewrites);
        run.errors.addFromSubgraph(error, [...pathKeys(path), ...inside]);
      }
    }
  }
}
