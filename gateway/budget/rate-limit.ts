import type { Balance } from "./budgets.ts";
import { fullAt } from "./throttle.ts";

/** The root field by which callers ask what they may spend; its types are part of the platform's own subgraph. */
export const rateLimitSdl = `
extend type Query {
  """What this operation may cost, and what you may still spend."""
  rateLimit(
    """
    Whether to tell the cost without running the operation: every other field at its root is left out of the answer,
    as if it said \`@skip(if: true)\`, and only this field is paid for.
    """
    dryRun: Boolean! = false
  ): RateLimit!
}

"""What an operation may cost, and what its caller may still spend. A cost is counted in objects, more or less: \`@cost\` and \`@listSize\` say how."""
type RateLimit {
  """The most that this operation can cost: a whole number unless \`@cost\` says otherwise. In a dry run it counts the fields that are left out, too."""
  cost: Float!
  """The most that your budget holds; null where you are not bounded."""
  limit: Int
  """What you may spend now; null where you are not bounded."""
  remaining: Int
  """What you have spent and is not back yet; null where you are not bounded."""
  used: Int
  """How much comes back in a second; null where you are not bounded."""
  refillPerSecond: Int
  """When your budget is full again, if you spend nothing more; null where you are not bounded."""
  resetAt: DateTime
}
`;

/** What the field has to know of the operation that it is part of. */
export interface RateLimitContext {
  /** The most that the operation can cost, as the client wrote it. */
  readonly requested: number;
  /** The caller's budget, after what this operation may cost has been taken; null where there is no bound. */
  readonly balance: Balance | null;
}

/** Resolves `Query.rateLimit`. */
export function resolveRateLimit({ requested, balance }: RateLimitContext, now = Date.now()) {
  return {
    cost: requested,
    limit: balance && balance.capacity,
    remaining: balance && balance.remaining,
    used: balance && balance.capacity - balance.remaining,
    refillPerSecond: balance && balance.refillPerSecond,
    resetAt: balance && new Date(fullAt(balance, now)).toISOString(),
  };
}
