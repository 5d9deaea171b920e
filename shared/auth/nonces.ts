import { LRUCache } from "lru-cache";
import { DomainError } from "../errors.ts";
import type { RedisConnection } from "../redis.ts";

const NONCES_KEPT = 200_000;

/** Takes a nonce, and remembers it for so many milliseconds; answers whether nobody had taken it. */
export type TakeNonce = (nonce: string, milliseconds: number) => boolean | Promise<boolean>;

/** Nonces of one process: for a subgraph that runs once. */
export function ownNonces(): TakeNonce {
  const taken = new LRUCache<string, true>({ max: NONCES_KEPT });
  return (nonce, ttl) => {
    if (taken.has(nonce)) return false;
    taken.set(nonce, true, { ttl });
    return true;
  };
}

/**
 * Nonces of all instances of a subgraph, kept in Redis. Without it nobody could tell a replay, so that nothing is
 * answered: the gateway asks again with a new signature, and then says that this part of the graph is unavailable.
 */
export function sharedNonces(redis: RedisConnection, subgraph: string): TakeNonce {
  return async (nonce, milliseconds) => {
    try {
      const set = await redis.send((client) =>
        client.set(`nonce:${subgraph}:${nonce}`, 1, "PX", milliseconds, "NX"),
      );
      return set === "OK";
    } catch {
      throw new DomainError("UNAVAILABLE", "Signatures cannot be checked right now.");
    }
  };
}
