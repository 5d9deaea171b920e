import { LRUCache } from "lru-cache";
import type { Allowance } from "../../shared/auth/allowance.ts";

/** Most buckets that one process keeps; whose is forgotten has a full one again. */
const BUCKETS_KEPT = 100_000;

/** What an attempt to take from a bucket came to. */
export interface Taken {
  readonly isTaken: boolean;
  /** What is in the bucket now. */
  readonly level: number;
}

/**
 * Takes an amount out of somebody's bucket, or nothing when less is there. A negative amount is put back, and zero
 * looks. However many do it at once, no more is taken than there is.
 */
export type Buckets = (id: string, allowance: Allowance, amount: number) => Promise<Taken>;

interface Bucket {
  readonly level: number;
  /** Milliseconds since 1970 at which it held that. */
  readonly at: number;
}

/** The buckets of one process. */
export function ownBuckets(now: () => number = Date.now): Buckets {
  const buckets = new LRUCache<string, Bucket>({ max: BUCKETS_KEPT });
  return async (id, { capacity, refillPerSecond }, amount) => {
    const at = now();
    const bucket = buckets.get(id) ?? { level: capacity, at };
    const refilled = (Math.max(0, at - bucket.at) / 1000) * refillPerSecond;
    let level = Math.min(capacity, bucket.level + refilled);
    const isTaken = amount <= Math.max(0, level);
    if (isTaken) level = Math.min(capacity, level - amount);
    if (isTaken && amount !== 0) buckets.set(id, { level, at });
    return { isTaken, level };
  };
}
