/** What a cell says; suppressed, zero and missing are different things. */
export enum CellState {
  VALUE = "VALUE",
  ZERO = "ZERO",
  NOT_APPLICABLE = "NOT_APPLICABLE",
  NOT_REPORTED = "NOT_REPORTED",
  SUPPRESSED_PRIMARY = "SUPPRESSED_PRIMARY",
  SUPPRESSED_COMPLEMENTARY = "SUPPRESSED_COMPLEMENTARY",
  RANGE = "RANGE",
}

/** A figure as it may be shown. What a state doesn't have is null. */
export interface ProtectedCell {
  readonly state: CellState;
  readonly value: number | null;
  readonly n: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** A cell of a state, with what it may show besides. */
export function cellOf(state: CellState, shown: Partial<Omit<ProtectedCell, "state">> = {}): ProtectedCell {
  return { state, value: null, n: null, low: null, high: null, ...shown };
}
