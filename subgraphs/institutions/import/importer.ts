import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { utcNow } from "../../../shared/clock.ts";
import type { Database, Transaction } from "../../../shared/data/database.ts";
import { newId } from "../../../shared/ids.ts";
import type { LongWrite } from "../../../shared/import/beside.ts";
import { writeBeside } from "../../../shared/import/beside.ts";
import { Staging } from "../../../shared/import/staging.ts";
import type { Candidate, Comparable, MatchScore } from "./match.ts";
import { chooseMatch, comparable, MARGIN, MatchIndex } from "./match.ts";
import { mergeInstitution } from "./merge.ts";
import type { RowProblem, Source, SourceInstitution, SourceReader } from "./source.ts";
import type { Merge } from "./tables.ts";
import {
  absorb,
  chunks,
  keepRecords,
  knownRecords,
  linkRelationships,
  publishInstitutions,
  recordsOf,
  recordsOfSource,
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
  /** Records of ROR that may be one of several IPEDS rows, or one that another record may be, too. */
  ambiguous: number;
  readonly isDryRun: boolean;
}

export interface ImportOptions {
  readonly isDryRun?: boolean;
  /** Told how far it is, in bytes of the file: reading is the smaller part, applying the larger. */
  readonly onProgress?: (bytes: number) => void;
  /** Told each refused row, once, while the file is read. */
  readonly onProblem?: (problem: RowProblem) => void;
  /** Told each ambiguous match, once, when the import is over. */
  readonly onAmbiguous?: (match: AmbiguousMatch) => void;
}

const ROWS_AT_ONCE = 500;

/** What of the database imports own: the registry itself, whose new institutions stay hidden to the end. */
const IMPORT: LongWrite = {
  records: "institution",
  belongsBy: "institution_id",
  pending: "institution_pending",
  owned: [
    "institution",
    "institution_name",
    "identifier",
    "institution_location",
    "institution_relationship",
    "source_record",
    "record_alias",
  ],
  outbox: "outbox",
};

/** The share of the work that reading is; the rest is applying what was read. */
const READING = 0.3;

/** Thrown to take back what a dry run has done. */
class DryRunOver extends Error {}

/** A record as it waits in staging: with its hash, so that an unchanged one is known by that alone. */
interface StagedRecord {
  readonly key: string;
  readonly hash: string;
  readonly record: SourceInstitution;
}

/**
 * Imports a register's file: reads all of it into staging, then applies it in one transaction, all or nothing.
 * Records are told apart by the register's own key, and by a hash from what the register said before, so that a
 * second run changes nothing.
 */
export async function importInstitutions(
  db: Database,
  source: Source,
  read: SourceReader,
  file: string,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const size = statSync(file).size;
  const isDryRun = options.isDryRun ?? false;
  const staging = await Staging.open<StagedRecord>();
  try {
    let rejected = 0;
    for await (const row of read(file, (bytes) => options.onProgress?.(Math.floor(bytes * READING)))) {
      if ("problem" in row) {
        rejected++;
        options.onProblem?.(row.problem);
        continue;
      }
      const { record } = row;
      const hash = createHash("sha256").update(JSON.stringify(record)).digest("hex");
      await staging.add({ key: record.key, hash, record });
    }
    const onApplied = (rows: number) =>
      options.onProgress?.(Math.floor(size * (READING + (1 - READING) * (rows / Math.max(1, staging.size)))));

    let run!: Import;
    await writeBeside(db, IMPORT, async (tx) => {
      // A transaction that is tried again starts from nothing.
      run = new Import(tx, source);
      await run.apply(staging.batches(ROWS_AT_ONCE), onApplied);
      if (isDryRun) throw new DryRunOver();
    }).catch((error: unknown) => {
      if (!(error instanceof DryRunOver)) throw error;
    });
    for (const match of run.ambiguous) options.onAmbiguous?.(match);
    return { ...run.counts, rejected, ambiguous: run.ambiguous.length, isDryRun };
  } finally {
    await staging.close();
  }
}

/** A ROR record that is certain to be the institution of an IPEDS row. */
interface Claim {
  readonly ror: Comparable;
  readonly ipeds: Candidate;
}

/** One attempt at applying a file, inside its transaction. */
class Import {
  readonly counts = { created: 0, updated: 0, unchanged: 0, matched: 0 };
  readonly ambiguous: AmbiguousMatch[] = [];
  private readonly now = utcNow();
  private readonly created = new Set<string>();
  private readonly changed = new Set<string>();

  constructor(
    private readonly tx: Transaction,
    private readonly source: Source,
  ) {}

