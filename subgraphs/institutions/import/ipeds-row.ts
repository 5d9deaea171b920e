import type { RecordPart, RowProblem, SourceInstitution, SourceRow } from "./source.ts";
import { domainOf, flawOf, hasBalancedQuotes, rowProblem } from "./source.ts";

/** IPEDS writes "none" as −1 (not reported), −2 (not applicable), −3 (not available), or a blank. */
const SENTINELS = new Set(["", "-1", "-2", "-3", "."]);

/** The columns of optional parts; one that a file doesn't have leaves its part as it was. */
export const OPTIONAL_COLUMNS: readonly (readonly [RecordPart, readonly string[]])[] = [
  ["status", ["CLOSEDAT", "DEATHYR", "CYACTIVE"]],
  ["level", ["ICLEVEL"]],
  ["carnegie", ["C21BASIC", "C18BASIC", "C15BASIC", "CCBASIC"]],
  ["locale", ["LOCALE"]],
  ["isHbcu", ["HBCU"]],
  ["isTribal", ["TRIBAL"]],
  ["isLandGrant", ["LANDGRNT"]],
  ["website", ["WEBADDR"]],
  ["coordinates", ["LATITUDE", "LONGITUD"]],
  ["aliases", ["IALIAS"]],
  ["newUnitid", ["NEWID"]],
  ["OPEID", ["OPEID"]],
  ["EIN", ["EIN"]],
  ["UEI", ["UEIS"]],
];

/** The columns that are read; what else a row has may be as it likes. */
const READ = new Set([
  ...["UNITID", "INSTNM", "CITY", "STABBR", "CONTROL", "SECTOR"],
  ...OPTIONAL_COLUMNS.flatMap(([, names]) => names),
]);

/** One row by its columns' names, and what could not be read of it. */
export class IpedsRow {
  readonly unread = new Set<RecordPart>();
  readonly warnings: RowProblem[] = [];
  private readonly values: Map<string, string>;

  constructor(
    readonly line: number,
    header: readonly string[],
    record: readonly string[],
    missing: readonly RecordPart[],
  ) {
    this.values = new Map(header.map((name, index) => [name, record[index]!.trim()]));
    for (const part of missing) this.unread.add(part);
  }

