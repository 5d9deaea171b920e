import type { Config } from "../../shared/config.ts";

const LARGE = { capacity: 1e12, refillPerSecond: 1e9 };

/** Budgets that are kept like any, and never empty: what is asked here in a second is more than anybody may ask. */
export const LARGE_BUDGETS: Config["budgets"] = { member: LARGE, visitor: LARGE };
