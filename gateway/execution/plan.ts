import type {
  EntityBatchAlias,
  FetchNode,
  FlattenNodePathSegment,
  PlanNode,
} from "@graphql-hive/router-query-planner";
import type { SubgraphAnswer } from "./ask.ts";
import { ask, malformed } from "./ask.ts";
import { dependenciesOf } from "./dependencies.ts";
import { objectsAt, placesAt } from "./entities.ts";
import { entityFetch } from "./entity-fetch.ts";
import { withDigits } from "./kept-digits.ts";
import { copyOf, merge } from "./merge.ts";
import { serialParts } from "./mutation-order.ts";
import type { Keys } from "./place-errors.ts";
import { eachExamined, keysOf, placeError } from "./place-errors.ts";
import { rootKeys } from "./response-keys.ts";
import { rewrite, rewritePath } from "./rewrites.ts";
import type { Run, Step, Tools } from "./run.ts";
import { runGraph } from "./run-graph.ts";
import type { SubgraphError } from "./subgraph-executor.ts";
import type { Data } from "./types.ts";

/**
 * Turns a plan into steps, once; they run for every request that has this plan. `done` is a fetch whose answer is
 * there before it begins.
 */
export function compilePlan(plan: PlanNode | undefined, tools: Tools, done?: FetchNode): Step {
  if (!plan) return async () => {};
  const parts = serialParts(plan).map((part) =>
    runGraph(
      dependenciesOf(part, done).map(({ node, after }) => ({ step: compileNode(node, tools), after })),
    ),
  );
  if (parts.length === 1) return parts[0]!;
  return async (run) => {
    for (const part of parts) await part(run);
  };
}

function compileNode(node: PlanNode, tools: Tools): Step {
  switch (node.kind) {
    case "Condition": {
      const [yes, no] = [compilePlan(node.ifClause, tools), compilePlan(node.elseClause, tools)];
      return (run) => (run.variables[node.condition] === true ? yes : no)(run);
    }
    case "Fetch":
      return rootFetch(withDigits(node), [], tools);
    case "Flatten":
      return flatten(node.path, node.node, tools);
    case "BatchFetch":
      return entityFetch(withDigits(node), node.entityBatch.aliases, tools);
    default:
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
    const missing = data && errors.length === 0 ? keys.filter((key) => data[key] === undefined) : [];
    if (errors.length > 0 || missing.length > 0) {
      const places = [...placesAt(run.root, [path], types).values()].flat();
      const place = (error: SubgraphError, below: readonly Keys[]) => {
        const inside = below.map((keys) => rewritePath(keys, node.outputRewrites));
        placeError(error, places, inside, run.errors);
      };
      const everything = keys.map((key) => [key]);
      // An error without a place is an error of everything that was asked for.
      eachExamined(errors, run.errors, (error) => {
        const given = keysOf(error);
        place(error, given.length > 0 ? [given] : everything);
      });
      if (missing.length > 0)
        place(
          malformed,
          missing.map((key) => [key]),
        );
    }
    if (!data) return;
    if (node.outputRewrites) rewrite(data, node.outputRewrites, types);
    objects.forEach((object, index) => merge(object, index === 0 ? data : copyOf(data), types));
  };
}

/** A fetch of entities is a batch of one. Other nodes never stand below a path. */
function flatten(path: FlattenNodePathSegment[], node: PlanNode, tools: Tools): Step {
  if (node.kind !== "Fetch") throw new Error(`A plan has ${node.kind} below a path; expected Fetch.`);
  if (!node.requires) return rootFetch(withDigits(node), path, tools);
  const { inputRewrites, outputRewrites } = node;
  const alias: EntityBatchAlias = {
    alias: "_entities",
    representationsVariableName: "representations",
    paths: [path],
    requires: node.requires,
    ...(inputRewrites ? { inputRewrites } : {}),
    ...(outputRewrites ? { outputRewrites } : {}),
  };
  return entityFetch(withDigits(node), [alias], tools);
}
