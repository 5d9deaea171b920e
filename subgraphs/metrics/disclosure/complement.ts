import type { ProtectedCell } from "./cell.ts";
import { CellState, cellOf } from "./cell.ts";
import type { DisclosurePolicy } from "./policy.ts";
import type { Measure, Reported } from "./protect.ts";
import { protect } from "./protect.ts";

/** One of the groups that a dimension divides all students into, and what was reported of it. */
export interface Part extends Reported {
  readonly groupNo: number;
}

/**
 * The cells of all parts of a dimension, by their groups. The parts add up to all students: where a single one is
 * hidden, the others and the sum tell what it is. So a second one is hidden with it: the one of the fewest people
 * that can hide anything, of equals the one that was registered first. Every part has to be given, whichever are
 * shown: everybody then gets the same cells, however they ask.
 */
export function protectParts(
  parts: readonly Part[],
  measure: Measure,
  policy: DisclosurePolicy,
): Map<number, ProtectedCell> {
  const cells = new Map(parts.map((part) => [part.groupNo, protect(part, measure, policy)]));
  const isHidden = ({ groupNo }: Part) => cells.get(groupNo)!.state === CellState.SUPPRESSED_PRIMARY;
  if (parts.filter(isHidden).length !== 1) return cells;
  const [second] = parts
    .filter((part) => part.n && !isHidden(part))
    .sort((one, other) => {
      const isZero = ({ groupNo }: Part) => Number(cells.get(groupNo)!.state === CellState.ZERO);
      return isZero(one) - isZero(other) || one.n! - other.n! || one.groupNo - other.groupNo;
    });
  if (second) cells.set(second.groupNo, cellOf(CellState.SUPPRESSED_COMPLEMENTARY));
  return cells;
}
