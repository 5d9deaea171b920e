import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RowProblem, SourceReader, SourceRow } from "../../../subgraphs/institutions/import/source.ts";

const folder = mkdtempSync(join(tmpdir(), "consortia-rows-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file for a test; it goes when the test file is over. */
export function fileOf(content: string | Buffer, name = "rows.txt"): string {
  const path = join(mkdtempSync(join(folder, "f-")), name);
  writeFileSync(path, content);
  return path;
}

/** What a reader makes of a file. */
export async function readAll(read: SourceReader, content: string | Buffer): Promise<SourceRow[]> {
  const rows: SourceRow[] = [];
  for await (const row of read(fileOf(content), {})) rows.push(row);
  return rows;
}

/** The one record of a file that has one. */
export async function readOne(read: SourceReader, content: string | Buffer) {
  const [row] = await readAll(read, content);
  if (!row || "problem" in row) throw new Error(`Expected a record; got ${JSON.stringify(row)}.`);
  return row.record;
}

/** The problems of a file's rows, and how many rows were well. */
export async function problemsOf(read: SourceReader, content: string | Buffer) {
  const rows = await readAll(read, content);
  return {
    well: rows.filter((row) => "record" in row).length,
    problems: rows.flatMap((row) => ("problem" in row ? [row.problem] : [])),
  };
}

/** The one record of a file, with what is warned of a column, and whether its part was left unread for that. */
export async function readWarned(read: SourceReader, content: string | Buffer, column: string) {
  const warnings: RowProblem[] = [];
  for await (const row of read(fileOf(content), { onWarning: (warning) => warnings.push(warning) })) {
    if ("problem" in row) throw new Error(`Expected a record; got ${JSON.stringify(row)}.`);
    return {
      record: row.record,
      warning: warnings.find((warning) => warning.column === column),
      unread: row.unread.some((part) => part === PARTS[column]),
    };
  }
  throw new Error("Expected a record; got none.");
}

const PARTS: Readonly<Record<string, string>> = {
  CONTROL: "control",
  ICLEVEL: "level",
  LOCALE: "locale",
  HBCU: "isHbcu",
  C21BASIC: "carnegie",
  WEBADDR: "website",
  LATITUDE: "coordinates",
  NEWID: "newUnitid",
  OPEID: "OPEID",
  EIN: "EIN",
  UEIS: "UEI",
};
