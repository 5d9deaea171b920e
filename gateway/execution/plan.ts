import type {
  BatchFetchNode,
  EntityBatchAlias,
  FetchNode,
  FlattenNodePathSegment,
  PlanNode,
} from "@graphql-hive/router-query-planner";
import { parse } from "graphql";
import type { Viewer } from "../../shared/auth/viewer.ts";
import type { Target } from "./entities.ts";
import { representationOf, rewrite, targetsAt } from "./entities.ts";
import type { ErrorList } from "./errors.ts";
import { merge } from "./merge.ts";
import { pathKeys } from "./path.ts";
import type { SubgraphExecutor, SubgraphRequest, SubgraphResponse } from "./subgraph-executor.ts";
import type { Data, TypeRelations } from "./types.ts";
import { isData } from "./types.ts";

/** One execution of a plan. */
export interface Run {
  readonly root: Data;
  readonly errors: ErrorList;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly viewer: Viewer;
  readonly signal: AbortSignal | undefined;
  /** Objects that an owning subgraph doesn't know, or doesn't show to this viewer. */
  readonly absent: WeakSet<object>;
}

/** A part of a plan, ready to run. */
type Step = (run: Run) => Promise<void>;

/** What steps are made with. */
interface Tools {
  readonly send: SubgraphExecutor;
  readonly types: TypeRelations;
}

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
      return rootFetch(node, tools);
    case "Flatten":
      return flatten(node.path, node.node, tools);
    case "BatchFetch":
      return entityFetch(node, node.entityBatch.aliases, tools);
    case "Subscription":
    case "Defer":
      throw new Error(`This gateway does not execute ${node.kind} yet.`);
  }
}

/** A fetch of root fields: its answer lies at the top of the client's. */
function rootFetch(node: FetchNode, tools: Tools): Step {
  const fields = rootKeys(node.operation);
  return async (run) => {
    const response = await sendOperation(node, {}, run, tools).catch((error: unknown) => error as Error);
    if (response instanceof Error) {
      for (const key of fields) run.errors.addFromSubgraph(unavailable(response), [key]);
      return;
    }
    for (const error of response.errors ?? []) run.errors.addFromSubgraph(error, error.path ?? undefined);
    if (!isData(response.data)) {
      if (!response.errors?.length) {
        for (const key of fields) run.errors.addFromSubgraph(malformed, [key]);
      }
      return;
    }
    if (node.outputRewrites) rewrite(response.data, node.outputRewrites, tools.types);
    merge(run.root, response.data, tools.types);
  };
}

/** A fetch of entities is a batch of one. Other nodes never stand below a path. */
function flatten(path: FlattenNodePathSegment[], node: PlanNode, tools: Tools): Step {
  if (node.kind !== "Fetch") throw new Error(`A plan has ${node.kind} below a path; expected Fetch.`);
  const { inputRewrites, outputRewrites } = node;
  return entityFetch(
    node,
    [
      {
        alias: "_entities",
        representationsVariableName: "representations",
        paths: [path],
        requires: node.requires ?? [],
        ...(inputRewrites ? { inputRewrites } : {}),
        ...(outputRewrites ? { outputRewrites } : {}),
      },
    ],
    tools,
  );
}

/** What one entry of an entity fetch asks: each representation once, with every object that waits for it. */
interface Batch {
  readonly alias: EntityBatchAlias;
  readonly representations: Data[];
  readonly waiting: Target[][];
}

