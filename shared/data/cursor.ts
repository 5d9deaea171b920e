import { DomainError } from "../errors.ts";
import { isAscii } from "./text.ts";

/** A value that a cursor carries: what a row was sorted by, its id last. */
export type CursorValue = string | number | null;

/** The opaque text of a place in a list: which order it belongs to, and the sort values of the row there. */
export function encodeCursor(order: string, values: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify([order, ...values])).toString("base64url");
}

/** Reads a cursor back; refuses one that was not made by a list in this very order. */
export function decodeCursor(cursor: string, order: string, length: number, argument: string): CursorValue[] {
  const parts = cursor.length <= 4000 ? parse(cursor) : null;
  const isOurs =
    Array.isArray(parts) &&
    parts.length === length + 1 &&
    parts[0] === order &&
    parts.slice(1).every((part) => part === null || typeof part === "string" || Number.isFinite(part)) &&
    // The last one is an id, or a number that the database has counted.
    (Number.isFinite(parts.at(-1)) || (typeof parts.at(-1) === "string" && isAscii(parts.at(-1) as string)));
  if (!isOurs) {
    throw new DomainError(
      "BAD_USER_INPUT",
      `Argument "${argument}" expects a cursor of this list in the same order; got something else.`,
      { field: argument },
    );
  }
  return parts.slice(1) as CursorValue[];
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return null;
  }
}
