import type { Balance } from "./budgets.ts";
import { fullAt } from "./throttle.ts";

/** What an operation may cost, and what is left of its caller's budget. */
export interface Price {
  /** The most that the operation can cost, as the client wrote it. */
  readonly requested: number;
  /** The caller's budget, after what this operation may cost has been taken; null where there is no bound. */
  readonly balance: Balance | null;
}

/** The same as `Query.rateLimit` tells it. */
export function rateLimitOf({ requested, balance }: Price, now = Date.now()) {
  return {
    cost: requested,
    limit: balance && balance.capacity,
    remaining: balance && balance.remaining,
    used: balance && balance.capacity - balance.remaining,
    refillPerSecond: balance && balance.refillPerSecond,
    resetAt: balance && new Date(fullAt(balance, now)).toISOString(),
  };
}
