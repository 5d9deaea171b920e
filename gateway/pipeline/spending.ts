import type { Balance } from "../budget/budgets.ts";
import type { Price } from "../budget/rate-limit.ts";
import type { Spending } from "../budget/spending.ts";
import type { CostExtension } from "../budget/throttle.ts";
import { budgetHeaders, costExtension } from "../budget/throttle.ts";
import type { GraphAnswer } from "../graph.ts";
import type { Session } from "./pipeline.ts";
import type { Guarded } from "./guards.ts";

/** An answer that says what it has cost, and what HTTP is told of that. */
export interface Paid {
  readonly answer: GraphAnswer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Runs an operation on its caller's budget: what it may cost is taken first, what it did not cost goes back. */
export async function onBudget(
  { spending, session, guarded }: { spending: Spending | null; session: Session; guarded: Guarded },
  run: (price: Price) => Promise<GraphAnswer>,
): Promise<Paid> {
  const spender = spending?.spenderOf(session.caller, session.address) ?? null;
  const charge = spender && (await spending!.budgets.take(spender, guarded.payable));
  let actual = 0;
  let balance: Balance | null = null;
  let answer: GraphAnswer;
  try {
    answer = await run({ requested: guarded.requested, balance: charge && charge.balance });
    actual = guarded.actual(answer.data);
  } finally {
    if (charge) balance = await charge.settle(actual);
  }
  const cost: CostExtension = costExtension(guarded.requested, actual, balance);
  return {
    answer: { ...answer, extensions: { ...answer.extensions, cost } },
    headers: balance ? budgetHeaders(balance) : {},
  };
}
