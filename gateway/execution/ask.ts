import type { BatchFetchNode, FetchNode } from "@graphql-hive/router-query-planner";
import { clientVariable } from "./aliases.ts";
import type { Run, Tools } from "./run.ts";
import type { Representations, SubgraphError, SubgraphResponse } from "./subgraph-executor.ts";
import { ClientGone, SubgraphTimeout } from "./subgraph-executor.ts";
import type { Data } from "./types.ts";
import { isData, put } from "./types.ts";

/** What a subgraph has answered, whatever it was. */
export interface SubgraphAnswer {
  readonly data: Data | null;
  readonly errors: readonly SubgraphError[];
  /** Whether the subgraph has executed the operation, and lost its data to errors if there is none. */
  readonly isExecuted: boolean;
}

/** Sends a fetch. What keeps an answer away, and an answer that is none, become errors of the answer. */
export async function ask(
  node: FetchNode | BatchFetchNode,
  representations: Readonly<Record<string, Representations>>,
  run: Run,
  tools: Tools,
): Promise<SubgraphAnswer> {
  const { viewer, caller, requestId, price, headers, signal, trace, hung } = run;
  const startedAt = trace?.now() ?? 0;
  const note = (hasFailed: boolean) => {
    const entities = Object.values(representations).reduce((sum, { values }) => sum + values.length, 0);
    trace?.fetches.push({ subgraph: node.serviceName, entities, startedAt, endedAt: trace.now(), hasFailed });
  };
  const isChange = node.operationKind === "mutation";
  let response: SubgraphResponse;
  try {
    // A change goes on to its end, whoever still waits for it, and is tried whatever became of the one before.
    if (!isChange) {
      signal?.throwIfAborted();
      if (hung.has(node.serviceName))
        throw new SubgraphTimeout("The same operation has waited for it before.");
    }
    response = await tools.send({
      subgraph: node.serviceName,
      query: node.operation,
      operationName: node.operationName,
      operationKind: node.operationKind ?? "query",
      variables: variablesOf(node, run.variables),
      representations,
      hasCustomScalars: tools.hasCustomScalars(node),
      viewer,
      caller,
      requestId,
      price,
      headers,
      signal,
    });
  } catch (error) {
    note(true);
    if (error instanceof SubgraphTimeout) hung.add(node.serviceName);
    tell(error, node, run, tools);
    return { data: null, errors: [unavailable(error)], isExecuted: false };
  }
  const answer = answerIn(response);
  if (answer.errors.includes(malformed)) tell(new Error(malformed.message), node, run, tools);
  note(answer.errors.length > 0);
  return answer;
}

/** Tells why there is no answer, unless it is only that nobody waits for it any more. */
export function tell(
  cause: unknown,
  { serviceName: subgraph }: FetchNode | BatchFetchNode,
  { requestId, signal }: Pick<Run, "requestId" | "signal">,
  { onFailure }: Tools,
): void {
  if (signal?.aborted && signal.reason instanceof ClientGone) return;
  onFailure?.({ subgraph, reason: cause instanceof Error ? cause : new Error(String(cause)), requestId });
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
  return { data, errors, isExecuted: response.data !== undefined };
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
