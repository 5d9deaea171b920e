import type { BatchFetchNode, FetchNode } from "@graphql-hive/router-query-planner";
import { clientVariable } from "./aliases.ts";
import type { Run, Tools } from "./run.ts";
import type { Representations, SubgraphError, SubgraphResponse } from "./subgraph-executor.ts";
import type { Data } from "./types.ts";
import { isData, put } from "./types.ts";

/** What a subgraph has answered, whatever it was. */
export interface SubgraphAnswer {
  readonly data: Data | null;
  readonly errors: readonly SubgraphError[];
}

/** Sends a fetch. What keeps an answer away, and an answer that is none, become errors of the answer. */
export async function ask(
  node: FetchNode | BatchFetchNode,
  representations: Readonly<Record<string, Representations>>,
  { variables: given, viewer, caller, requestId, price, headers, signal, trace }: Run,
  { send }: Tools,
): Promise<SubgraphAnswer> {
  const startedAt = trace?.now() ?? 0;
  const note = (hasFailed: boolean) => {
    const entities = Object.values(representations).reduce((sum, { values }) => sum + values.length, 0);
    trace?.fetches.push({ subgraph: node.serviceName, entities, startedAt, endedAt: trace.now(), hasFailed });
  };
  let response: SubgraphResponse;
  try {
    // A change goes on to its end, whoever still waits for it.
    if (node.operationKind !== "mutation") signal?.throwIfAborted();
    response = await send({
      subgraph: node.serviceName,
      query: node.operation,
      operationName: node.operationName,
      operationKind: node.operationKind ?? "query",
      variables: variablesOf(node, given),
      representations,
      viewer,
      caller,
      requestId,
      price,
      headers,
      signal,
    });
  } catch (error) {
    note(true);
    return { data: null, errors: [unavailable(error)] };
  }
  const answer = answerIn(response);
  note(answer.errors.length > 0);
  return answer;
}

/** The client's variables that a fetch speaks of. */
export function variablesOf(
  { variableUsages = [] }: FetchNode | BatchFetchNode,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const variables: Record<string, unknown> = {};
  for (const name of variableUsages) {
    const clients = clientVariable(name);
    if (Object.hasOwn(given, clients)) put(variables, name, given[clients]);
  }
  return variables;
}

/** What a response really is: over HTTP it is anybody's JSON, and so are its errors. */
export function answerIn(response: SubgraphResponse): SubgraphAnswer {
  const data = isData(response.data) ? response.data : null;
  const said: unknown[] = Array.isArray(response.errors) ? response.errors : response.errors ? [null] : [];
  const errors = said.map((error) => (isData(error) ? (error as unknown as SubgraphError) : malformed));
  if (!data && errors.length === 0) errors.push(malformed);
  return { data, errors };
}

export const unavailable = (cause: unknown): SubgraphError => ({
  message: "A part of the graph cannot be reached right now.",
  extensions: { code: "UNAVAILABLE" },
  cause,
});

export const malformed: SubgraphError = {
  message: "A part of the graph answered with something that is not an answer.",
  extensions: { code: "UNAVAILABLE" },
};
