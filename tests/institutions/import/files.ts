import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SourceReader, SourceRow } from "../../../subgraphs/institutions/import/source.ts";

const folder = mkdtempSync(join(tmpdir(), "consortia-rows-"));
let files = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file for a test; it goes when the test file is over. */
export function fileOf(content: string | Buffer): string {
  const path = join(folder, `${files++}.txt`);
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
