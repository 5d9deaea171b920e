import type { DocumentNode, ExecutionResult, GraphQLSchema } from "graphql";
import { execute } from "graphql";
import type { CompiledQuery } from "graphql-jit";
import { compileQuery, isCompiledQuery } from "graphql-jit";
import type { SubgraphContext } from "../data/loaders.ts";

/** A validated operation and who asks. */
export interface CompiledOperation {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly context: SubgraphContext;
}

/** What becomes of an operation: a function, or why there is none. */
type Compiled = CompiledQuery | ExecutionResult;

export type CompiledExecutor = (operation: CompiledOperation) => Promise<ExecutionResult>;

/**
 * Executes operations by functions that are compiled for them, once for each document for as long as the document
 * is kept. What the compiler refuses, graphql-js executes.
 */
export function compiledExecutor(schema: GraphQLSchema): CompiledExecutor {
  const compiled = new WeakMap<DocumentNode, Map<string, Compiled>>();

  const queryOf = (document: DocumentNode, operationName: string | undefined) => {
    let named = compiled.get(document);
    if (!named) compiled.set(document, (named = new Map<string, Compiled>()));
    const name = operationName ?? "";
    let query = named.get(name);
    if (!query) named.set(name, (query = compileQuery(schema, document, operationName)));
    return query;
  };

  return async ({ document, operationName, variables = {}, context }) => {
    const query = queryOf(document, operationName ?? undefined);
    return isCompiledQuery(query)
      ? query.query(undefined, context, variables)
      : execute({ schema, document, operationName, variableValues: variables, contextValue: context });
  };
}
