import { GraphQLError } from "graphql";
import type { Balance } from "./budgets.ts";

/** What a response's headers say of a budget, by GitHub's names; `reset` is the second since 1970 when it is full. */
export function budgetHeaders(balance: Balance, now = Date.now()): Record<string, string> {
  const { capacity, remaining } = balance;
  return {
    "x-ratelimit-limit": String(capacity),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-used": String(capacity - remaining),
    "x-ratelimit-reset": String(Math.ceil(fullAt(balance, now) / 1000)),
  };
}

/** Milliseconds since 1970 at which a budget is full, if nothing more is spent. */
export const fullAt = ({ capacity, remaining, refillPerSecond }: Balance, now: number): number =>
  now + ((capacity - remaining) / refillPerSecond) * 1000;

/** `extensions.cost` of an answer; without `throttle` where the caller is not bounded. */
export interface CostExtension {
  /** The most that the operation could cost. */
  readonly requested: number;
  /** What it did cost. */
  readonly actual: number;
  readonly throttle?: {
    readonly capacity: number;
    readonly remaining: number;
    readonly refillPerSecond: number;
  };
}

/** What an answer says of its cost. */
export function costExtension(requested: number, actual: number, balance: Balance | null): CostExtension {
  if (!balance) return { requested, actual };
  const { capacity, remaining, refillPerSecond } = balance;
  return { requested, actual, throttle: { capacity, remaining, refillPerSecond } };
}

/** The refusal of an operation for which there isn't enough yet. */
export function rateLimited(requested: number, balance: Balance, now: number): GraphQLError {
  const { remaining, refillPerSecond } = balance;
  const retryAfter = Math.max(1, Math.ceil((requested - remaining) / refillPerSecond));
  const headers = { ...budgetHeaders(balance, now), "retry-after": String(retryAfter) };
  return new GraphQLError(
    `This operation may cost ${requested}, and ${remaining} of your budget is there; in ${retryAfter} s it will do.`,
    {
      extensions: {
        code: "RATE_LIMITED",
        requested,
        remaining,
        retryAfter,
        http: { status: 429, headers },
      },
    },
  );
}
