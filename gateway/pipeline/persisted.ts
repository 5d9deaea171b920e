import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { OperationParams } from "./params.ts";
import { refuse } from "./refusal.ts";

/** Most texts that are kept, and most characters of them. */
const KEPT = { max: 2_000, maxSize: 4_000_000 };

/** Finds the text of what a client asks for. */
export type TextOf = (params: OperationParams) => string;

/**
 * The text that a client sends, or has sent before (automatic persisted queries: after the first time, its hash is
 * enough).
 */
export function createPersistedTexts(): TextOf {
  const texts = new LRUCache<string, string>({ ...KEPT, sizeCalculation: (text) => text.length + 1 });
  return ({ query, extensions }) => {
    const persisted = extensions?.["persistedQuery"] as
      { version?: unknown; sha256Hash?: unknown } | undefined;
    if (!persisted) {
      if (query) return query;
      throw refuse("BAD_REQUEST", 'Expected a query: a text in "query"; got none.', { status: 400 });
    }
    const { version, sha256Hash } = persisted;
    if (version !== 1 || typeof sha256Hash !== "string") {
      throw refuse("BAD_REQUEST", "Expected extensions.persistedQuery with version 1 and a sha256Hash.", {
        status: 400,
      });
    }
    if (query === undefined) {
      const text = texts.get(sha256Hash);
      if (text === undefined) throw refuse("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound");
      return text;
    }
    if (createHash("sha256").update(query).digest("hex") !== sha256Hash) {
      throw refuse("BAD_REQUEST", "Expected the query that extensions.persistedQuery.sha256Hash is of.", {
        status: 400,
      });
    }
    texts.set(sha256Hash, query);
    return query;
  };
}
