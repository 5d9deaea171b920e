import { createHash } from "node:crypto";
import { createClient as createEventsClient } from "graphql-sse";
import { createClient as createSocketClient } from "graphql-ws";
import WebSocket from "ws";
import { DEMO_HEADER } from "../../gateway/demo-viewers.ts";

/** What a client asks for. */
export interface Asked {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

/** Asks the platform for an operation in one way, as one of the demo's people, and gives the answer's body. */
export type Way = (url: string, asked: Asked, viewer: string) => Promise<any>;

const PREFLIGHTED = { "content-type": "application/json", "x-graphql-require-preflight": "1" };

const post = async (url: string, body: object, viewer: string): Promise<any> => {
  const headers = { ...PREFLIGHTED, [DEMO_HEADER]: viewer };
  return (await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).json();
};

/** Every way from a client to an answer. */
export const WAYS: Readonly<Record<string, Way>> = {
  POST: post,

  async GET(url, { query, variables = {} }, viewer) {
    const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
    return (await fetch(`${url}?${String(search)}`, { headers: { [DEMO_HEADER]: viewer } })).json();
  },

  /** The text is somebody else's, who may see everything of it; the hash is what is sent. */
  async "a persisted id"(url, { query, variables }, viewer) {
    const sha256Hash = createHash("sha256").update(query).digest("hex");
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    await post(url, { query, variables, extensions }, "member");
    return post(url, { variables, extensions }, viewer);
  },

  async "server-sent events"(url, asked, viewer) {
    const client = createEventsClient({ url, headers: { [DEMO_HEADER]: viewer }, retryAttempts: 0 });
    return (await client.iterate({ ...asked }).next()).value;
  },

  async WebSocket(url, asked, viewer) {
    class Signed extends WebSocket {
      constructor(address: string, protocol: string) {
        super(address, protocol, { headers: { [DEMO_HEADER]: viewer } });
      }
    }
    const client = createSocketClient({
      url: url.replace(/^http/, "ws"),
      webSocketImpl: Signed,
      retryAttempts: 0,
    });
    try {
      return (await client.iterate({ ...asked }).next()).value;
    } finally {
      await client.dispose();
    }
  },
};
