import { createWriteStream, openSync, statSync } from "node:fs";
import { readConfig } from "../../shared/config.ts";
import { StartupError } from "../../shared/errors.ts";
import { startSubgraph } from "../../shared/graphql/runtime.ts";
import { DEFINITIONS, institutionFiles, FileRefused } from "../embedded.ts";
import { showProgress } from "./progress.ts";

/** Most refused rows and ambiguous matches that are printed; `--report` has them all. */
const SHOWN = 10;

/** `consortia import ipeds|ror FILE`: loads institutions from a public register's file. */
export async function importFile(
  source: string,
  file: string,
  { dryRun = false, report: reportFile }: { dryRun?: boolean; report?: string },
): Promise<void> {
  const load = institutionFiles[source as keyof typeof institutionFiles];
  if (!load)
    throw new StartupError(`Expected ${Object.keys(institutionFiles).join(" or ")}; got "${source}".`);
  const size = sizeOf(file);
  const config = readConfig();
  const out = reportFile ? reportTo(reportFile) : null;
  const subgraph = await startSubgraph(DEFINITIONS.institutions, config.databases.institutions);
  const shown = { problems: 0, ambiguous: 0 };
  const progress = showProgress(`Reading ${source}`);
  const started = Date.now();
  try {
    const report = await load(subgraph.db, file, {
      isDryRun: dryRun,
      onProgress: (bytes) => progress.update(bytes, size),
      onProblem(problem) {
        out?.write(`${JSON.stringify(problem)}\n`);
        if (++shown.problems <= SHOWN) {
          say(
            `  row ${problem.row}, ${problem.column}: expected ${problem.expected}; got ${JSON.stringify(problem.got)}`,
          );
        }
      },
      onAmbiguous(match) {
        out?.write(`${JSON.stringify(match)}\n`);
        if (++shown.ambiguous > SHOWN) return;
        const candidates = match.candidates.map(
          ({ unitid, name, score }) => `${unitid} ${name} (${score.total.toFixed(2)})`,
        );
        say(`  ${match.ror} ${match.name} may be: ${candidates.join("; ")}`);
      },
    });
    progress.finish();
    if (!out && shown.ambiguous + shown.problems > 2 * SHOWN) say("  … say --report FILE to have them all.");
    say(
      `${dryRun ? "Would have been" : "Done"}: ${report.created} created, ${report.updated} updated, ${report.unchanged} unchanged, ` +
        `${report.rejected} rejected; ${report.matched} matched with the other register, ${report.ambiguous} ambiguous ` +
        `(${((Date.now() - started) / 1000).toFixed(1)} s).`,
    );
    if (report.created + report.updated === 0) say("Nothing changed: the registry had it all.");
  } catch (error) {
    progress.finish();
    if (error instanceof FileRefused)
      throw new StartupError(`${error.message} Nothing was changed.`, { cause: error });
    throw error;
  } finally {
    if (out) await new Promise((resolve) => out.end(resolve));
    await subgraph.close();
  }
}

const say = (line: string) => process.stdout.write(`${line}\n`);

function reportTo(file: string) {
  try {
    return createWriteStream(file, { fd: openSync(file, "w") });
  } catch (error) {
    throw new StartupError(
      `The report ${file} cannot be written (${(error as NodeJS.ErrnoException).code}).`,
      {
        cause: error,
      },
    );
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch (error) {
    throw new StartupError(`The file ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, {
      cause: error,
    });
  }
}
