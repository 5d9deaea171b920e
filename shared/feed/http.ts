import { signViewer, VIEWER_HEADER } from "../auth/signature.ts";
import { VISITOR } from "../auth/viewer.ts";
import type { FeedEvent, FeedReader } from "./outbox.ts";

const TIMEOUT = 10_000;

/** Reads the feed of a separate subgraph: `/feed` beside its endpoint, signed like everything between us. */
export function httpFeed(endpoint: string, source: string, secret: string): FeedReader {
  return async (after, limit) => {
    const url = new URL(`/feed?after=${after}&limit=${limit}`, endpoint);
    const response = await fetch(url, {
      headers: { [VIEWER_HEADER]: signViewer(secret, VISITOR, source, url.pathname + url.search) },
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (!response.ok) throw new Error(`The feed of ${source} answered with status ${response.status}.`);
    return (await response.json()) as FeedEvent[];
  };
}
