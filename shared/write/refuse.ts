import { DomainError } from "../errors.ts";

/** One thing that is wrong with an input. */
export interface Fault {
  /** Where: the path of the field below `input`, such as `parties[1].role`. */
  readonly field: string;
  readonly expected: string;
  readonly got: string;
}

/** A record that is not there, or not the viewer's to see: the two look alike. */
export const notFound = (message: string, field = "id") => new DomainError("NOT_FOUND", message, { field });

/** The record's state, or somebody who was first, does not allow the change. */
export const conflict = (
  message: string,
  details: { field?: string; version?: number; termsHash?: string } = {},
) => new DomainError("CONFLICT", message, details);

/** All that is wrong with an input, told at once. */
export function badInputs(faults: readonly Fault[]): DomainError {
  const sentences = faults.map(({ field, expected, got }) => `"${field}" expects ${expected}; got ${got}.`);
  return new DomainError("BAD_USER_INPUT", sentences.join(" "), { field: faults[0]!.field, faults });
}

/** One thing that is wrong with an input. */
export const badInput = (field: string, expected: string, got: string) =>
  badInputs([{ field, expected, got }]);
