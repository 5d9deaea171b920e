import type { QueryPlan } from "@graphql-hive/router-query-planner";
import type { GraphQLSchema } from "graphql";
import { GraphQLError } from "graphql";
import { DomainError, StartupError } from "../shared/errors.ts";
import { createAuthorizer } from "./authorization/authorizer.ts";
import type { PolicyCheck } from "./authorization/requirement.ts";
import type { Answer, Operation } from "./execution/executor.ts";
import { createPlanExecutor } from "./execution/executor.ts";
import { explainPlan } from "./execution/explain.ts";
import { sourceToPlan } from "./execution/planned-source.ts";
import type { PlannerOptions } from "./execution/planner.ts";
import { createPlanner } from "./execution/planner.ts";
import type { SubgraphFailure } from "./execution/run.ts";
import type { SubgraphExecutor, SubgraphSubscriber } from "./execution/subgraph-executor.ts";
import { Trace } from "./execution/trace.ts";
import type { Caller } from "./identity/caller.ts";
import { NOBODY } from "./identity/caller.ts";
import { subgraphUrls } from "./supergraph.ts";

/** One operation of a client, validated. */
export interface GraphOperation extends Omit<Operation, "trace" | "withheld"> {
  /** Who has called; without it nothing but the viewer is known of them, and they have no scopes. */
  readonly caller?: Caller;
  /** Whether the answer is to say how it came about. */
  readonly isExplained?: boolean;
}

/** An answer; on demand its extensions say how it came about. */
export type GraphAnswer = Answer;

/** What lies behind a graph. */
export interface GraphOptions extends PlannerOptions {
  readonly subgraph: SubgraphExecutor;
  readonly subscribe?: SubgraphSubscriber | undefined;
  /** Told of each fetch that no answer came back for. */
  readonly onFailure?: ((failure: SubgraphFailure) => void) | undefined;
  /** Decides on `@policy`; without it no policy holds for anybody. */
  readonly policies?: PolicyCheck | undefined;
}

/** A supergraph that answers: the one way from an operation to its answer, whatever it came by. */
export interface Graph {
  /** What clients see of it; operations are validated against it. */
  readonly apiSchema: GraphQLSchema;
  readonly supergraphSdl: string;
  execute(operation: GraphOperation): Promise<GraphAnswer>;
  /** An answer for each event of a subscription, or the one answer that there is. */
  subscribe(operation: GraphOperation): Promise<Answer | AsyncGenerator<Answer, void>>;
}

/** Makes a graph of a supergraph; rejects when the supergraph is none. */
export async function loadGraph(supergraphSdl: string, options: GraphOptions): Promise<Graph> {
  // The planner would take any schema, and find no subgraph for any field of it.
  subgraphUrls(supergraphSdl);
  const planner = await createPlanner(supergraphSdl, options);
  const { apiSchema, keysOf } = planner;
  const { subgraph, subscribe, onFailure, policies } = options;
  const executor = createPlanExecutor({ apiSchema, supergraphSdl, keysOf, subgraph, subscribe, onFailure });

  const authorize = createAuthorizer(supergraphSdl, apiSchema, policies);

  /** The plan of as much of an operation as its caller may ask for, and what that leaves out. */
  const planOf = async (operation: GraphOperation): Promise<Planned> => {
    const { document, operationName, variables, viewer, caller } = operation;
    const permitted =
      authorize && (await authorize(document, operationName, caller ?? { ...NOBODY, viewer }));
    const text = sourceToPlan(
      permitted?.document ?? document,
      operationName,
      variables,
      planner,
      keysOf(document),
    );
    const plan = text === null ? null : await planner.plan(text, operationName);
    return { plan, operation: permitted ? { ...operation, withheld: permitted.withheld } : operation };
  };
  return {
    apiSchema,
    supergraphSdl,
    async execute(given) {
      const trace = given.isExplained ? new Trace() : null;
      const planned = await planOf(given).catch(unplannable);
      if ("errors" in planned) return planned;
      const { plan, operation } = planned;
      if (!trace) return executor.execute(plan, operation);
      const plannedAt = trace.now();
      const answer = await executor.execute(plan, { ...operation, trace });
      const { fetches } = trace;
      const explained = { text: explainPlan(plan), plannedAt, fetches, endedAt: trace.now() };
      return { ...answer, extensions: { ...answer.extensions, plan: explained } };
    },
    async subscribe(given) {
      const planned = await planOf(given).catch(unplannable);
      if ("errors" in planned) return planned;
      return executor.subscribe(planned.plan, planned.operation);
    },
  };
}

/** An operation that can be run. */
interface Planned {
  readonly plan: QueryPlan | null;
  readonly operation: Operation;
}

/** A valid operation for which the supergraph leads nowhere: its subgraphs promise together what none of them has. */
function unplannable(error: unknown): Answer & { readonly errors: readonly GraphQLError[] } {
  if (error instanceof DomainError) {
    const { message, extensions } = error;
    return { errors: [new GraphQLError(message, { originalError: error, extensions: { ...extensions } })] };
  }
  const originalError = error instanceof Error ? error : new Error(String(error));
  const extensions = { code: "INTERNAL_SERVER_ERROR" };
  return {
    data: null,
    errors: [new GraphQLError("The operation cannot be planned.", { originalError, extensions })],
  };
}

/** The same for a start: what is wrong is said in one sentence. */
export async function loadFirstGraph(supergraphSdl: string, options: GraphOptions): Promise<Graph> {
  try {
    return await loadGraph(supergraphSdl, options);
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(`The supergraph cannot be served: ${(error as Error).message}`, { cause: error });
  }
}
