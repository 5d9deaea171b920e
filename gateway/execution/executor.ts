import type { QueryPlan } from "@graphql-hive/router-query-planner";
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from "graphql";
import { buildSchema, getOperationAST, getVariableValues, GraphQLError } from "graphql";
import type { Viewer } from "../../shared/auth/viewer.ts";
import { ErrorList } from "./errors.ts";
import { compileIntrospection } from "./introspection.ts";
import { inOrder } from "./mutation-order.ts";
import type { Run, Step } from "./plan.ts";
import { compilePlan } from "./plan.ts";
import { decidingVariables } from "./planned-source.ts";
import { compileProjection } from "./projection.ts";
import type { SubgraphExecutor } from "./subgraph-executor.ts";
import type { Trace } from "./trace.ts";
import type { Data } from "./types.ts";
import { typeRelations } from "./types.ts";

/** One operation of a client. */
export interface Operation {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly viewer: Viewer;
  /** Fires when the client has gone. */
  readonly signal?: AbortSignal | undefined;
  /** Where fetches are noted, when somebody wants to know. */
  readonly trace?: Trace | undefined;
}

export interface Answer {
  readonly data?: Data | null;
  readonly errors?: readonly GraphQLError[];
}

/** Executes plans: (plan, variables, viewer) in, answer out. Null stands for a plan without a fetch. */
export type PlanExecutor = (plan: QueryPlan | null, operation: Operation) => Promise<Answer>;

/** What an executor is made of. */
export interface PlanExecutorOptions {
  /** What clients see of the supergraph. */
  readonly apiSchema: GraphQLSchema;
  readonly supergraphSdl: string;
  readonly subgraph: SubgraphExecutor;
}

/** Makes the executor of a supergraph over whatever reaches its subgraphs. */
export function createPlanExecutor({
  apiSchema,
  supergraphSdl,
  subgraph,
}: PlanExecutorOptions): PlanExecutor {
  const supergraph = buildSchema(supergraphSdl, { assumeValid: true, assumeValidSDL: true });
  const tools = { send: subgraph, types: typeRelations(supergraph) };

  // What is compiled lives as long as the plan or the document that it was compiled from: both are kept in
  // caches with an upper bound, the plans by the planner, the documents by the server.
  const stepOf = remember((plan: QueryPlan): Step => compilePlan(plan.node && inOrder(plan.node), tools));
  const operationsOf = remember(
    (_document: DocumentNode) => new Map<OperationDefinitionNode, ReturnType<typeof prepare>>(),
  );
  const prepare = (document: DocumentNode, operation: OperationDefinitionNode) => ({
    introspect: compileIntrospection(apiSchema, document, operation),
    project: compileProjection(apiSchema, document, operation),
  });

  return async (plan, { document, operationName, variables, viewer, signal, trace }) => {
    const operation = getOperationAST(document, operationName);
    if (!operation) return { errors: [badInput("Expected the name of one of the document's operations.")] };
    if (operation.operation === "subscription") {
      return { errors: [badInput("Subscriptions are not served at this address.")] };
    }
    const values = getVariableValues(apiSchema, operation.variableDefinitions ?? [], variables ?? {});
    if (values.errors) return { errors: values.errors.map((error) => badInput(error.message, error)) };
    // A default makes room for null where the condition itself has none.
    const undecided = decidingVariables(document).find((name) => values.coerced[name] === null);
    if (undecided)
      return { errors: [badInput(`Variable "$${undecided}" decides on a field and must not be null.`)] };

    const known = operationsOf(document);
    let prepared = known.get(operation);
    if (!prepared) known.set(operation, (prepared = prepare(document, operation)));

    const errors = new ErrorList();
    const absent = new WeakSet();
    const run: Run = { root: {}, errors, absent, variables: values.coerced, viewer, signal, trace };
    if (plan) await stepOf(plan)(run);
    const introspected = prepared.introspect(values.coerced);
    const data = prepared.project(run.root, {
      variables: values.coerced,
      errors,
      absent,
      introspected,
      path: [],
    });
    return errors.errors.length > 0 ? { data, errors: errors.placedIn(data, run.root) } : { data };
  };
}

const badInput = (message: string, { nodes }: { readonly nodes?: GraphQLError["nodes"] } = {}) =>
  new GraphQLError(message, { nodes: nodes ?? null, extensions: { code: "BAD_USER_INPUT" } });

/** Does something once for each object that comes along, and forgets it with the object. */
function remember<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, V>();
  return (key) => {
    let value = made.get(key);
    if (value === undefined) made.set(key, (value = make(key)));
    return value;
  };
}
