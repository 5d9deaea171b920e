import { createHash } from "node:crypto";
import sql, { join, raw } from "sql-template-tag";
import { utcNow } from "../../../shared/clock.ts";
import type { Database, Transaction } from "../../../shared/data/database.ts";
import { newId } from "../../../shared/ids.ts";
import { fold } from "../../../shared/data/text.ts";
import type { MatchScore } from "./match.ts";
import { chooseMatch, domainsOf } from "./match.ts";
import { mergeInstitution } from "./merge.ts";
import type { RowProblem, Source, SourceInstitution, SourceReader } from "./source.ts";
import {
  absorb,
  chunks,
  keepRecords,
  knownRecords,
  linkRelationships,
  publishInstitutions,
  recordsOf,
  writeInstitutions,
} from "./tables.ts";

/** A record that may be the same institution as one or several of the other register: for a person to decide. */
export interface AmbiguousMatch {
  readonly ror: string;
  readonly name: string;
  readonly candidates: readonly {
    readonly unitid: string;
    readonly name: string;
    readonly score: MatchScore;
  }[];
}

/** What an import did, or would do. */
export interface ImportReport {
  /** Rows that this register had not brought before. */
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
  /** Institutions that turned out to be known from the other register, and are one now. */
  matched: number;
  ambiguous: number;
  readonly isDryRun: boolean;
}

export interface ImportOptions {
  readonly isDryRun?: boolean;
  /** Told the bytes read so far. */
  readonly onProgress?: (bytes: number) => void;
  /** Told each refused row and each ambiguous match, as they are found. */
  readonly onProblem?: (problem: RowProblem) => void;
  readonly onAmbiguous?: (match: AmbiguousMatch) => void;
}

const ROWS_AT_ONCE = 500;

/** Thrown to take back what a dry run has done. */
class DryRunOver extends Error {}

/**
 * Imports a register's file in one transaction: all of it or nothing. Records are told apart by the register's
 * own key, and by a hash from what the register said before, so that a second run changes nothing.
 */
export async function importInstitutions(
  db: Database,
  source: Source,
  read: SourceReader,
  file: string,
  options: ImportOptions = {},
): Promise<ImportReport> {
  let report!: ImportReport;
  try {
    await db.write(async (tx) => {
      report = {
        created: 0,
        updated: 0,
        unchanged: 0,
        rejected: 0,
        matched: 0,
        ambiguous: 0,
        isDryRun: options.isDryRun ?? false,
      };
      await new Import(tx, source, report, options).run(read(file, options.onProgress ?? (() => {})));
      if (options.isDryRun) throw new DryRunOver();
    });
  } catch (error) {
    if (!(error instanceof DryRunOver)) throw error;
  }
  return report;
}

/** One import inside its transaction. */
class Import {
  private readonly now = utcNow();
  private readonly created = new Set<string>();
  private readonly changed = new Set<string>();

  constructor(
    private readonly tx: Transaction,
    private readonly source: Source,
    private readonly report: ImportReport,
    private readonly options: ImportOptions,
  ) {}

  async run(rows: ReturnType<SourceReader>): Promise<void> {
    let batch: SourceInstitution[] = [];
    for await (const row of rows) {
      if ("problem" in row) {
        this.report.rejected++;
        this.options.onProblem?.(row.problem);
        continue;
      }
      batch.push(row.record);
      if (batch.length === ROWS_AT_ONCE) {
        await this.apply(batch);
        batch = [];
      }
    }
    if (batch.length > 0) await this.apply(batch);
    if (this.changed.size === 0) return;
    await this.match();
    await linkRelationships(this.tx);
    await publishInstitutions(this.tx, this.changed);
  }

  /** Writes the records of a batch that are new or say something new. */
  private async apply(batch: readonly SourceInstitution[]): Promise<void> {
    const known = await knownRecords(
      this.tx,
      this.source,
      batch.map(({ key }) => key),
    );
    const pending = batch.flatMap((record) => {
      const hash = createHash("sha256").update(JSON.stringify(record)).digest("hex");
      const before = known.get(record.key);
      if (before?.content_hash === hash) {
        this.report.unchanged++;
        return [];
      }
      if (before) this.report.updated++;
      else this.report.created++;
      const institutionId = before?.institution_id ?? newId("Institution");
      if (!before) this.created.add(institutionId);
      this.changed.add(institutionId);
      return [{ record, hash, institutionId }];
    });
    if (pending.length === 0) return;
    await keepRecords(this.tx, pending);
    await this.rewrite(pending.map(({ institutionId }) => institutionId));
  }

  /** Makes institutions anew of all that is said of them. */
  private async rewrite(
    ids: readonly string[],
    existing = new Set(ids.filter((id) => !this.created.has(id))),
  ): Promise<void> {
    const records = await recordsOf(this.tx, ids);
    const merged = [...records].map(([id, said]) => mergeInstitution(id, said));
    await writeInstitutions(this.tx, merged, existing, this.now);
  }

