import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { parse } from "csv-parse";
import type { SourceInstitution, SourceRow } from "./source.ts";
import { domainOf, FileRefused } from "./source.ts";

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
  parser.on("skip", (error?: { code?: string; lines?: number; message: string }) => {
    // Only an end in the middle of a field leaves a quote open: the file was cut off.
    if (error?.code === "CSV_QUOTE_NOT_CLOSED")
      parser.destroy(new FileRefused(`${file} is not whole CSV: ${error.message}`));
    else broken.push({ row: error?.lines ?? 0, got: error?.message ?? "a row that is not CSV" });
  });
  Readable.from(decoded(file, onBytes))
    .on("error", (error) => parser.destroy(error))
    .pipe(parser);

  let header: string[] | null = null;
  const seen = new Set<string>();
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      if (!header) {
        header = headerOf(record);
        continue;
      }
      while (broken.length > 0) yield notCsv(broken.shift()!);
      const row = info.lines;
      if (record.length !== header.length) {
        yield problem(row, "(row)", `${header.length} columns`, `${record.length} columns`);
        continue;
      }
      const read = toInstitution(new Row(header, record), row);
      if ("record" in read && seen.has(read.record.key)) {
        yield problem(row, "UNITID", "each unit once in a file", `${read.record.key} again`);
        continue;
      }
      if ("record" in read) seen.add(read.record.key);
      yield read;
    }
  } catch (error) {
    if (error instanceof FileRefused) throw error;
    throw new FileRefused(`${file} is not whole CSV: ${(error as Error).message}`, { cause: error });
  }
  while (broken.length > 0) yield notCsv(broken.shift()!);
  if (!header) throw new FileRefused(`${file} is empty; expected an IPEDS directory file with a header.`);
}

const notCsv = ({ row, got }: { row: number; got: string }): SourceRow =>
  problem(row, "(row)", "a row of CSV", got);

function problem(row: number, column: string, expected: string, got: string): SourceRow {
  return { row, problem: { row, column, expected, got: got.slice(0, 200) } };
}

function headerOf(record: readonly string[]): string[] {
  const header = record.map((name) => name.trim().toUpperCase());
  const missing = REQUIRED.filter((name) => !header.includes(name));
  if (missing.length > 0) {
    throw new FileRefused(
      `This is not an IPEDS directory file: expected the columns ${REQUIRED.join(", ")}; missing ${missing.join(", ")}.`,
    );
  }
  return header;
}

/** The file's text: UTF-8 where all of it is, Windows' Latin-1 otherwise, as older years are. */
async function* decoded(file: string, onBytes: (read: number) => void): AsyncIterable<string> {
  const decoder = new TextDecoder((await isUtf8(file)) ? "utf-8" : "windows-1252");
  let read = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    onBytes((read += chunk.length));
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

async function isUtf8(file: string): Promise<boolean> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let isFirst = true;
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      if (isFirst && (chunk.readUInt16BE(0) === 0xfffe || chunk.readUInt16BE(0) === 0xfeff)) {
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

  number(...names: string[]): number | null {
    for (const name of names) {
      const text = this.text(name);
      if (text !== null && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
    }
    return null;
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

  const address = row.text("WEBADDR");
  const website = address && (/^https?:\/\//i.test(address) ? address : `https://${address}`).slice(0, 500);
  const domain = domainOf(address);
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

  const aliases = (row.text("IALIAS") ?? "")
    .split(/\s*\|\s*|\s{2,}|\s*;\s*/)
    .filter((alias) => alias && alias !== name && alias.length <= 300);
  const control = row.number("CONTROL");
  const level = row.number("ICLEVEL");
  const landGrant = row.yesNo("LANDGRNT");
  const isClosed =
    row.text("CLOSEDAT") !== null || row.text("DEATHYR") !== null || row.raw("CYACTIVE") === "3";
  return {
    row: line,
    record: {
      source: "IPEDS",
      key: unitid,
      name,
      type: typeOf(name, sector, row.number("HLOFFER")),
      control: CONTROLS[control as 1] ?? null,
      level: LEVELS[level as 1] ?? null,
      sector,
      carnegie: row.number("C21BASIC", "C18BASIC", "C15BASIC", "CCBASIC", "CARNEGIE"),
      locale: row.number("LOCALE"),
      isHbcu: row.yesNo("HBCU"),
      isTribal: row.yesNo("TRIBAL"),
      isLandGrant: landGrant,
      status: isClosed ? "INACTIVE" : "ACTIVE",
      website,
      established: null,
      isEducation: true,
      names: [
        { value: name, kind: "DISPLAY", lang: "en" },
        ...[...new Set(aliases)].map((value) => ({ value, kind: "ALIAS" as const, lang: null })),
      ],
      identifiers,
      locations: [
        {
          geonamesId: null,
          country: "US",
          subdivision: state,
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

const DOCTORATE = 9;

/**
 * IPEDS has no such field: its sector gives length and control, the name and the highest degree the rest.
 * 0 is an administrative unit; 1–3 take four years, 4–6 two, 7–9 less; 4 is public, what people call a community college.
 */
function typeOf(name: string, sector: number, highestOffering: number | null): SourceInstitution["type"] {
  if (sector === 0) return "UNIVERSITY_SYSTEM";
  if (sector <= 3) {
    return /\buniversit/i.test(name) || (highestOffering ?? 0) >= DOCTORATE ? "UNIVERSITY" : "COLLEGE";
  }
  if (sector === 4) return /\btechn/i.test(name) ? "TECHNICAL_COLLEGE" : "COMMUNITY_COLLEGE";
  if (sector <= 6) return /\b(techn|trade|vocational|career)/i.test(name) ? "TECHNICAL_COLLEGE" : "COLLEGE";
  return sector <= 9 ? "TECHNICAL_COLLEGE" : "OTHER";
}
