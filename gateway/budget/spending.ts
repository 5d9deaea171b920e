import type { Config } from "../../shared/config.ts";
import { openRedis } from "../../shared/redis.ts";
import type { Caller } from "../identity/caller.ts";
import type { Budgets, Spender } from "./budgets.ts";
import { createBudgets } from "./budgets.ts";
import { spenderOf } from "./spender.ts";

/** Whose budget operations are on. */
export interface Spending {
  readonly budgets: Budgets;
  /** By who asks and from where; null where there is no bound. */
  readonly spenderOf: (caller: Caller, address: string) => Spender | null;
}

/** Opens what the settings say of budgets: kept in Redis where there is one, in this process otherwise. */
export async function openSpending({
  budgets: allowances,
  redisUrl,
}: Pick<Config, "budgets" | "redisUrl">): Promise<{
  readonly spending: Spending;
  readonly close: () => void;
}> {
  const redis = redisUrl === null ? null : await openRedis(redisUrl);
  return {
    spending: {
      budgets: createBudgets({ redis }),
      spenderOf: (caller, address) => spenderOf(caller, address, allowances),
    },
    close: () => redis?.close(),
  };
}
