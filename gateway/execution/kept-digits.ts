import type { FloatValueNode, IntValueNode, StringValueNode } from "graphql";
import { Kind } from "graphql";
import { markOf, withNumbers } from "../json.ts";

function marked({ value }: IntValueNode | FloatValueNode): StringValueNode | undefined {
  const mark = markOf(value);
  return mark === null ? undefined : { kind: Kind.STRING, value: mark };
}

/** A visitor of the operation to plan: the planner takes numbers as doubles, and other numbers as marked texts only. */
export const KEEP_DIGITS = { IntValue: marked, FloatValue: marked };

/** A fetch of a plan, its operation with the numbers that have passed the planner as marked texts. */
export const withDigits = <T extends { readonly operation: string }>(fetch: T): T => ({
  ...fetch,
  operation: withNumbers(fetch.operation),
});
