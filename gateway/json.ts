import { randomBytes } from "node:crypto";

/**
 * JSON without loss of digits. A number that a double cannot hold (12345678901234567890, 1e400) becomes a marked
 * text on its way through the gateway, and its own digits again in what is sent. Custom scalars may have such
 * numbers; `JSON.parse` of Node 20 does not tell their text, and a parser in JavaScript takes ten times as long.
 */

/** Begins the text that stands for a number; nobody else can know it, and no text of Latin characters has it. */
const MARK = `\uE000${randomBytes(9).toString("base64url")} `;
const MARK_CODE = MARK.charCodeAt(0);

const MARKED = new RegExp(`"${MARK}([^"]*)"`, "g");

/** A number as a value in a list or an object, or the like inside of a text: long, or with an exponent. */
const LONG_NUMBER = /[:[,]\s*(?=-?[\d.]{16}|-?[\d.]+[eE])(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Parsed values in which numbers are marked, and the objects directly in them. */
const holders = new WeakSet<object>();

/** Parses JSON; numbers that would lose digits are kept marked. Throws what `parse` throws. */
export function parseJson(text: string, parse: (text: string) => unknown = JSON.parse): unknown {
  if (!losesDigits(text)) return parse(text);
  const value = parse(withMarks(text));
  if (isObject(value)) {
    holders.add(value);
    for (const each of Object.values(value) as unknown[]) if (isObject(each)) holders.add(each);
  }
  return value;
}

/** Whether a parsed value, or an object directly in one, may have marked numbers. */
export const mayHoldMarked = (value: object): boolean => holders.has(value);

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** A value as JSON, marked numbers as what they are. */
export const stringifyJson = (value: unknown): string => withNumbers(JSON.stringify(value));

/** JSON in which marked numbers are numbers again. */
export const withNumbers = (json: string): string =>
  json.includes(MARK) ? json.replace(MARKED, "$1") : json;

/** The digits of a marked number; undefined for any other value. */
export function digitsOf(value: unknown): string | undefined {
  return isMarked(value) ? value.slice(MARK.length) : undefined;
}

/** The marked text of a number that a double cannot hold; null for others. */
export const markOf = (number: string): string | null => (isInexact(number) ? MARK + number : null);

/** Whether a value stands for a number that a double cannot hold. */
export const isMarked = (value: unknown): value is string =>
  typeof value === "string" && value.charCodeAt(0) === MARK_CODE && value.startsWith(MARK);

/** Whether a text may have a number that a double cannot hold; inside of a text it may seem so. */
function losesDigits(text: string): boolean {
  for (const [, number] of text.matchAll(LONG_NUMBER)) if (isInexact(number!)) return true;
  return false;
}

/** Whether a double has no room for a number; a text that is no number of JSON is none. */
function isInexact(number: string): boolean {
  if (/^-?0\d/.test(number)) return false;
  const nearest = String(Number(number));
  return nearest !== number && significant(nearest) !== significant(number);
}

/** The digits of a number without sign, point, exponent, and zeros at either end. */
const significant = (number: string): string =>
  number
    .replace(/[eE].*$/, "")
    .replace(/[-.]/g, "")
    .replace(/^0+/, "")
    .replace(/0+$/, "");

/** Marks the numbers of a JSON text that a double cannot hold; what stands in quotes is left alone. */
function withMarks(json: string): string {
  const mark = (number: string) => {
    const marked = markOf(number);
    return marked === null ? number : `"${marked}"`;
  };
  let marked = "";
  let at = 0;
  while (at < json.length) {
    const open = json.indexOf('"', at);
    const close = open === -1 ? json.length : endOfText(json, open);
    marked += json.slice(at, open === -1 ? json.length : open).replace(NUMBER, mark);
    if (open !== -1) marked += json.slice(open, close);
    at = close;
  }
  return marked;
}

/** Where a text ends that is opened by the quote at an index: behind the next quote with no odd backslashes before. */
function endOfText(json: string, open: number): number {
  for (let at = open + 1; ; at++) {
    at = json.indexOf('"', at);
    if (at === -1) return json.length;
    let backslashes = 0;
    while (json[at - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return at + 1;
  }
}
