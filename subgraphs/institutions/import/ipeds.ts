import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { parse } from "csv-parse";
import type { SourceInstitution, SourceRow } from "./source.ts";
import { domainOf, FileRefused, KeySet } from "./source.ts";

const REQUIRED = ["UNITID", "INSTNM", "CITY", "STABBR", "CONTROL", "SECTOR"] as const;

/** IPEDS writes "none" as −1 (not reported), −2 (not applicable), −3 (not available), or a blank. */
const SENTINELS = new Set(["", "-1", "-2", "-3", "."]);

const CONTROLS = { 1: "PUBLIC", 2: "PRIVATE_NONPROFIT", 3: "PRIVATE_FORPROFIT" } as const;
const LEVELS = { 1: "FOUR_YEAR", 2: "TWO_YEAR", 3: "LESS_THAN_TWO_YEAR" } as const;

/** Reads an IPEDS directory file (HD) of any year: columns by name, either encoding. */
export async function* readIpeds(file: string, onBytes: (read: number) => void): AsyncIterable<SourceRow> {
  const parser = parse({
    bom: true,
    relax_column_count: true,
    // Real files have addresses with quotes in them; a row that comes apart by that has another number of columns.
    relax_quotes: true,
    skip_empty_lines: true,
    info: true,
    skip_records_with_error: true,
  });
  const broken: { row: number; got: string }[] = [];
  let isEnded = true;
  parser.on("skip", (error?: { code?: string; lines?: number; message: string }) => {
    // Only an end in the middle of a field leaves a quote open: the file was cut off.
    if (error?.code === "CSV_QUOTE_NOT_CLOSED")
      parser.destroy(new FileRefused(`${file} is not whole CSV: ${error.message.replace(/\.$/, "")}.`));
    else broken.push({ row: error?.lines ?? 0, got: error?.message ?? "a row that is not CSV" });
  });
  Readable.from(decoded(file, { onBytes, onEnd: (ended) => (isEnded = ended) }))
    .on("error", (error) => parser.destroy(error))
    .pipe(parser);

  let header: string[] | null = null;
  // A row of the wrong length is told when another follows: as the last of a file without an end it means more.
  let short: SourceRow | null = null;
  let before = 0;
  let countedTwice = 0;
  const seen = new KeySet();
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      // The parser counts two lines for a Windows line end within quotes.
      for (const value of record) countedTwice += value.split("\r\n").length - 1;
      const [first, row] = [before + 1, info.lines - countedTwice];
      before = row;
      if (!header) {
        header = headerOf(record);
        continue;
      }
      while (broken.length > 0) yield notCsv(broken.shift()!);
      if (short) yield short;
      short = null;
      if (record.some((value) => value.includes("\n"))) {
        // An open quote runs on to the next one, and may by chance make one whole row of two: none of them is taken.
        for (let line = first; line <= row; line++)
          yield problem(
            line,
            "(row)",
            "a row on a line of its own",
            "a quote that is not closed on its line",
          );
      } else if (record.length !== header.length) {
        short = problem(row, "(row)", `${header.length} columns`, `${record.length} columns`);
      } else {
        const read = toInstitution(new Row(header, record), row);
        const isAgain = "record" in read && !seen.add(read.record.key);
        yield isAgain ? problem(row, "UNITID", "each unit once in a file", `${read.record.key} again`) : read;
      }
    }
  } catch (error) {
    if (error instanceof FileRefused) throw error;
    throw new FileRefused(`${file} is not whole CSV: ${(error as Error).message.replace(/\.$/, "")}.`, {
      cause: error,
    });
  }
  while (broken.length > 0) yield notCsv(broken.shift()!);
  if (short && !isEnded) throw new FileRefused(`${file} is cut off: it ends within row ${short.row}.`);
  if (short) yield short;
  if (!header) throw new FileRefused(`${file} is empty; expected an IPEDS directory file with a header.`);
}

const notCsv = ({ row, got }: { row: number; got: string }): SourceRow =>
  problem(row, "(row)", "a row of CSV", got);

function problem(row: number, column: string, expected: string, got: string): SourceRow {
  return { row, problem: { row, column, expected, got: got.slice(0, 200) } };
}

function headerOf(record: readonly string[]): string[] {
  // The byte-order mark of a file that says UTF-8 and isn't reads as these three letters.
  const header = record.map((name) =>
    name
      .replace(/^\u00ef\u00bb\u00bf/, "")
      .trim()
      .replace(/^"(.*)"$/, "$1")
      .trim()
      .toUpperCase(),
  );
  const missing = REQUIRED.filter((name) => !header.includes(name));
  if (missing.length > 0) {
    throw new FileRefused(
      `This is not an IPEDS directory file: expected the columns ${REQUIRED.join(", ")}; missing ${missing.join(", ")}.`,
    );
  }
  return header;
}

/** The file's text: UTF-8 where all of it is, Windows' Latin-1 otherwise, as older years are. */
async function* decoded(file: string, { onBytes, onEnd }: ReadListeners): AsyncIterable<string> {
  const decoder = new TextDecoder((await isUtf8(file)) ? "utf-8" : "windows-1252");
  let read = 0;
  let last: number | undefined;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    onBytes((read += chunk.length));
    last = chunk.at(-1);
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
  onEnd(last === NEWLINE);
}

interface ReadListeners {
  readonly onBytes: (read: number) => void;
  /** Told whether the file ends as a line does. */
  readonly onEnd: (isEnded: boolean) => void;
}

const NEWLINE = 0x0a;

