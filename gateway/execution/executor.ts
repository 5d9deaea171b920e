import type { BatchFetchNode, FetchNode, QueryPlan } from "@graphql-hive/router-query-planner";
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from "graphql";
import { buildSchema, getOperationAST, getVariableValues, GraphQLError } from "graphql";
import type { Viewer } from "../../shared/auth/viewer.ts";
import type { Price } from "../budget/rate-limit.ts";
import type { Caller } from "../identity/caller.ts";
import type { KeysOf } from "./aliases.ts";
import { customScalarCheck } from "./custom-scalars.ts";
import { ErrorList } from "./errors.ts";
import { compileIntrospection } from "./introspection.ts";
import { compilePlan } from "./plan.ts";
import { decidingVariables } from "./planned-source.ts";
import { compileProjection } from "./projection.ts";
import type { Run, Step, SubgraphFailure, Tools } from "./run.ts";
import type { SubgraphExecutor, SubgraphSubscriber } from "./subgraph-executor.ts";
import { compileSubscription } from "./subscription.ts";
import type { Trace } from "./trace.ts";
import type { Data } from "./types.ts";
import { typeRelations } from "./types.ts";
import type { Withheld } from "./withheld.ts";
import { fieldOfVariable, withField } from "../../shared/graphql/input-errors.ts";
import { withExpectedFields } from "../pipeline/expected-fields.ts";

/** One operation of a client. */
export interface Operation {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly viewer: Viewer;
  /** Who has called, as the gateway alone knows it. */
  readonly caller?: Caller | undefined;
  /** The client's request, for the audit log. */
  readonly requestId?: string | undefined;
  /** What the operation may cost, for whoever asks that. */
  readonly price?: Price | undefined;
  /** Headers of the client's that go on to subgraphs. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Fires when the client has gone. */
  readonly signal?: AbortSignal | undefined;
  /** Whether refusals keep to themselves which name was perhaps meant. */
  readonly hideSuggestions?: boolean | undefined;
  /** Where fetches are noted, when somebody wants to know. */
  readonly trace?: Trace | undefined;
  /** What the client may not see of it; its plan must not ask for that either. */
  readonly withheld?: Withheld | undefined;
}

