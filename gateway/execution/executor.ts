import type { QueryPlan } from "@graphql-hive/router-query-planner";
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode, SelectionNode } from "graphql";
import { execute, getOperationAST, getVariableValues, GraphQLError, Kind, print } from "graphql";
import type { Viewer } from "../../shared/auth/viewer.ts";
import { ErrorList } from "./errors.ts";
import { put } from "./merge.ts";
import type { Run } from "./plan.ts";
import { compilePlan } from "./plan.ts";
import { Projection } from "./projection.ts";
import type { SubgraphExecutor } from "./subgraph-executor.ts";
import type { Data } from "./types.ts";
import { typeRelations } from "./types.ts";

/** One operation of a client. */
export interface Operation {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly viewer: Viewer;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly data?: Data | null;
  readonly errors?: readonly GraphQLError[];
}

/** Executes plans: (plan, variables, viewer) in, answer out. */
export type PlanExecutor = (plan: QueryPlan | null, operation: Operation) => Promise<Answer>;

/** Makes the executor of a supergraph over whatever reaches its subgraphs. */
export function createPlanExecutor(apiSchema: GraphQLSchema, send: SubgraphExecutor): PlanExecutor {
  const types = typeRelations(apiSchema);
  const steps = new WeakMap<QueryPlan, ReturnType<typeof compilePlan>>();

  const stepsOf = (plan: QueryPlan) => {
    let compiled = steps.get(plan);
    if (!compiled) steps.set(plan, (compiled = compilePlan(plan.node, { send, types })));
    return compiled;
  };

  return async (plan, { document, operationName, variables, viewer, signal }) => {
    const operation = getOperationAST(document, operationName);
    if (!operation) return { errors: [badInput("Expected the name of one of the document's operations.")] };
    const values = getVariableValues(apiSchema, operation.variableDefinitions ?? [], variables ?? {});
    if (values.errors) return { errors: values.errors.map(({ message }) => badInput(message)) };

    const errors = new ErrorList();
    const run: Run = {
      root: introspect(apiSchema, document, operation, values.coerced),
      errors,
      variables: values.coerced,
      viewer,
      signal,
      absent: new WeakSet(),
    };
    if (plan?.node) await stepsOf(plan)(run);
    const projection = new Projection(apiSchema, document, operation, values.coerced);
    const data = projection.project(run.root, { schema: apiSchema, errors, absent: run.absent });
    return errors.errors.length > 0 ? { data, errors: errors.errors } : { data };
  };
}

const badInput = (message: string) => new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT" } });

const META_FIELDS = new Set(["__schema", "__type"]);

const isMeta = (selection: SelectionNode) =>
  selection.kind === Kind.FIELD && META_FIELDS.has(selection.name.value);

/**
 * The text of an operation as the planner takes it: without the fields that the schema itself answers. Null when
 * nothing is left, and there is nothing to plan.
 */
export function sourceToPlan(
  source: string,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): string | null {
  const { selections } = operation.selectionSet;
  const isData = (selection: SelectionNode) =>
    !(selection.kind === Kind.FIELD && selection.name.value.startsWith("__"));
  if (!selections.some(isData)) return null;
  if (!selections.some(isMeta)) return source;
  const rest: OperationDefinitionNode = {
    ...operation,
    selectionSet: { ...operation.selectionSet, selections: selections.filter((each) => !isMeta(each)) },
  };
  return print({
    ...document,
    definitions: document.definitions.map((each) => (each === operation ? rest : each)),
  });
}

/** What the schema itself answers: introspection never reaches a subgraph. */
function introspect(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Data {
  const root: Data = {};
  const selections = operation.selectionSet.selections.filter(isMeta);
  if (selections.length === 0) return root;
  const alone: OperationDefinitionNode = {
    ...operation,
    selectionSet: { ...operation.selectionSet, selections },
  };
  const definitions = document.definitions.filter(
    (definition) => definition.kind === Kind.FRAGMENT_DEFINITION,
  );
  const result = execute({
    schema,
    document: { ...document, definitions: [alone, ...definitions] },
    variableValues: variables,
  }) as { data?: Data | null };
  for (const [key, value] of Object.entries(result.data ?? {})) put(root, key, value);
  return root;
}
