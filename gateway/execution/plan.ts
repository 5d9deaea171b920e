import type {
  BatchFetchNode,
  EntityBatchAlias,
  FetchNode,
  FlattenNodePathSegment,
  PlanNode,
} from "@graphql-hive/router-query-planner";
import type { SubgraphAnswer } from "./ask.ts";
import { ask, malformed } from "./ask.ts";
import { objectsAt, placesAt, representationOf } from "./entities.ts";
import { copyOf, merge } from "./merge.ts";
import type { Path } from "./path.ts";
import { pathKeys } from "./path.ts";
import type { EntityKey } from "./response-keys.ts";
import { entityKeys, rootKeys } from "./response-keys.ts";
import { rewrite, rewritePath } from "./rewrites.ts";
import type { Run, Step, Tools } from "./run.ts";
import type { Representations, SubgraphError } from "./subgraph-executor.ts";
import type { Data } from "./types.ts";
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
  const receive = rootReceiver(node, path, tools);
  return async (run) => {
    const objects = objectsAt(run.root, path, tools.types);
    if (objects.length > 0) receive(await ask(node, {}, run, tools), objects, run);
  };
}

/** Puts an answer to root fields where it belongs. */
export function rootReceiver(node: FetchNode, path: FlattenNodePathSegment[], { types }: Tools) {
  const keys = rootKeys(node.operation);
  return ({ data, errors }: SubgraphAnswer, objects: readonly Data[], run: Run): void => {
    const places = errors.length > 0 ? [...placesAt(run.root, [path], types).values()].flat() : [];
    for (const error of errors) {
      const given = Array.isArray(error.path) ? error.path : [];
      // An error without a place is an error of everything that was asked for.
      const inside = given.length > 0 ? [given] : keys.map((key) => [key]);
      for (const place of places) {
        for (const below of inside) {
          run.errors.addFromSubgraph(error, [...pathKeys(place), ...rewritePath(below, node.outputRewrites)]);
        }
      }
    }
    if (!data) return;
    if (node.outputRewrites) rewrite(data, node.outputRewrites, types);
    objects.forEach((object, index) => merge(object, index === 0 ? data : copyOf(data), types));
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

/** What one entry of an entity fetch asks, each representation once, and which objects wait for it. */
interface Batch {
  readonly alias: EntityBatchAlias;
  /** What it asks of each of them. */
  readonly keys: readonly EntityKey[];
  readonly representations: Representations;
  readonly objects: readonly Data[];
  /** For each of the objects the place of its representation. */
  readonly slots: readonly number[];
  /** Where the objects stand in the answer; looked up when an error asks. */
  readonly places: () => ReadonlyMap<Data, readonly Path[]>;
}

function entityFetch(
  node: FetchNode | BatchFetchNode,
  aliases: readonly EntityBatchAlias[],
  tools: Tools,
): Step {
  const keys = entityKeys(node.operation);
  return async (run) => {
    const batches = aliases.map((alias) => collect(alias, keys.get(alias.alias) ?? [], run, tools));
    if (batches.every(({ objects }) => objects.length === 0)) return;
    const representations: Record<string, Representations> = {};
    for (const batch of batches) {
      representations[batch.alias.representationsVariableName] = batch.representations;
    }
    const { data, errors } = await ask(node, representations, run, tools);
    for (const error of errors) placeError(error, batches, run, tools);
    if (!data) return;
    for (const batch of batches) {
      const entities = data[batch.alias.alias];
      if (Array.isArray(entities) && entities.length === batch.representations.values.length) {
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
  const representations = { values: [] as Data[], texts: [] as string[] };
  const objects: Data[] = [];
  const slots: number[] = [];
  const known = new Map<string, number>();
  for (const path of alias.paths) {
    for (const object of objectsAt(root, path, types)) {
      const representation = representationOf(object, alias.requires, { types, variables });
      if (!representation) continue;
      if (alias.inputRewrites) rewrite(representation, alias.inputRewrites, types);
      const text = JSON.stringify(representation);
      let slot = known.get(text);
      if (slot === undefined) {
        known.set(text, (slot = representations.texts.push(text) - 1));
        representations.values.push(representation);
      }
      objects.push(object);
      slots.push(slot);
    }
  }
  let places: ReadonlyMap<Data, readonly Path[]> | undefined;
  return {
    alias,
    keys,
    representations,
    objects,
    slots,
    places: () => (places ??= placesAt(root, alias.paths, types)),
  };
}

/** Puts each entity into every object that waits for it; each gets values of its own. */
function distribute(
  entities: readonly unknown[],
  { alias, objects, slots }: Batch,
  run: Run,
  { types }: Tools,
): void {
  if (alias.outputRewrites) {
    for (const entity of entities) if (isData(entity)) rewrite(entity, alias.outputRewrites, types);
  }
  const isTaken: boolean[] = [];
  objects.forEach((object, index) => {
    const slot = slots[index]!;
    const entity = entities[slot];
    if (isData(entity)) merge(object, isTaken[slot] ? copyOf(entity) : entity, types);
    else run.absent.add(object);
    isTaken[slot] = true;
  });
}

/** An error inside `_entities[i]…` belongs to every place where that entity stands. */
function placeError(error: SubgraphError, batches: readonly Batch[], run: Run, tools: Tools): void {
  const [key, index, ...rest] = Array.isArray(error.path) ? (error.path as (string | number)[]) : [];
  const batch = batches.find(({ alias }) => alias.alias === key);
  if (!batch || batch.representations.values[index as number] === undefined) {
    return blame(batch ? [batch] : batches, error, run, tools);
  }
  const inside = rewritePath(rest, batch.alias.outputRewrites);
  const places = batch.places();
  batch.objects.forEach((object, waiting) => {
    if (batch.slots[waiting] !== index) return;
    for (const place of places.get(object) ?? []) {
      run.errors.addFromSubgraph(error, [...pathKeys(place), ...inside]);
    }
  });
}

/** An error of a whole fetch is an error of each field that it would have brought. */
function blame(batches: readonly Batch[], error: SubgraphError, run: Run, { types }: Tools): void {
  for (const { alias, keys, objects, places: placesOf } of batches) {
    const places = placesOf();
    for (const object of objects) {
      const name = own(object, "__typename");
      for (const { type, key } of keys) {
        if (type !== null && typeof name === "string" && !types.isSubtype(name, type)) continue;
        const inside = rewritePath([key], alias.outputRewrites);
        for (const place of places.get(object) ?? []) {
          run.errors.addFromSubgraph(error, [...pathKeys(place), ...inside]);
        }
      }
    }
  }
}
