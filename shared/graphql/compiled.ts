import type {
  DocumentNode,
  ExecutionResult,
  GraphQLNamedType,
  GraphQLSchema,
  OperationDefinitionNode,
} from "graphql";
import {
  execute,
  getNamedType,
  getOperationAST,
  isInputObjectType,
  Kind,
  OperationTypeNode,
  typeFromAST,
  visit,
} from "graphql";
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
type Compiled = CompiledQuery | ExecutionResult | null;

export type CompiledExecutor = (operation: CompiledOperation) => Promise<ExecutionResult>;

/**
 * Executes operations by functions that are compiled for them, once for each document for as long as the document
 * is kept. What the compiler refuses, and mutations, graphql-js executes.
 */
export function compiledExecutor(schema: GraphQLSchema): CompiledExecutor {
  const compiled = new WeakMap<OperationDefinitionNode, Compiled>();

  const queryOf = (document: DocumentNode, operationName: string | undefined) => {
    const operation = getOperationAST(document, operationName);
    // Mutations are few, and the compiler leaves the default values of required input fields out.
    if (operation?.operation !== OperationTypeNode.QUERY) return null;
    let query = compiled.get(operation);
    if (query === undefined) {
      query = hasRecursiveVariable(schema, document) ? null : compileQuery(schema, document, operationName);
      compiled.set(operation, query);
    }
    return query;
  };

  return async ({ document, operationName, variables = {}, context }) => {
    const query = queryOf(document, operationName ?? undefined);
    return query && isCompiledQuery(query)
      ? query.query(undefined, context, variables)
      : execute({ schema, document, operationName, variableValues: variables, contextValue: context });
  };
}

/**
 * Whether a variable's type has itself in it, as a filter has filters: the compiler would unfold it without end and
 * take the process with it.
 */
function hasRecursiveVariable(schema: GraphQLSchema, document: DocumentNode): boolean {
  let isFound = false;
  visit(document, {
    [Kind.VARIABLE_DEFINITION]({ type }) {
      isFound ||= isRecursive(getNamedType(typeFromAST(schema, type as never)), []);
      return false;
    },
  });
  return isFound;
}

function isRecursive(type: GraphQLNamedType | undefined, inside: readonly GraphQLNamedType[]): boolean {
  if (!isInputObjectType(type)) return false;
  if (inside.includes(type)) return true;
  const within = [...inside, type];
  return Object.values(type.getFields()).some((field) => isRecursive(getNamedType(field.type), within));
}