export interface Answer {
  readonly data?: Data | null;
  readonly errors?: readonly GraphQLError[];
  /** `omittedErrors`: how many more errors there were, at least, where they are too many to list. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** Executes plans: (plan, variables, viewer) in, answer out. Null stands for a plan without a fetch. */
export interface PlanExecutor {
  execute(plan: QueryPlan | null, operation: Operation): Promise<Answer>;
  /** An answer for each event of a subscription; a single one when the operation cannot be subscribed to. */
  subscribe(plan: QueryPlan | null, operation: Operation): Answer | AsyncGenerator<Answer, void>;
}

/** What an executor is made of. */
export interface PlanExecutorOptions {
  /** What clients see of the supergraph. */
  readonly apiSchema: GraphQLSchema;
  readonly supergraphSdl: string;
  /** The keys under which plans fetch what a document asks for. */
  readonly keysOf: KeysOf;
  readonly subgraph: SubgraphExecutor;
  /** Subscribes to subgraphs; none can be subscribed to without it. */
  readonly subscribe?: SubgraphSubscriber | undefined;
  /** Told of each fetch that no answer came back for. */
  readonly onFailure?: ((failure: SubgraphFailure) => void) | undefined;
}

/** An operation that can be run: its runs, and how the answer is made of one. */
interface Prepared {
  readonly begin: () => Run;
  readonly answer: (run: Run) => Answer;
}

/** Makes the executor of a supergraph over whatever reaches its subgraphs. */
export function createPlanExecutor({
  apiSchema,
  supergraphSdl,
  keysOf,
  subgraph,
  subscribe,
  onFailure,
}: PlanExecutorOptions): PlanExecutor {
  const supergraph = buildSchema(supergraphSdl, { assumeValid: true, assumeValidSDL: true });
  const isCustom = customScalarCheck(supergraph);
  const tools: Tools = {
    send: subgraph,
    types: typeRelations(supergraph),
    hasCustomScalars: remember(({ operation }: FetchNode | BatchFetchNode) => isCustom(operation)),
    onFailure,
  };

  // What is compiled lives as long as the plan or the document that it was compiled from: both are kept in
  // caches with an upper bound, the plans by the planner, the documents by the server.
  const stepOf = remember((plan: QueryPlan): Step => compilePlan(plan.node, tools));
  const eventsOf = remember((plan: QueryPlan) => compileSubscription(plan.node, tools, subscribe!));
  const operationsOf = remember(
    (_source: DocumentNode | Withheld) => new Map<OperationDefinitionNode, ReturnType<typeof compile>>(),
  );
  const compile = (document: DocumentNode, operation: OperationDefinitionNode, withheld?: Withheld) => ({
    introspect: compileIntrospection(apiSchema, document, operation),
    project: compileProjection(
      { api: apiSchema, supergraph },
      document,
      operation,
      keysOf(document),
      withheld,
    ),
  });

  const prepare = (given: Operation, isSubscription: boolean): Prepared | { refusal: Answer } => {
    const { document, operationName, viewer, caller, requestId, price, headers, signal } = given;
    const { trace, withheld } = given;
    const refuse = (...errors: GraphQLError[]) => ({ refusal: { errors } });
    const operation = getOperationAST(document, operationName);
    if (!operation) return refuse(badInput("Expected the name of one of the document's operations."));
    if ((operation.operation === "subscription") !== isSubscription) {
      return refuse(badInput("Subscriptions are answered to requests that accept text/event-stream."));
    }
    if (isSubscription && !subscribe) return refuse(badInput("Nothing can be subscribed to here."));
    const definitions = operation.variableDefinitions ?? [];
    const values = getVariableValues(apiSchema, definitions, given.variables ?? {}, {
      hideSuggestions: given.hideSuggestions ?? false,
    });
    if (values.errors) {
      const said = (message: string) =>
        given.hideSuggestions ? message : withExpectedFields(message, apiSchema);
      return refuse(
        ...values.errors.map((error) =>
          withField(badInput(said(error.message), error), fieldOfVariable(error.message)),
        ),
      );
    }
    const variables = values.coerced;
    // A default makes room for null where the condition itself has none.
    const undecided = decidingVariables(document).find((name) => variables[name] === null);
    if (undecided)
      return refuse(badInput(`Variable "$${undecided}" decides on a field and must not be null.`));

    const known = operationsOf(withheld ?? document);
    let compiled = known.get(operation);
    if (!compiled) known.set(operation, (compiled = compile(document, operation, withheld)));
    const { introspect, project } = compiled;
    return {
      begin: () => ({
        root: {},
        errors: new ErrorList(),
        absent: new WeakSet(),
        hung: new Set(),
        variables,
        viewer,
        caller,
        requestId,
        price,
        headers,
        signal,
        trace,
      }),
      answer({ root, errors, absent }) {
        const introspected = introspect(variables);
        const data = project(root, { variables, errors, absent, introspected, path: [] });
        if (errors.errors.length === 0) return { data };
        const { omitted } = errors;
        return {
          data,
          errors: errors.placedIn(data, root),
          ...(omitted > 0 ? { extensions: { omittedErrors: omitted } } : {}),
        };
      },
    };
  };

  return {
    async execute(plan, operation) {
      const prepared = prepare(operation, false);
      if ("refusal" in prepared) return prepared.refusal;
      const run = prepared.begin();
      if (plan) await stepOf(plan)(run);
      return prepared.answer(run);
    },
    subscribe(plan, operation) {
      const prepared = prepare(operation, true);
      if ("refusal" in prepared) return prepared.refusal;
      if (!plan) return prepared.answer(prepared.begin());
      const events = eventsOf(plan);
      return (async function* () {
        for await (const run of events(prepared.begin)) yield prepared.answer(run);
      })();
    },
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
