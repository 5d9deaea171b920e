import { createClient } from "graphql-sse";
import type { SubgraphSubscriber } from "../execution/subgraph-executor.ts";

/**
 * Subscribes to subgraphs over server-sent events, by the GraphQL over SSE protocol. A stream that breaks is not taken
 * up again here: what happened meanwhile would be missing, and only the client can ask for it.
 */
export function createSubscriber(urlOf: (subgraph: string) => string): SubgraphSubscriber {
  return async function* ({ subgraph, query, operationName, variables, headers, signal }) {
    const client = createClient({
      url: urlOf(subgraph),
      retryAttempts: 0,
      fetchFn: fetch,
      ...(headers ? { headers } : {}),
    });
    const events = client.iterate({
      query,
      ...(operationName ? { operationName } : {}),
      ...(variables ? { variables: { ...variables } } : {}),
    });
    const end = () => client.dispose();
    signal?.addEventListener("abort", end, { once: true });
    try {
      signal?.throwIfAborted();
      for await (const event of events) yield event;
    } finally {
      signal?.removeEventListener("abort", end);
      client.dispose();
    }
  };
}
