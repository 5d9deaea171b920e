import { Arg, Ctx, Query, Resolver } from "type-graphql";
import { rateLimitOf } from "../../budget/rate-limit.ts";
import type { PlatformContext } from "../context.ts";
import { RateLimit } from "./rate-limit.ts";

@Resolver(() => RateLimit)
export class RateLimitResolver {
  @Query(() => RateLimit, {
    nullable: true,
    description:
      "What this operation may cost, and what you may still spend; null where costs are not counted.",
  })
  rateLimit(
    @Arg("dryRun", () => Boolean, {
      defaultValue: false,
      description:
        "Whether to tell the cost without running the operation: every other field at its root is left out of the answer, as if it said `@skip(if: true)`, and only this field is paid for.",
    }) // What is left out is left out before it is planned.
    _dryRun: boolean,
    @Ctx() { price }: PlatformContext,
  ): RateLimit | null {
    return price && rateLimitOf(price);
  }
}
