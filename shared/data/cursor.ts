import { DomainError } from "../errors.ts";
import { isAscii } from "./text.ts";

/** A value that a cursor carries: what a row was sorted by, its id last. */
export type CursorValue = string | number | null;

/** Hides the values of a list's cursors, where they are not what the row shows anyway. */
export interface CursorSeal {
  seal(values: readonly CursorValue[]): string;
  /** So many values; null for a text that is none of this seal's. */
  open(text: string, length: number): readonly CursorValue[] | null;
}

/** The opaque text of a place in a list: which order it belongs to, and the sort values of the row there. */
export function encodeCursor(order: string, values: readonly CursorValue[], seal?: CursorSeal): string {
  const carried = seal ? [seal.seal(values)] : values;
  return Buffer.from(JSON.stringify([order, ...carried])).toString("base64url");
}

/** Reads a cursor back; refuses one that was not made by a list in this very order. */
export function decodeCursor(
  cursor: string,
  order: string,
  length: number,
  argument: string,
  seal?: CursorSeal,
): readonly CursorValue[] {
  const parts = cursor.length <= 4000 ? parse(cursor) : null;
  const [itsOrder, ...carried] = Array.isArray(parts) ? (parts as unknown[]) : [];
  const values = itsOrder !== order ? null : seal ? opened(carried, length, seal) : carried;
  if (!values || values.length !== length || !values.every(isValue) || !isKey(values.at(-1))) {
    throw new DomainError(
      "BAD_USER_INPUT",
      `Argument "${argument}" expects a cursor of this list in the same order; got something else.`,
      { field: argument },
    );
  }
  return values;
}

function opened(carried: readonly unknown[], length: number, seal: CursorSeal) {
  const [text] = carried;
  return carried.length === 1 && typeof text === "string" ? seal.open(text, length) : null;
}

const isValue = (value: unknown): value is CursorValue =>
  value === null || typeof value === "string" || Number.isFinite(value);

/** The last value is an id, or a number that the database has counted. */
const isKey = (value: unknown): boolean =>
  typeof value === "string" ? isAscii(value) : Number.isFinite(value);

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return null;
  }
}
