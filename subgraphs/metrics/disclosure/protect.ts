import { IndicatorType, IndicatorUnit } from "../indicator/indicator.enums.ts";
import type { ProtectedCell } from "./cell.ts";
import { CellState, cellOf } from "./cell.ts";
import type { DisclosurePolicy } from "./policy.ts";

/** What was reported for one cell. */
export interface Reported {
  /** How many people were measured. */
  readonly n: number | null;
  /** The numerator, where there is one. */
  readonly x: number | null;
  readonly value: number | null;
}

/** What decides how an indicator's cells are protected. */
export interface Measure {
  readonly type: IndicatorType;
  readonly unit: IndicatorUnit;
}

const HIDDEN = cellOf(CellState.SUPPRESSED_PRIMARY);

/** Makes of what was reported what may be shown of it: primary suppression and coded ends, cell by cell. */
export function protect(reported: Reported, measure: Measure, policy: DisclosurePolicy): ProtectedCell {
  const { n, x, value } = reported;
  if (n === null && x === null && value === null) return cellOf(CellState.NOT_REPORTED);
  // Without a believable number of people nobody can tell that it is safe.
  if (n === null || !Number.isInteger(n) || n < 0) return HIDDEN;
  if (n === 0) return nobody(measure);
  if (n < policy.threshold) return HIDDEN;
  if (measure.type === IndicatorType.RATIO) return share(n, x, value, policy);
  if (value === null) return cellOf(CellState.NOT_REPORTED);
  if (isCountOfPeople(measure) && !isSafePart(value, n, policy)) return HIDDEN;
  const isTotal = measure.type === IndicatorType.COUNT || measure.type === IndicatorType.SUM;
  return cellOf(isTotal && value === 0 ? CellState.ZERO : CellState.VALUE, { value, n });
}

/** Of nobody there can be a number and a total, but no share and no mean. */
function nobody({ type }: Measure): ProtectedCell {
  return type === IndicatorType.COUNT || type === IndicatorType.SUM
    ? cellOf(CellState.ZERO, { value: 0, n: 0 })
    : cellOf(CellState.NOT_APPLICABLE, { n: 0 });
}

function isCountOfPeople({ type, unit }: Measure): boolean {
  return type === IndicatorType.COUNT && unit === IndicatorUnit.PEOPLE;
}

/** A number of people may be shown when it is not small, and neither is the rest of those it was counted among. */
function isSafePart(count: number, n: number, policy: DisclosurePolicy): boolean {
  if (count < 0 || count > n) return false;
  const isSmall = count > 0 && count < policy.threshold;
  const isRestSmall = n - count > 0 && n - count < policy.complementThreshold;
  return !isSmall && !isRestSmall;
}

/**
 * A share: its ends are coded by the size of the group, because "nobody" and "everybody" tell it of each member.
 * Whole percents are all that is shown of the rest.
 */
function share(n: number, x: number | null, value: number | null, policy: DisclosurePolicy): ProtectedCell {
  const count = x ?? (value === null ? null : Math.round(value * n));
  if (count === null) return cellOf(CellState.NOT_REPORTED);
  const band = policy.bands.find(({ from }) => n >= from);
  if (!band || !(count >= 0 && count <= n)) return HIDDEN;
  // Both ends divide whole numbers: `1 - x / n` would miss the limit by the dust of binary fractions.
  if (count / n <= band.limit) return cellOf(CellState.RANGE, { n, low: 0, high: band.limit });
  if ((n - count) / n <= band.limit) {
    return cellOf(CellState.RANGE, { n, low: withoutDust(1 - band.limit), high: 1 });
  }
  if (count < policy.complementThreshold || n - count < policy.complementThreshold) return HIDDEN;
  return cellOf(CellState.VALUE, { n, value: rounded(count / n, policy.shareStep) });
}

function rounded(value: number, step: number): number {
  return withoutDust(Math.round(value / step) * step);
}

/** 0.07 rather than the 0.07000000000000001 that binary fractions make of it. */
function withoutDust(value: number): number {
  return Number(value.toFixed(9));
}
