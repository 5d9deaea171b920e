import type { FormerInstitution } from "./tables.ts";
import type { MergedInstitution } from "./merge.ts";

/** What an import has changed of institutions, in numbers that a steward can check. */
export interface InstitutionChanges {
  /** Institutions that are active now and were not there, or not active, before. */
  readonly opened: number;
  /** Institutions that were active before and are not now. */
  readonly closed: number;
  /** Institutions that are shown by another name. */
  readonly renamed: number;
  /** Institutions that have no identifier any more of a scheme of which they had one. */
  readonly lostIdentifiers: number;
  /** Institutions that have no value any more in a column in which they had one. */
  readonly emptied: number;
}

/** Columns whose becoming empty a steward wants to know of. */
const FILLED = [
  "control",
  "level",
  "sector",
  "carnegie",
  "locale",
  "is_hbcu",
  "is_tribal",
  "is_land_grant",
  "city",
  "latitude",
  "longitude",
  "website",
  "established",
] as const;

/** Compares institutions before and after an import, however often one is written in between. */
export class ChangeTracker {
  private readonly before = new Map<string, FormerInstitution | null>();
  private readonly after = new Map<string, MergedInstitution>();

  /** Takes note of an institution that was written; `before` is null for one that was not there. */
  written(institution: MergedInstitution, before: FormerInstitution | null): void {
    const id = institution.row["id"] as string;
    if (!this.before.has(id)) this.before.set(id, before);
    this.after.set(id, institution);
  }

  /** Forgets an institution that has become part of another. */
  absorbed(id: string): void {
    this.before.delete(id);
    this.after.delete(id);
  }

  counts(): InstitutionChanges {
    const counts = { opened: 0, closed: 0, renamed: 0, lostIdentifiers: 0, emptied: 0 };
    for (const [id, { row, identifiers }] of this.after) {
      const before = this.before.get(id) ?? null;
      const [wasActive, isActive] = [before?.row["status"] === "ACTIVE", row["status"] === "ACTIVE"];
      if (isActive && !wasActive) counts.opened++;
      if (!before) continue;
      if (wasActive && !isActive) counts.closed++;
      if (before.row["name"] !== row["name"]) counts.renamed++;
      const schemes = new Set(identifiers.map(({ scheme }) => scheme));
      if ([...before.schemes].some((scheme) => !schemes.has(scheme))) counts.lostIdentifiers++;
      if (FILLED.some((column) => before.row[column] !== null && row[column] === null)) counts.emptied++;
    }
    return counts;
  }
}

/** A share of rows or institutions above which an import stops until somebody confirms it. */
export const DOUBTFUL_SHARE = 0.05;

/** As few as these are never a reason to stop: a person sees them at a glance. */
const NEVER_DOUBTFUL = 4;

/** Something that so large a share of the file or of the registry would suffer that it may be the file's fault. */
export interface Doubt {
  readonly what: "CLOSED" | "REJECTED" | "EMPTIED" | "LOST_IDENTIFIERS" | "MISSING";
  readonly count: number;
  /** Of how many. */
  readonly of: number;
}

/** What of an import somebody has to confirm. */
export function doubtsOf(
  counts: InstitutionChanges & { readonly rejected: number; readonly rows: number; readonly missing: number },
  known: number,
): Doubt[] {
  const doubts: Doubt[] = [
    { what: "CLOSED", count: counts.closed, of: known },
    { what: "REJECTED", count: counts.rejected, of: counts.rows },
    { what: "EMPTIED", count: counts.emptied, of: known },
    { what: "LOST_IDENTIFIERS", count: counts.lostIdentifiers, of: known },
    { what: "MISSING", count: counts.missing, of: known },
  ];
  return doubts.filter(({ count, of }) => count > NEVER_DOUBTFUL && count > DOUBTFUL_SHARE * of);
}
