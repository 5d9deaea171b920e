import type { Limits } from "./limits.ts";
import { limitExceeded, refuseAbove, refuseText } from "./refusal.ts";

/**
 * Refuses variables that hold more than they may: whatever reads them takes each value, and a step for each level. A
 * text among them that is none is refused, too.
 */
export function checkVariables(variables: Readonly<Record<string, unknown>>, limits: Limits): void {
  let values = 0;
  const visit = (value: unknown, level: number): void => {
    if (++values > limits.variableValues) throw limitExceeded("variableValues", limits.variableValues);
    if (typeof value === "string") refuseText(value);
    if (typeof value !== "object" || value === null) return;
    refuseAbove(limits.inputDepth, "inputDepth", level);
    for (const each of Object.values(value)) visit(each, level + 1);
  };
  for (const value of Object.values(variables)) visit(value, 1);
}
