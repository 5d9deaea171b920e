import { tableOf } from "../data/entity.ts";
import type { EntityColumn } from "../data/entity.ts";
import type { Fault } from "./refuse.ts";
import { badInputs } from "./refuse.ts";

/** Most characters of a long text, such as a mission or minutes. */
const TEXT_LENGTH = 20_000;
/** Texts that one list takes at most. */
const LIST_LENGTH = 100;

const CURRENCIES = new Set(Intl.supportedValuesOf("currency"));

/** Whether a text has the shape of an e-mail address, of a length that one can have. */
export const isEmail = (text: string): boolean =>
  text.length <= 254 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);

/** The same text as everybody types it: Unicode form NFC, without blanks around it. */
export const normalized = (text: string): string => text.normalize("NFC").trim();

/**
 * Looks an input over and gathers all faults, so that they are told at once. Each rule names the field it is about;
 * values that are not given are left alone.
 */
export class Check<Input extends object> {
  readonly faults: Fault[] = [];

  constructor(readonly input: Input) {}

  /** Adds a fault unless something holds. */
  expect(isRight: boolean, field: string, expected: string, got: unknown): void {
    if (!isRight) this.faults.push({ field, expected, got: shown(got) });
  }

  /** A number within bounds. */
  range(field: keyof Input & string, least: number, most: number): void {
    const value = this.input[field] as number | null | undefined;
    if (value == null) return;
    this.expect(value >= least && value <= most, field, `a number from ${least} to ${most}`, value);
  }

  /** Two dates of which the second is not before the first. */
  period(from: keyof Input & string, to: keyof Input & string): void {
    const [start, end] = [this.input[from], this.input[to]] as (string | null | undefined)[];
    if (start == null || end == null) return;
    this.expect(start <= end, to, `a date not before ${from}, ${start}`, end);
  }

  /** An address of the web. */
  url(field: keyof Input & string): void {
    const value = this.input[field] as string | null | undefined;
    if (value == null) return;
    const isWeb = URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
    this.expect(isWeb, field, "an address that begins with http:// or https://", value);
  }

  /** A currency of ISO 4217. */
  currency(field: keyof Input & string): void {
    const value = this.input[field] as string | null | undefined;
    if (value == null) return;
    this.expect(CURRENCIES.has(value), field, "a currency of ISO 4217, such as USD", value);
  }

  /** Throws all faults, if there are any. */
  done(): void {
    if (this.faults.length > 0) throw badInputs(this.faults);
  }
}

const shown = (value: unknown): string => {
  const text = typeof value === "string" ? `"${value}"` : (JSON.stringify(value) ?? "nothing");
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
};

/**
 * The fields of an input that an entity has a column for: texts normalized, empty ones of optional fields made null.
 * All faults are told at once: those that the columns know of (missing, too long) and those that `rules` find.
 */
export function checked<T extends object, Input extends object>(
  entity: abstract new () => T,
  input: Input,
  rules: (check: Check<Input>) => void = () => {},
): Pick<Input, keyof Input & keyof T> {
  const { byProperty } = tableOf(entity);
  const values = { ...input } as Record<string, unknown>;
  const check = new Check(values as Input);
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input)) {
    const column = byProperty.get(name);
    if (typeof value === "string") values[name] = normalized(value) || null;
    if (!column || name === "id" || name === "version" || value === undefined) continue;
    checkColumn(check, column, values[name]);
    own[name] = values[name];
  }
  rules(check);
  check.done();
  return own as Pick<Input, keyof Input & keyof T>;
}

function checkColumn(check: Check<object>, column: EntityColumn, value: unknown): void {
  const { property, type, length, isNullable } = column;
  if (value === null) {
    check.expect(isNullable, property, "a value", "nothing");
  } else if (typeof value === "string" && (type === "varchar" || type === "text")) {
    const most = length ?? TEXT_LENGTH;
    const { length: characters } = value;
    check.expect(characters <= most, property, `at most ${most} characters`, `${characters} characters`);
    check.expect(!/\0/.test(value), property, "a text without NUL characters", "one with NUL");
  } else if (Array.isArray(value)) {
    check.expect(value.length <= LIST_LENGTH, property, `at most ${LIST_LENGTH} entries`, value.length);
  }
}
