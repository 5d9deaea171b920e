import type { Allowance } from "../../shared/auth/allowance.ts";
import type { RedisConnection } from "../../shared/redis.ts";
import { refuseCost } from "../limits/refusal.ts";
import type { Buckets } from "./buckets.ts";
import { ownBuckets } from "./buckets.ts";
import { redisBuckets } from "./redis-buckets.ts";
import { rateLimited } from "./throttle.ts";

/** Whose budget it is, and how large. */
export interface Spender {
  readonly id: string;
  readonly allowance: Allowance;
}

/** What a spender has. */
export interface Balance extends Allowance {
  /** What may be spent now. */
  readonly remaining: number;
}

/** What an operation may cost, taken before it runs. */
export interface Charge {
  /** What there is after that. */
  readonly balance: Balance;
  /** Gives back what the operation did not cost; answers what there is then. Once, whatever became of it. */
  settle(actual: number): Promise<Balance>;
}

/** What callers may still spend. */
export interface Budgets {
  /** Takes what an operation may cost at most; throws `RATE_LIMITED` where it isn't there yet. */
  take(spender: Spender, requested: number): Promise<Charge>;
  /** What there is; nothing is taken. */
  look(spender: Spender): Promise<Balance>;
}

/** What budgets are kept by. */
export interface BudgetsOptions {
  /** Shared by several gateways; null where there is one. */
  readonly redis: RedisConnection | null;
  readonly now?: () => number;
}

/**
 * Makes the budgets of a gateway. While Redis is down each gateway counts for itself: a budget is what keeps callers
 * from each other's share, and the limits on single operations hold without it, so nobody is refused for that.
 */
export function createBudgets({ redis, now = Date.now }: BudgetsOptions): Budgets {
  const own = ownBuckets(now);
  const shared = redis && redisBuckets(redis);

  const takeFrom = async (buckets: Buckets, { id, allowance }: Spender, amount: number) => {
    const { isTaken, level } = await buckets(id, allowance, amount);
    return { isTaken, buckets, balance: { ...allowance, remaining: Math.floor(level) } };
  };
  const take = async (spender: Spender, amount: number) =>
    shared
      ? takeFrom(shared, spender, amount).catch(() => takeFrom(own, spender, amount))
      : takeFrom(own, spender, amount);

  return {
    async take(spender, requested) {
      refuseCost(requested, spender.allowance.capacity);
      const { isTaken, buckets, balance } = await take(spender, requested);
      if (!isTaken) throw rateLimited(requested, balance, now());
      return {
        balance,
        async settle(actual) {
          const unused = Math.max(0, requested - actual);
          // It goes back where it came from, or is lost with it: the budget refills.
          return takeFrom(buckets, spender, -unused).then(
            (settled) => settled.balance,
            () => balance,
          );
        },
      };
    },
    look: async (spender) => (await take(spender, 0)).balance,
  };
}