async function isUtf8(file: string): Promise<boolean> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let isFirst = true;
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      if (isFirst && /^(fffe|feff)/.test(chunk.subarray(0, 2).toString("hex"))) {
        throw new FileRefused(`${file} is UTF-16; expected UTF-8 or Latin-1. Save it as CSV UTF-8.`);
      }
      isFirst = false;
      decoder.decode(chunk, { stream: true });
    }
    decoder.decode();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_ENCODING_INVALID_ENCODED_DATA") return false;
    throw error;
  }
}

/** One row by its columns' names; a column that a year doesn't have is as good as empty. */
class Row {
  private readonly values: Map<string, string>;

  constructor(header: readonly string[], record: readonly string[]) {
    this.values = new Map(header.map((name, index) => [name, record[index]!.trim()]));
  }

  raw(name: string): string {
    return this.values.get(name) ?? "";
  }

  text(name: string): string | null {
    const value = this.raw(name);
    return SENTINELS.has(value) ? null : value;
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  number(name: string): number | null {
    const text = this.text(name);
    return text !== null && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null;
  }

  /** IPEDS says 1 for yes and 2 for no. */
  yesNo(name: string): boolean | null {
    const value = this.raw(name);
    return value === "1" ? true : value === "2" ? false : null;
  }
}

function toInstitution(row: Row, line: number): SourceRow {
  const unitid = row.raw("UNITID");
  if (!/^\d{6,8}$/.test(unitid)) return problem(line, "UNITID", "six to eight digits", unitid);
  const name = row.text("INSTNM");
  if (!name || name.length > 300) return problem(line, "INSTNM", "a name of 1 to 300 characters", name ?? "");
  const state = row.raw("STABBR").toUpperCase();
  if (!/^[A-Z]{2}$/.test(state)) return problem(line, "STABBR", "a state of two letters", state);
  const sector = row.number("SECTOR");
  if (sector === null || !((sector >= 0 && sector <= 9) || sector === 99)) {
    return problem(line, "SECTOR", "0 to 9, or 99", row.raw("SECTOR"));
  }
  const latitude = row.number("LATITUDE");
  if (latitude !== null && Math.abs(latitude) > 90)
    return problem(line, "LATITUDE", "-90 to 90", row.raw("LATITUDE"));
  const longitude = row.number("LONGITUD");
  if (longitude !== null && Math.abs(longitude) > 180)
    return problem(line, "LONGITUD", "-180 to 180", row.raw("LONGITUD"));

  const website = websiteOf(row.text("WEBADDR"));
  const domain = domainOf(website);
  const identifiers: {
    scheme: SourceInstitution["identifiers"][number]["scheme"];
    value: string;
    isPreferred: boolean;
  }[] = [{ scheme: "UNITID", value: unitid, isPreferred: true }];
  const add = (scheme: (typeof identifiers)[number]["scheme"], value: string | null) =>
    value && identifiers.push({ scheme, value, isPreferred: true });
  add("OPEID", padded(row.text("OPEID"), 8));
  add("EIN", padded(row.text("EIN"), 9));
  for (const uei of (row.text("UEIS") ?? "").split(/[|,;\s]+/))
    if (/^[A-Z0-9]{12}$/.test(uei)) add("UEI", uei);
  add("DOMAIN", domain);

  const aliases = aliasesOf(row.text("IALIAS") ?? "").filter(
    (alias) => alias !== name && alias.length <= 300,
  );
  const control = row.number("CONTROL");
  const level = row.number("ICLEVEL");
  const landGrant = row.yesNo("LANDGRNT");
  const carnegie = carnegieOf(row);
  return {
    row: line,
    record: {
      source: "IPEDS",
      key: unitid,
      name,
      type: typeOf(name, sector, carnegie),
      control: CONTROLS[control as 1] ?? null,
      level: LEVELS[level as 1] ?? null,
      sector,
      carnegie,
      locale: row.number("LOCALE"),
      isHbcu: row.yesNo("HBCU"),
      isTribal: row.yesNo("TRIBAL"),
      isLandGrant: landGrant,
      status: isClosed(row) ? "INACTIVE" : "ACTIVE",
      website,
      established: null,
      isEducation: true,
      names: [
        { value: name, kind: "DISPLAY", lang: "en" },
        ...aliases.map((value) => ({ value, kind: "ALIAS" as const, lang: null })),
      ],
      identifiers,
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
    },
  };
}

/** Digits with the leading zeros that a spreadsheet has taken away. */
function padded(value: string | null, length: number): string | null {
  return value && /^\d+$/.test(value) && value.length <= length && Number(value) > 0
    ? value.padStart(length, "0")
    : null;
}

/** States of their own that IPEDS lists among the US states: Micronesia, the Marshall Islands, Palau. */
const FREELY_ASSOCIATED = new Set(["FM", "MH", "PW"]);

/** Closed is what has a day or a year of its end. Without those columns, CYACTIVE says it; with them, it says less: 3 is also a campus that reports through another. */
function isClosed(row: Row): boolean {
  if (row.has("CLOSEDAT") || row.has("DEATHYR"))
    return row.text("CLOSEDAT") !== null || row.text("DEATHYR") !== null;
  return row.number("CYACTIVE") !== null && row.raw("CYACTIVE") !== "1";
}

/** The basic classification in its newest edition that the file has; the editions before 2005 had other codes. */
function carnegieOf(row: Row): number | null {
  const newest = ["C21BASIC", "C18BASIC", "C15BASIC", "CCBASIC"].find((name) => row.has(name));
  return newest === undefined ? null : row.number(newest);
}

/** Some rows have a remark or a second address behind the first. */
function websiteOf(address: string | null): string | null {
  const first = address?.split(/\s/)[0];
  if (!first || !domainOf(first)) return null;
  return (/^https?:\/\//i.test(first) ? first : `https://${first}`).slice(0, 500);
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
