import type { AmbiguousMatch, Doubt, ImportReport, RowProblem } from "../embedded.ts";
import { DOUBTFUL_SHARE } from "../embedded.ts";

const number = (count: number) => count.toLocaleString("en");

const KNOWN_BY = { OPTION: "as it was told", NAME: "by its name", CONTENT: "by its rows" } as const;

/** What is wrong with a row, as a line of the console. */
export const textOfProblem = ({ row, column, expected, got }: RowProblem): string =>
  `row ${row}, ${column}: expected ${expected}; got ${JSON.stringify(got)}`;

/** Why a match is left to a person, as a line of the console says it. */
export const REASONS = {
  SEVERAL_UNITS: "several units are as much alike",
  SEVERAL_RECORDS: "another record is the same unit as certainly",
  UNCERTAIN: "name, site and town do not agree enough",
} as const;

/** A name with its town. */
export const named = (name: string, town: string | null) => (town === null ? name : `${name} (${town})`);

/** An ambiguous match, as a line of the console. */
export function textOfMatch({ ror, name, town, reason, candidates }: AmbiguousMatch): string {
  const units = candidates.map(
    (each) => `${each.unitid} ${named(each.name, each.town)} ${each.score.total.toFixed(2)}`,
  );
  return `${ror} ${named(name, town)} may be: ${units.join("; ")}: ${REASONS[reason]}`;
}

/** What an import did, in numbers that a steward can check. */
export function linesOf(report: ImportReport, seconds: number): string[] {
  const { release, isApplied, isDryRun } = report;
  const lead = isApplied ? "Done" : isDryRun ? "Would have been" : "Would be";
  const lines = [
    `As of ${release.asOf}, ${KNOWN_BY[release.knownBy]}.`,
    `${lead}: ${report.created} created, ${report.updated} updated, ${report.unchanged} unchanged, ${report.rejected} rejected; ` +
      `${report.matched} matched with the other register, ${report.separated} separated from it, ${report.ambiguous} ambiguous (${seconds.toFixed(1)} s).`,
    `Institutions: ${number(report.opened)} opened, ${number(report.closed)} closed, ${number(report.renamed)} renamed, ` +
      `${number(report.lostIdentifiers)} lost an identifier, ${number(report.emptied)} lost a value.`,
  ];
  if (report.warnings > 0)
    lines.push(`${number(report.warnings)} values could not be read; what was known before stays.`);
  if (report.older > 0) lines.push(`${number(report.older)} rows are older than what is known, which stays.`);
  if (report.missing > 0)
    lines.push(`${number(report.missing)} known units are not in this file; they stay as they are.`);
  if (
    report.unchanged === report.rows &&
    report.matched + report.separated === 0 &&
    report.doubts.length === 0
  )
    lines.push("Nothing changed: the registry had it all.");
  return lines;
}

/** The sentence for a file of which nothing was taken; null where something was. */
export function nothingTaken(file: string, { rows, rejected }: ImportReport): string | null {
  if (rows === 0) return `${file} has no rows: nothing was imported.`;
  return rejected === rows
    ? `None of the ${number(rows)} rows of ${file} could be taken: nothing was imported.`
    : null;
}

const DOUBTS: Readonly<Record<Doubt["what"], string>> = {
  CLOSED: "institutions would be closed",
  REJECTED: "rows would be rejected",
  EMPTIED: "institutions would lose a value",
  LOST_IDENTIFIERS: "institutions would lose an identifier",
  MISSING: "known units are not in this file",
};

/** What somebody has to confirm. */
export function confirmationOf({ doubts }: ImportReport): string {
  const share = Math.round(100 * DOUBTFUL_SHARE);
  const parts = doubts.map(({ what, count, of }) => `${number(count)} of ${number(of)} ${DOUBTS[what]}`);
  return `More than ${share} %: ${parts.join("; ")}.`;
}
