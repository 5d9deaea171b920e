import { Readable } from "node:stream";
import { parse } from "csv-parse";
import { decoded, encodingOf } from "./encoding.ts";
import { IpedsRow, OPTIONAL_COLUMNS, toInstitution } from "./ipeds-row.ts";
import { seemsToBe } from "./sniff.ts";
import type { ReadListeners, RecordPart, SourceRow } from "./source.ts";
import { FileRefused, KeySet, rowProblem } from "./source.ts";

const REQUIRED = ["UNITID", "INSTNM", "CITY", "STABBR", "CONTROL", "SECTOR"] as const;

/** Longest row, in characters; real ones have some two thousand. */
const LONGEST_ROW = 1_000_000;

/** Reads an IPEDS directory file (HD) of any year: columns by name, either encoding. */
export async function* readIpeds(
  file: string,
  { onBytes, onWarning }: ReadListeners,
): AsyncIterable<SourceRow> {
  const kind = await seemsToBe(file);
  if (kind.format !== "TEXT") {
    throw new FileRefused(`${file} is not an IPEDS directory file in CSV; it seems to be ${kind.hint}.`);
  }
  const parser = parse({
    max_record_size: LONGEST_ROW,
    bom: true,
    relax_column_count: true,
    // Real files have addresses with quotes in them; a row that comes apart by that has another number of columns.
    relax_quotes: true,
    skip_empty_lines: true,
    info: true,
    skip_records_with_error: true,
  });
  const broken: { row: number; got: string }[] = [];
  let lastByte: number | undefined;
  parser.on("skip", (error?: { code?: string; lines?: number; message: string }) => {
    // Only an end in the middle of a field leaves a quote open: the file was cut off.
    if (error?.code === "CSV_MAX_RECORD_SIZE")
      parser.destroy(new FileRefused(tooLong(file, error.lines ?? 0)));
    else if (error?.code === "CSV_QUOTE_NOT_CLOSED")
      parser.destroy(new FileRefused(`${file} is not whole CSV: ${error.message.replace(/\.$/, "")}.`));
    else broken.push({ row: error?.lines ?? 0, got: error?.message ?? "a row that is not CSV" });
  });
  let read = 0;
  const onChunk = (chunk: Buffer) => {
    lastByte = chunk.at(-1);
    onBytes?.((read += chunk.length));
  };
  Readable.from(decoded(file, await encodingOf(file), onChunk))
    .on("error", (error) => parser.destroy(error))
    .pipe(parser);

  let header: string[] | null = null;
  let missing: RecordPart[] = [];
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
        header = headerOf(file, record, kind.hint);
        missing = missingParts(header);
        if (missing.length > 0) onWarning?.(missingColumns(row, header, missing));
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
        const cells = new IpedsRow(row, header, record, missing);
        const result = toInstitution(cells);
        const isAgain = "record" in result && !seen.add(result.record.key);
        if (isAgain) {
          yield problem(row, "UNITID", "each unit once in a file", `${result.record.key} again`);
          continue;
        }
        if ("record" in result) for (const warning of cells.warnings) onWarning?.(warning);
        yield result;
      }
    }
  } catch (error) {
    if (error instanceof FileRefused) throw error;
    if ((error as { code?: string }).code === "CSV_MAX_RECORD_SIZE")
      throw new FileRefused(tooLong(file, before + 1), { cause: error });
    throw new FileRefused(`${file} is not whole CSV: ${(error as Error).message.replace(/\.$/, "")}.`, {
      cause: error,
    });
  }
  while (broken.length > 0) yield notCsv(broken.shift()!);
  if (short && lastByte !== NEWLINE)
    throw new FileRefused(`${file} is cut off: it ends within row ${short.row}.`);
  if (short) yield short;
  if (!header) throw new FileRefused(`${file} is empty; expected an IPEDS directory file with a header.`);
}

const NEWLINE = 0x0a;

const tooLong = (file: string, row: number) =>
  `${file} has a row that is too long: row ${row} goes on for more than ${LONGEST_ROW.toLocaleString("en")} characters. Expected one unit on each line.`;

const notCsv = ({ row, got }: { row: number; got: string }): SourceRow =>
  problem(row, "(row)", "a row of CSV", got);

function problem(row: number, column: string, expected: string, got: string): SourceRow {
  return { row, problem: rowProblem(row, column, expected, got) };
}

function headerOf(file: string, record: readonly string[], hint: string | null): string[] {
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
    const seems = hint === null ? "" : ` It seems to be ${hint}.`;
    throw new FileRefused(
      `${file} is not an IPEDS directory file: expected the columns ${REQUIRED.join(", ")}; missing ${missing.join(", ")}.${seems}`,
    );
  }
  return header;
}

/** The parts of a record that a file has no column for. */
const missingParts = (header: readonly string[]): RecordPart[] =>
  OPTIONAL_COLUMNS.filter(([, columns]) => !columns.some((name) => header.includes(name))).map(
    ([part]) => part,
  );

function missingColumns(row: number, header: readonly string[], parts: readonly RecordPart[]) {
  const columns = OPTIONAL_COLUMNS.filter(([part]) => parts.includes(part)).map(([, names]) =>
    names.join("/"),
  );
  return rowProblem(
    row,
    "(header)",
    `the columns ${columns.join(", ")}, or what they say stays as it was`,
    `${header.length} columns without them`,
  );
}
