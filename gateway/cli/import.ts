import type { WriteStream } from "node:fs";
import { createWriteStream, openSync, statSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import type { DatabaseLocation } from "../../shared/data/open.ts";
import { readConfig } from "../../shared/config.ts";
import { StartupError } from "../../shared/errors.ts";
import { startSubgraph } from "../../shared/graphql/runtime.ts";
import { Overtaken } from "../../shared/import/transfer.ts";
import type { ImportOptions, ImportReport } from "../embedded.ts";
import { DEFINITIONS, FileRefused, institutionFiles, ReleaseUnknown } from "../embedded.ts";
import { say } from "./console.ts";
import { confirmationOf, linesOf, nothingTaken, textOfMatch, textOfProblem } from "./import-report.ts";
import { showProgress } from "./progress.ts";

/** Most lines of a kind that are printed; `--report` has them all. */
const SHOWN = 10;

/** What the command line says of an import. */
export interface ImportFlags {
  readonly dryRun?: boolean;
  readonly report?: string;
  readonly asOf?: string;
  readonly yes?: boolean;
}

/** `consortia import ipeds|ror FILE`: loads institutions from a public register's file. */
export async function importFile(source: string, file: string, flags: ImportFlags): Promise<void> {
  const load = institutionFiles[source as keyof typeof institutionFiles];
  if (!load)
    throw new StartupError(`Expected ${Object.keys(institutionFiles).join(" or ")}; got "${source}".`);
  const size = sizeOf(file);
  const location = readConfig().databases.institutions;
  if (flags.report !== undefined) requireOther(flags.report, file, location);
  const subgraph = await startSubgraph(DEFINITIONS.institutions, location);
  try {
    const attempt = (more: Pick<ImportOptions, "asOf" | "isConfirmed">) =>
      attemptImport(source, size, flags, (options) => load(subgraph.db, file, { ...options, ...more }));
    const isConfirmed = flags.yes ?? false;
    let { asOf } = flags;
    const report = await attempt({ asOf, isConfirmed }).catch(async (error: unknown) => {
      const year = error instanceof ReleaseUnknown ? await ask("As of which year is this file? ") : null;
      if (!year) throw error;
      return attempt({ asOf: (asOf = year), isConfirmed });
    });
    await conclude(file, flags, report, () => attempt({ asOf, isConfirmed: true }));
  } catch (error) {
    if (error instanceof FileRefused || error instanceof Overtaken)
      throw new StartupError(`${error.message} Nothing was changed.`, { cause: error });
    throw error;
  } finally {
    await subgraph.close();
  }
}

/** Ends an import: with nothing to be said, with a question, or with the sentence that says what is amiss. */
async function conclude(
  file: string,
  { dryRun = false }: ImportFlags,
  report: ImportReport,
  confirm: () => Promise<ImportReport>,
): Promise<void> {
  const nothing = nothingTaken(file, report);
  if (nothing) throw new StartupError(nothing);
  if (report.doubts.length === 0) return;
  const doubts = confirmationOf(report);
  if (dryRun) say(doubts);
  if (dryRun || report.isApplied) return;
  const answer = await ask(`${doubts} Apply it? [y/N] `);
  if (answer === null) throw new StartupError(`${doubts} Nothing was changed: if that is right, say --yes.`);
  if (!/^y(es)?$/i.test(answer)) throw new StartupError("Nothing was changed.");
  await confirm();
}

/** Runs an import once, and prints and reports what it tells. */
async function attemptImport(
  source: string,
  size: number,
  { dryRun = false, report: reportFile }: ImportFlags,
  load: (options: ImportOptions) => Promise<ImportReport>,
): Promise<ImportReport> {
  const out = reportFile === undefined ? null : new Report(reportFile);
  const shown = { problem: 0, warning: 0, ambiguous: 0 };
  const show = (kind: keyof typeof shown, entry: object, text: string) => {
    out?.write(entry);
    if (++shown[kind] <= SHOWN) say(`  ${text}`);
  };
  const progress = showProgress(`Reading ${source}`);
  const started = Date.now();
  try {
    const report = await load({
      isDryRun: dryRun,
      onProgress: (bytes) => progress.update(bytes, size),
      onProblem: (problem) => show("problem", problem, textOfProblem(problem)),
      onWarning: (warning) =>
        show("warning", { warning: true, ...warning }, `${textOfProblem(warning)}; left as it was`),
      onAmbiguous: (match) => show("ambiguous", match, textOfMatch(match)),
    });
    progress.finish();
    if (!out && Object.values(shown).some((count) => count > SHOWN))
      say("  … say --report FILE to have them all.");
    for (const line of linesOf(report, (Date.now() - started) / 1000)) say(line);
    return report;
  } finally {
    progress.finish();
    await out?.close();
  }
}

/** Asks somebody at a terminal; null where there is none. */
async function ask(question: string): Promise<string | null> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return null;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

/** Where every refused row, warning and ambiguous match goes, one JSON object a line. */
class Report {
  private readonly stream: WriteStream;
  private failure: Error | null = null;

  constructor(private readonly file: string) {
    try {
      this.stream = createWriteStream(file, { fd: openSync(file, "w") });
    } catch (error) {
      throw cannotWrite(file, error);
    }
    this.stream.on("error", (error) => (this.failure ??= error));
  }

  write(entry: object): void {
    if (!this.failure) this.stream.write(`${JSON.stringify(entry)}\n`);
  }

  /** Resolves when all of it is written; throws a sentence when it could not be. */
  async close(): Promise<void> {
    if (!this.failure) await new Promise<void>((resolve) => this.stream.end(() => resolve()));
    if (this.failure) throw cannotWrite(this.file, this.failure);
  }
}

const cannotWrite = (file: string, error: unknown) =>
  new StartupError(`The report ${file} cannot be written (${(error as NodeJS.ErrnoException).code}).`, {
    cause: error,
  });

/** Refuses a report that would overwrite what is imported, or the database that it goes to. */
function requireOther(report: string, file: string, location: DatabaseLocation): void {
  if (isSameFile(report, file))
    throw new StartupError(`--report names the file that is imported, ${file}: it would be emptied.`);
  if ("file" in location && isSameFile(report, location.file))
    throw new StartupError(`--report names the database, ${location.file}: it would be emptied.`);
}

/** Whether two paths lead to one file, by links, too. */
function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

function sizeOf(file: string): number {
  try {
    const stats = statSync(file);
    if (stats.isDirectory()) throw new StartupError(`${file} is a folder; expected a file.`);
    return stats.size;
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(`The file ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, {
      cause: error,
    });
  }
}
