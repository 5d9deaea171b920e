import { createClient as createEventsClient } from "graphql-sse";
import { createClient as createWebSocketClient } from "graphql-ws";
import { WebSocket } from "ws";
import type {
  SubgraphRequest,
  SubgraphResponse,
  SubgraphSubscriber,
} from "../execution/subgraph-executor.ts";

/** How subgraphs are subscribed to: the GraphQL over SSE protocol, or the GraphQL over WebSocket protocol. */
export const SUBSCRIPTION_PROTOCOLS = ["sse", "ws"] as const;
export type SubscriptionProtocol = (typeof SUBSCRIPTION_PROTOCOLS)[number];

/** A connection for one subscription. */
interface Client {
  iterate(operation: {
    query: string;
    operationName?: string;
    variables?: Record<string, unknown>;
  }): AsyncIterable<unknown>;
  dispose(): unknown;
}

type Headers = SubgraphRequest["headers"];

/** A subscription that breaks is not taken up again: what happened meanwhile would be missing. */
const CLIENTS: Readonly<Record<SubscriptionProtocol, (url: string, headers: Headers) => Client>> = {
  sse: (url, headers) =>
    createEventsClient({ url, retryAttempts: 0, fetchFn: fetch, ...(headers ? { headers } : {}) }),
  ws: (url, headers) =>
    createWebSocketClient({
      url: url.replace(/^http/, "ws"),
      retryAttempts: 0,
      webSocketImpl: WebSocket,
      // A subgraph that is written for browsers expects what would be headers here.
      ...(headers ? { connectionParams: headers } : {}),
    }),
};

/** Subscribes to subgraphs, each subscription over a connection of its own. */
export function createSubscriber(
  urlOf: (subgraph: string) => string,
  protocol: SubscriptionProtocol = "sse",
): SubgraphSubscriber {
  return async function* ({ subgraph, query, operationName, variables, headers, signal }) {
    const client = CLIENTS[protocol](urlOf(subgraph), headers);
    const events = client.iterate({
      query,
      ...(operationName ? { operationName } : {}),
      ...(variables ? { variables: { ...variables } } : {}),
    });
    const end = () => void client.dispose();
    signal?.addEventListener("abort", end, { once: true });
    try {
      signal?.throwIfAborted();
      for await (const event of events) yield event as SubgraphResponse;
    } finally {
      signal?.removeEventListener("abort", end);
      end();
    }
  };
}