  /**
   * Finds the institutions that both registers know. Always seen from ROR, and over everything that is not matched
   * yet, so that it doesn't matter which file came first; a row that two records claim is nobody's.
   */
  private async match(): Promise<void> {
    const claims = new Map<string, { ror: Unmatched; ipeds: Unmatched; score: MatchScore }[]>();
    for await (const page of this.unmatchedRor()) {
      const candidates = await this.candidatesFor(page);
      for (const ror of page) {
        const found = chooseMatch(
          ror.record,
          (candidates.get(ror.institutionId) ?? []).map((each) => Object.assign(each.record, { of: each })),
        );
        if (found.kind === "certain") {
          const ipeds = found.match.candidate.of;
          const claim = { ror, ipeds, score: found.match.score };
          claims.set(ipeds.institutionId, [...(claims.get(ipeds.institutionId) ?? []), claim]);
        } else if (found.kind === "ambiguous") {
          this.tellAmbiguous(ror.record, found.candidates);
        }
      }
    }
    const pairs = [...claims.values()].flatMap((each) => {
      if (each.length === 1) return each;
      for (const { ror, ipeds, score } of each)
        this.tellAmbiguous(ror.record, [{ candidate: ipeds.record, score }]);
      return [];
    });
    await this.join(pairs);
  }

  private tellAmbiguous(
    ror: SourceInstitution,
    candidates: readonly { candidate: SourceInstitution; score: MatchScore }[],
  ): void {
    this.report.ambiguous++;
    this.options.onAmbiguous?.({
      ror: ror.key,
      name: ror.name,
      candidates: candidates.map(({ candidate, score }) => ({
        unitid: candidate.key,
        name: candidate.name,
        score,
      })),
    });
  }

  /** Makes one institution of each pair: the one that was there before, or the older, goes on. */
  private async join(
    pairs: readonly { readonly ror: Unmatched; readonly ipeds: Unmatched }[],
  ): Promise<void> {
    const merges = pairs.map(({ ror, ipeds }) => {
      const [survivor, loser] = [ror.institutionId, ipeds.institutionId].sort(
        (a, b) => Number(this.created.has(a)) - Number(this.created.has(b)) || (a < b ? -1 : 1),
      ) as [string, string];
      return { survivor, loser, wasKnown: !this.created.has(loser) };
    });
    if (merges.length === 0) return;
    await absorb(this.tx, merges);
    for (const { loser, survivor } of merges) {
      this.changed.delete(loser);
      this.changed.add(survivor);
    }
    for (const some of chunks(merges.map(({ survivor }) => survivor)))
      await this.rewrite(some, new Set(some));
    this.report.matched = merges.length;
  }

  /** ROR's schools that no IPEDS row has joined, some hundred at a time. */
  private async *unmatchedRor(): AsyncIterable<Unmatched[]> {
    let after = "";
    for (;;) {
      const rows = await this.tx.read<UnmatchedRow>(
        sql`SELECT s.source_key, s.institution_id, s.payload FROM source_record s
            WHERE s.source = 'ROR' AND s.source_key > ${after}
              AND NOT EXISTS (SELECT 1 FROM source_record o WHERE o.institution_id = s.institution_id AND o.source = 'IPEDS')
            ORDER BY s.source_key LIMIT ${raw(String(ROWS_AT_ONCE))}`,
      );
      if (rows.length === 0) return;
      after = rows[rows.length - 1]!.source_key;
      yield rows.map(toUnmatched).filter(({ record }) => record.isEducation);
    }
  }

  /** IPEDS rows without a ROR record that share a domain or a name with some ROR records. */
  private async candidatesFor(page: readonly Unmatched[]): Promise<Map<string, Unmatched[]>> {
    const byDomain = await this.look(
      sql`d.value`,
      sql`identifier d`,
      sql`d.scheme = 'DOMAIN' AND d.value`,
      page.flatMap(({ record }) => domainsOf(record)),
    );
    const byName = await this.look(
      sql`d.value_key`,
      sql`institution_name d`,
      sql`d.value_key`,
      page.flatMap(({ record }) => record.names.map(({ value }) => fold(value))),
    );
    return new Map(
      page.map(({ institutionId, record }) => {
        const found = [
          ...domainsOf(record).flatMap((domain) => byDomain.get(domain) ?? []),
          ...record.names.flatMap(({ value }) => byName.get(fold(value)) ?? []),
        ];
        return [institutionId, [...new Map(found.map((each) => [each.institutionId, each])).values()]];
      }),
    );
  }

  private async look(
    key: ReturnType<typeof raw>,
    from: ReturnType<typeof raw>,
    column: ReturnType<typeof raw>,
    values: readonly string[],
  ): Promise<Map<string, Unmatched[]>> {
    const found = new Map<string, Unmatched[]>();
    for (const some of chunks([...new Set(values)])) {
      const rows = await this.tx.read<UnmatchedRow & { shared: string }>(
        sql`SELECT ${key} AS shared, s.source_key, s.institution_id, s.payload
            FROM ${from} JOIN source_record s ON s.institution_id = d.institution_id AND s.source = 'IPEDS'
            WHERE ${column} IN (${join(some)})
              AND NOT EXISTS (SELECT 1 FROM source_record o WHERE o.institution_id = s.institution_id AND o.source = 'ROR')`,
      );
      for (const row of rows) found.set(row.shared, [...(found.get(row.shared) ?? []), toUnmatched(row)]);
    }
    return found;
  }
}

interface UnmatchedRow {
  readonly source_key: string;
  readonly institution_id: string;
  readonly payload: string;
}

interface Unmatched {
  readonly institutionId: string;
  readonly record: SourceInstitution;
}

const toUnmatched = ({ institution_id: institutionId, payload }: UnmatchedRow): Unmatched => ({
  institutionId,
  record: JSON.parse(payload) as SourceInstitution,
});