  async apply(batches: AsyncIterable<StagedRecord[]>, onApplied: (rows: number) => void): Promise<void> {
    let rows = 0;
    for await (const batch of batches) {
      await this.applyBatch(batch);
      onApplied((rows += batch.length));
    }
    await this.match();
    if (this.changed.size === 0) return;
    await linkRelationships(this.tx);
    await publishInstitutions(this.tx, this.changed);
  }

  /** Writes the records of a batch that are new or say something new. */
  private async applyBatch(batch: readonly StagedRecord[]): Promise<void> {
    const known = await knownRecords(
      this.tx,
      this.source,
      batch.map(({ key }) => key),
    );
    const fresh: (StagedRecord & { readonly institutionId: string })[] = [];
    const updated: typeof fresh = [];
    for (const staged of batch) {
      const before = known.get(staged.key);
      if (!before) fresh.push({ ...staged, institutionId: newId("Institution") });
      else if (before.content_hash === staged.hash) this.counts.unchanged++;
      else updated.push({ ...staged, institutionId: before.institution_id });
    }
    this.counts.created += fresh.length;
    this.counts.updated += updated.length;
    for (const { institutionId } of fresh) this.created.add(institutionId);
    for (const { institutionId } of [...fresh, ...updated]) this.changed.add(institutionId);
    await keepRecords(this.tx, [...fresh, ...updated]);
    await writeInstitutions(
      this.tx,
      fresh.map(({ institutionId, record }) => mergeInstitution(institutionId, [record])),
      { areNew: true, now: this.now },
    );
    await this.rewrite(updated.map(({ institutionId }) => institutionId));
  }

  /** Makes institutions anew of all that is said of them. */
  private async rewrite(ids: readonly string[]): Promise<void> {
    for (const some of chunks(ids)) {
      const merged = [...(await recordsOf(this.tx, some))].map(([id, said]) => mergeInstitution(id, said));
      await writeInstitutions(this.tx, merged, { areNew: false, now: this.now });
    }
  }

  /**
   * Finds the institutions that both registers know. Always seen from ROR and over all records, joined or not, so
   * that it doesn't matter which file came first, and that a later run finds, and tells, the same again.
   */
  private async match(): Promise<void> {
    const index = new MatchIndex();
    for await (const page of recordsOfSource(this.tx, "IPEDS"))
      for (const each of page) index.add(comparable(each));

    const claims = new Map<string, Claim[]>();
    for await (const page of recordsOfSource(this.tx, "ROR")) {
      for (const each of page) {
        if (!each.record.isEducation) continue;
        const ror = comparable(each);
        const found = chooseMatch(ror, index);
        if (found.kind === "ambiguous") this.tellAmbiguous(ror, found.candidates);
        if (found.kind !== "certain") continue;
        const { key } = found.match.candidate;
        claims.set(key, [...(claims.get(key) ?? []), { ror, ipeds: found.match }]);
      }
    }
    await this.join([...claims.values()].flatMap((claimants) => this.settle(claimants)));
  }

  /** An IPEDS row belongs to one record at most: to the one that is clearly the most alike, or to none. */
  private settle(claimants: Claim[]): Claim[] {
    const [best, second] = claimants.sort((a, b) => b.ipeds.score.total - a.ipeds.score.total);
    const { ror, ipeds } = best!;
    const isClear = !second || ipeds.score.total - second.ipeds.score.total >= MARGIN;
    const isFree = !ror.isJoined && !ipeds.candidate.isJoined;
    const isOne = ror.institutionId === ipeds.candidate.institutionId;
    const isSettled = isOne || (isClear && isFree);
    for (const claim of isSettled ? claimants.slice(1) : claimants)
      this.tellAmbiguous(claim.ror, [claim.ipeds]);
    return isSettled && !isOne ? [best!] : [];
  }

  private tellAmbiguous(ror: Comparable, candidates: readonly Candidate[]): void {
    if (ror.isJoined) return;
    this.ambiguous.push({
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
  private async join(pairs: readonly Claim[]): Promise<void> {
    const merges: Merge[] = pairs.map(({ ror, ipeds }) => {
      const [survivor, loser] = [ror.institutionId, ipeds.candidate.institutionId].sort(
        (a, b) => Number(this.created.has(a)) - Number(this.created.has(b)) || (a < b ? -1 : 1),
      ) as [string, string];
      return { survivor, loser, wasKnown: !this.created.has(loser) };
    });
    for (const some of chunks(merges)) {
      await absorb(this.tx, some);
      await this.rewrite(some.map(({ survivor }) => survivor));
    }
    for (const { loser, survivor } of merges) {
      this.changed.delete(loser);
      this.changed.add(survivor);
    }
    this.counts.matched = merges.length;
  }
}