function entityFetch(
  node: FetchNode | BatchFetchNode,
  aliases: readonly EntityBatchAlias[],
  tools: Tools,
): Step {
  return async (run) => {
    const batches = aliases.map((alias) => collect(alias, run, tools));
    if (batches.every(({ representations }) => representations.length === 0)) return;
    const variables = Object.fromEntries(
      batches.map(({ alias, representations }) => [alias.representationsVariableName, representations]),
    );
    const response = await sendOperation(node, variables, run, tools).catch(
      (error: unknown) => error as Error,
    );
    if (response instanceof Error) {
      for (const { waiting } of batches) blame(waiting.flat(), unavailable(response), run);
      return;
    }
    for (const error of response.errors ?? []) placeError(error, batches, run);
    for (const { alias, waiting, representations } of batches) {
      const entities = isData(response.data) ? response.data[alias.alias] : undefined;
      if (!Array.isArray(entities) || entities.length !== representations.length) {
        if (!response.errors?.length) blame(waiting.flat(), malformed, run);
        continue;
      }
      entities.forEach((entity: unknown, index) => {
        if (!isData(entity)) {
          for (const { object } of waiting[index]!) run.absent.add(object);
          return;
        }
        if (alias.outputRewrites) rewrite(entity, alias.outputRewrites, tools.types);
        for (const { object } of waiting[index]!) merge(object, entity, tools.types);
      });
    }
  };
}

function collect(alias: EntityBatchAlias, run: Run, { types }: Tools): Batch {
  const representations: Data[] = [];
  const waiting: Target[][] = [];
  const indices = new Map<string, number>();
  for (const path of alias.paths) {
    for (const target of targetsAt(run.root, path, types)) {
      const representation = representationOf(target.object, alias.requires, types);
      if (!representation) continue;
      if (alias.inputRewrites) rewrite(representation, alias.inputRewrites, types);
      const key = JSON.stringify(representation);
      const index = indices.get(key);
      if (index !== undefined) {
        waiting[index]!.push(target);
      } else {
        indices.set(key, representations.length);
        representations.push(representation);
        waiting.push([target]);
      }
    }
  }
  return { alias, representations, waiting };
}

function sendOperation(
  node: FetchNode | BatchFetchNode,
  own: Record<string, unknown>,
  run: Run,
  { send }: Tools,
): Promise<SubgraphResponse> {
  const variables: Record<string, unknown> = { ...own };
  for (const name of node.variableUsages ?? []) {
    if (Object.hasOwn(run.variables, name)) variables[name] = run.variables[name];
  }
  const request: SubgraphRequest = {
    subgraph: node.serviceName,
    query: node.operation,
    operationName: node.operationName,
    operationKind: node.operationKind ?? "query",
    variables,
    viewer: run.viewer,
    signal: run.signal,
  };
  return send(request);
}

/** An error inside `_entities[i]…` belongs to every place where that entity stands. */
function placeError(
  error: NonNullable<SubgraphResponse["errors"]>[number],
  batches: readonly Batch[],
  run: Run,
): void {
  const [alias, index, ...rest] = error.path ?? [];
  const targets = batches.find((batch) => batch.alias.alias === alias)?.waiting[index as number];
  if (targets) {
    for (const { path } of targets) run.errors.addFromSubgraph(error, [...pathKeys(path), ...rest]);
  } else {
    blame(
      batches.flatMap(({ waiting }) => waiting.flat()),
      error,
      run,
    );
  }
}

function blame(
  targets: readonly Target[],
  error: Parameters<ErrorList["addFromSubgraph"]>[0],
  run: Run,
): void {
  for (const { path } of targets) run.errors.addFromSubgraph(error, pathKeys(path));
}

const unavailable = (cause: Error) => ({
  message: "A part of the graph cannot be reached right now.",
  extensions: { code: "UNAVAILABLE" },
  originalError: cause,
});

const malformed = {
  message: "A part of the graph answered with something that is not an answer.",
  extensions: { code: "UNAVAILABLE" },
};

/** The response keys at the top of an operation. */
function rootKeys(operation: string): string[] {
  const definition = parse(operation, { noLocation: true }).definitions.find(
    (each) => each.kind === "OperationDefinition",
  );
  const keys = new Set<string>();
  for (const selection of definition?.selectionSet.selections ?? []) {
    if (selection.kind === "Field") keys.add(selection.alias?.value ?? selection.name.value);
  }
  return [...keys];
}
