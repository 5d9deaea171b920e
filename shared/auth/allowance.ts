import { z } from "zod";

/** What a caller may spend: a budget that is full at first and refills at a steady pace. */
export interface Allowance {
  /** The most that it holds. */
  readonly capacity: number;
  /** How much comes back in a second, until it is full. */
  readonly refillPerSecond: number;
}

const EXPECTED = 'expected a budget and what refills it, such as "1000000+5000/s", or "off"';

/** An allowance as a setting has it, such as `1000000+5000/s`; null, and written `off`, where there is no bound. */
export const allowance = z.string().transform((text, context): Allowance | null => {
  if (text === "off") return null;
  const [, capacity, refillPerSecond] = /^(\d{1,9})\+(\d{1,9})\/s$/.exec(text) ?? [];
  const given = { capacity: Number(capacity), refillPerSecond: Number(refillPerSecond) };
  if (given.capacity > 0 && given.refillPerSecond > 0) return given;
  context.addIssue({ code: "custom", message: EXPECTED });
  return z.NEVER;
});