  raw(name: string): string {
    return this.values.get(name) ?? "";
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  text(name: string): string | null {
    const value = this.raw(name);
    return SENTINELS.has(value.replace(/\.0+$/, "")) ? null : value;
  }

  entries(): Iterable<[string, string]> {
    return this.values;
  }

  /** A column of whole numbers; what else stands there leaves its part as it was. */
  code(part: RecordPart, name: string, expected: string, isCode: (value: number) => boolean): number | null {
    const text = this.text(name);
    if (text === null) return null;
    const value = wholeNumber(text);
    return value !== null && isCode(value) ? value : this.leave(part, name, expected);
  }

  /** A column of a few codes, or of the labels that IPEDS' own tables give for them. */
  oneOf<T>(part: RecordPart, name: string, codes: Readonly<Record<string, T>>, labels: Labels<T>): T | null {
    const text = this.text(name);
    if (text === null) return null;
    const byCode = codes[String(wholeNumber(text))];
    const value = byCode ?? labels.find(([label]) => label.test(text))?.[1];
    return value ?? this.leave(part, name, `one of ${Object.keys(codes).join(", ")}`);
  }

  /** Leaves a part as it was, and says why. */
  leave(part: RecordPart, column: string, expected: string): null {
    this.unread.add(part);
    this.warn(column, expected);
    return null;
  }

  warn(column: string, expected: string, got = this.raw(column)): void {
    this.warnings.push(rowProblem(this.line, column, expected, got));
  }
}

type Labels<T> = readonly (readonly [RegExp, T])[];

/** A number without a fraction; spreadsheets and data frames write `2.0`. */
function wholeNumber(text: string): number | null {
  return /^-?\d{1,12}(\.0+)?$/.test(text) ? Number(text) : null;
}

const CONTROLS = { 1: "PUBLIC", 2: "PRIVATE_NONPROFIT", 3: "PRIVATE_FORPROFIT" } as const;
const CONTROL_LABELS: Labels<SourceInstitution["control"] & string> = [
  [/^public$/i, "PUBLIC"],
  [/^private,? (not[- ]for[- ]profit|non-?profit)/i, "PRIVATE_NONPROFIT"],
  [/^private,? for[- ]profit/i, "PRIVATE_FORPROFIT"],
];

const LEVELS = { 1: "FOUR_YEAR", 2: "TWO_YEAR", 3: "LESS_THAN_TWO_YEAR" } as const;
const LEVEL_LABELS: Labels<SourceInstitution["level"] & string> = [
  [/^four or more years$/i, "FOUR_YEAR"],
  [/^at least 2 but less than 4 years$/i, "TWO_YEAR"],
  [/^less than 2 years/i, "LESS_THAN_TWO_YEAR"],
];

const YES_NO = { 1: true, 2: false } as const;
const YES_NO_LABELS: Labels<boolean> = [
  [/^yes$/i, true],
  [/^no$/i, false],
];

const LOCALES = new Set([11, 12, 13, 21, 22, 23, 31, 32, 33, 41, 42, 43]);

/** A row of an IPEDS directory as a record of ours, or what is wrong with it. */
export function toInstitution(row: IpedsRow): SourceRow {
  const { line } = row;
  const unitid = row.raw("UNITID").replace(/^(\d+)\.0+$/, "$1");
  if (!/^\d{6,8}$/.test(unitid)) return rejected(line, "UNITID", "six to eight digits", unitid);
  const reject = (column: string, expected: string): SourceRow => ({
    ...rejected(line, column, expected, row.raw(column)),
    key: unitid,
  });
  for (const [column, value] of row.entries()) {
    const flaw = flawOf(value);
    if (flaw && READ.has(column)) return reject(column, flaw);
    if (flaw) row.warn(column, flaw);
  }
  const name = row.text("INSTNM");
  if (!name || name.length > 300) return reject("INSTNM", "a name of 1 to 300 characters");
  if (!hasBalancedQuotes(name)) return reject("INSTNM", "a name with each quote closed");
  const state = row.raw("STABBR").toUpperCase();
  if (!/^[A-Z]{2}$/.test(state)) return reject("STABBR", "a state of two letters");
  const sector = wholeNumber(row.raw("SECTOR"));
  if (sector === null || !((sector >= 0 && sector <= 9) || sector === 99)) {
    return reject("SECTOR", "0 to 9, or 99");
  }
  const latitude = coordinate(row, "LATITUDE");
  if (latitude !== null && Math.abs(latitude) > 90) return reject("LATITUDE", "-90 to 90");
  const longitude = coordinate(row, "LONGITUD");
  if (longitude !== null && Math.abs(longitude) > 180) return reject("LONGITUD", "-180 to 180");
  const end = endOf(row);
  if ("column" in end) return reject(end.column, end.expected);

  const website = websiteOf(row);
  const carnegie = carnegieOf(row);
  return {
    row: line,
    date: end.year,
    record: {
      source: "IPEDS",
      key: unitid,
      name,
      type: typeOf(name, sector, carnegie),
      control: row.oneOf("control", "CONTROL", CONTROLS, CONTROL_LABELS),
      level: row.oneOf("level", "ICLEVEL", LEVELS, LEVEL_LABELS),
      sector,
      carnegie,
      locale: row.code("locale", "LOCALE", "a locale, 11 to 43", (value) => LOCALES.has(value)),
      isHbcu: row.oneOf("isHbcu", "HBCU", YES_NO, YES_NO_LABELS),
      isTribal: row.oneOf("isTribal", "TRIBAL", YES_NO, YES_NO_LABELS),
      isLandGrant: row.oneOf("isLandGrant", "LANDGRNT", YES_NO, YES_NO_LABELS),
      status: end.isClosed ? "INACTIVE" : "ACTIVE",
      website,
      established: null,
      isEducation: true,
      names: namesOf(row, name),
      identifiers: identifiersOf(row, unitid, website),
      locations: [
        {
          geonamesId: null,
          ...(FREELY_ASSOCIATED.has(state)
            ? { country: state, subdivision: null }
            : { country: "US", subdivision: state }),
          city: row.text("CITY")?.slice(0, 100) ?? null,
          latitude,
          longitude,
        },
      ],
      relationships: [],
      newUnitid: newUnitidOf(row, unitid),
    },
    unread: [...row.unread],
  };
}

const rejected = (row: number, column: string, expected: string, got: string) => ({
  row,
  problem: rowProblem(row, column, expected, got),
});

/** States of their own that IPEDS lists among the US states: Micronesia, the Marshall Islands, Palau. */
const FREELY_ASSOCIATED = new Set(["FM", "MH", "PW"]);

function coordinate(row: IpedsRow, name: string): number | null {
  const text = row.text(name);
  if (text === null) return null;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : row.leave("coordinates", name, "degrees");
}

/** Whether a unit has ended, and in which year; or the column that cannot be read, for closing is never guessed. */
type End =
  | { readonly isClosed: boolean; readonly year: string | null }
  | { readonly column: string; readonly expected: string };

const NOT_CLOSED: End = { isClosed: false, year: null };

/**
 * A unit has ended when there is a day or a year of its end. Without those columns, CYACTIVE says it; with them, it
 * says less: 3 is also a campus that reports through another. A blank in one column leaves it to the other, and so does
 * `00/00/0000`, the day that nobody knows, where the other says that it has ended.
 */
function endOf(row: IpedsRow): End {
  const columns = (["CLOSEDAT", "DEATHYR"] as const).filter((name) => row.has(name));
  if (columns.length === 0) return activityOf(row);
  const year = /^(19|20)\d\d$/.exec(row.raw("DEATHYR"))?.[0] ?? null;
  const day = row.raw("CLOSEDAT");
  const isReadable = {
    CLOSEDAT: day === "-2" || day === "" || isClosingDay(day) || (day === "00/00/0000" && year !== null),
    DEATHYR: row.raw("DEATHYR") === "-2" || row.raw("DEATHYR") === "" || year !== null,
  };
  const unreadable =
    columns.find((name) => !isReadable[name]) ??
    (columns.every((name) => row.raw(name) === "") ? columns[0] : null);
  if (unreadable) return { column: unreadable, expected: EXPECTED[unreadable] };
  return { isClosed: year !== null || isClosingDay(day), year };
}

const EXPECTED = {
  CLOSEDAT: "-2, or the day or month of its end (6/30/2023, 6/30/23, 06/2023)",
  DEATHYR: "-2, or the year of its end",
} as const;

function isClosingDay(text: string): boolean {
  const [, month, day = "1"] = /^(\d{1,2})\/(?:(\d{1,2})\/(?:\d{4}|\d{2})|(?:19|20)\d{2})$/.exec(text) ?? [];
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31;
}

function activityOf(row: IpedsRow): End {
  if (!row.has("CYACTIVE")) return NOT_CLOSED;
  const activity = wholeNumber(row.raw("CYACTIVE"));
  if (activity === 1) return NOT_CLOSED;
  if (activity === 2 || activity === 3) return { isClosed: true, year: null };
  return { column: "CYACTIVE", expected: "1, 2 or 3" };
}

function identifiersOf(row: IpedsRow, unitid: string, website: string | null) {
  const identifiers: SourceInstitution["identifiers"][number][] = [
    { scheme: "UNITID", value: unitid, isPreferred: true },
  ];
  const add = (scheme: (typeof identifiers)[number]["scheme"], value: string | null) =>
    value && identifiers.push({ scheme, value, isPreferred: true });
  add("OPEID", digitsOf(row, "OPEID", 8));
  add("EIN", digitsOf(row, "EIN", 9));
  for (const uei of ueisOf(row)) add("UEI", uei);
  add("DOMAIN", domainOf(website));
  return identifiers;
}

/** Digits with the leading zeros that a spreadsheet has taken away, without the fraction that it has put there. */
function digitsOf(row: IpedsRow, column: "OPEID" | "EIN", length: number): string | null {
  const text = row.text(column);
  if (text === null) return null;
  const digits = text.replace(/\.0+$/, "").replace(/^(\d\d)-(\d+)$/, "$1$2");
  if (/^0*$/.test(digits)) return null;
  if (/^\d+$/.test(digits) && digits.length <= length) return digits.padStart(length, "0");
  return row.leave(column, column, `at most ${length} digits`);
}

function ueisOf(row: IpedsRow): string[] {
  const parts = (row.text("UEIS") ?? "").split(/[|,;\s]+/).filter((part) => !SENTINELS.has(part));
  const ueis = parts.map((part) => part.toUpperCase()).filter((part) => /^[A-Z0-9]{12}$/.test(part));
  if (ueis.length < parts.length) row.leave("UEI", "UEIS", "identifiers of twelve letters and digits");
  return [...new Set(ueis)];
}

/** Some rows have a remark or a second address behind the first. */
function websiteOf(row: IpedsRow): string | null {
  const first = row.text("WEBADDR")?.split(/\s/)[0];
  if (!first) return null;
  if (!domainOf(first)) return row.leave("website", "WEBADDR", "a web address");
  return (/^https?:\/\//i.test(first) ? first : `https://${first}`).slice(0, 500);
}

function newUnitidOf(row: IpedsRow, unitid: string): string | null {
  const text = row.text("NEWID")?.replace(/\.0+$/, "");
  if (!text || text === unitid) return null;
  return /^\d{6,8}$/.test(text) ? text : row.leave("newUnitid", "NEWID", "a unit id, or -2");
}

/** The basic classification in its newest edition that the file has; the editions before 2005 had other codes. */
function carnegieOf(row: IpedsRow): number | null {
  const newest = ["C21BASIC", "C18BASIC", "C15BASIC", "CCBASIC"].find((name) => row.has(name));
  if (newest === undefined) return null;
  return row.code("carnegie", newest, "a class of one or two digits", (value) => value >= 0 && value <= 99);
}

function namesOf(row: IpedsRow, name: string): SourceInstitution["names"] {
  const aliases = aliasesOf(row.text("IALIAS") ?? "").filter((alias) => alias !== name);
  const fitting = aliases.filter((alias) => alias.length <= 300);
  if (fitting.length < aliases.length) row.warn("IALIAS", "names of at most 300 characters");
  return [
    { value: name, kind: "DISPLAY", lang: "en" },
    ...fitting.map((value) => ({ value, kind: "ALIAS" as const, lang: null })),
  ];
}

/**
 * The other names, which each institution separates in its own way: by bars, semicolons, slashes or two blanks.
 * Commas stand in names, too (`Trinity College, Hartford, Connecticut`); they separate where an acronym stands
 * between them.
 */
function aliasesOf(text: string): string[] {
  const separator = /\s*[|;]\s*|\s{2,}|\s\/\s/;
  const parts = text.split(separator);
  const byComma = parts.length === 1 ? text.split(/\s*,\s*/) : [];
  const isList =
    byComma.some((part) => /^[A-Z]{3,7}$/.test(part)) &&
    !byComma.some((part) => /^(The|Inc|LLC)\b/i.test(part));
  return [...new Set((isList ? byComma : parts).map((part) => part.trim()).filter(Boolean))];
}

/** The doctoral universities of the Carnegie classification, in each of its editions since 2005. */
const DOCTORAL = new Set([15, 16, 17]);

/**
 * IPEDS has no such field: its sector gives length and control, the name and the Carnegie class the rest. 0 is an
 * administrative unit; 1–3 take four years: universities by name or by class (Dartmouth College), and colleges; 4 is
 * two-year and public, what people call a community college; 7–9 take less than two years and teach a trade. What
 * has no sector (99) is a campus that reports through another one.
 */
function typeOf(name: string, sector: number, carnegie: number | null): SourceInstitution["type"] {
  if (sector === 0) return "UNIVERSITY_SYSTEM";
  if (sector <= 3) return /\buniversit/i.test(name) || DOCTORAL.has(carnegie ?? 0) ? "UNIVERSITY" : "COLLEGE";
  if (sector === 4) return /\btechn/i.test(name) ? "TECHNICAL_COLLEGE" : "COMMUNITY_COLLEGE";
  if (sector <= 6) return /\b(techn|trade|vocational|career)/i.test(name) ? "TECHNICAL_COLLEGE" : "COLLEGE";
  return sector <= 9 ? "TECHNICAL_COLLEGE" : "OTHER";
}
