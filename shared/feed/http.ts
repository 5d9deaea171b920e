import { signViewer, VIEWER_HEADER } from "../auth/signature.ts";
import { VISITOR } from "../auth/viewer.ts";
import type { FeedEvent, FeedReader } from "./outbox.ts";

const TIMEOUT = 10_000;

/** Where a separate subgraph is told to catch up. */
export const CATCH_UP = "/catch-up";

/** Reads the feed of a separate subgraph: `/feed` beside its endpoint, signed like everything between us. */
export function httpFeed(endpoint: string, source: string, secret: string): FeedReader {
  return async (after, limit) => {
    const url = new URL(`/feed?after=${after}&limit=${limit}`, endpoint);
    const response = await send("GET", url, source, secret);
    return (await response.json()) as FeedEvent[];
  };
}

/** Lets a separate subgraph apply all that the feeds it follows have; returns when it has. */
export async function catchUpOverHttp(endpoint: string, subgraph: string, secret: string): Promise<void> {
  const response = await send("POST", new URL(CATCH_UP, endpoint), subgraph, secret);
  await response.arrayBuffer();
}

async function send(method: string, url: URL, subgraph: string, secret: string): Promise<Response> {
  const response = await fetch(url, {
    method,
    headers: { [VIEWER_HEADER]: signViewer(secret, VISITOR, subgraph, url.pathname + url.search) },
    signal: AbortSignal.timeout(TIMEOUT),
  });
  if (!response.ok)
    throw new Error(`${url.pathname} of ${subgraph} answered with status ${response.status}.`);
  return response;
}
