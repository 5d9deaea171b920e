import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { utcNow } from "../../../shared/clock.ts";
import type { Database, Transaction } from "../../../shared/data/database.ts";
import { newId } from "../../../shared/ids.ts";
import { writeBeside } from "../../../shared/import/beside.ts";
import { Staging } from "../../../shared/import/staging.ts";
import type { LongWrite } from "../../../shared/import/transfer.ts";
import type { Doubt, InstitutionChanges } from "./changes.ts";
import { doubtsOf } from "./changes.ts";
import { addVersion } from "./evidence.ts";
import type { MatchScore } from "./match.ts";
import { findPairs, readNames } from "./match-tables.ts";
import type { AmbiguityReason } from "./pairing.ts";
import { Registry } from "./registry.ts";
import type { Release } from "./release.ts";
import { ReleaseClues } from "./release.ts";
import type { RecordPart, RowProblem, Source, SourceInstitution, SourceReader } from "./source.ts";
import { KeySet } from "./source.ts";
import type { KeptRecord, KnownRecord } from "./tables.ts";
import {
  countSeen,
  evidenceOf,
  keepRecords,
  keepSightings,
  knownRecords,
  noteSeen,
  sightingsOf,
} from "./tables.ts";

/** A record that may be the same institution as one or several of the other register: for a person to decide. */
export interface AmbiguousMatch {
  readonly ror: string;
  readonly name: string;
  readonly town: string | null;
  readonly reason: AmbiguityReason;
  readonly candidates: readonly {
    readonly unitid: string;
    readonly name: string;
    readonly town: string | null;
    readonly score: MatchScore;
  }[];
}

/** What an import did, or would do. */
export interface ImportReport extends InstitutionChanges {
  /** As of when the file is, and how that is known. */
  readonly release: Release;
  /** Rows of the file. */
  readonly rows: number;
  /** Rows that this register had not brought before. */
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Rows of which something newer is known already, which stays. */
  readonly older: number;
  readonly rejected: number;
  /** Values of rows that could not be read; what was known before stays. */
  readonly warnings: number;
  /** Records of the register that were there before and are not in this file; they stay as they are. */
  readonly missing: number;
  /** Institutions that turned out to be known from the other register, and are one now. */
  readonly matched: number;
  /** Institutions that were one by what was known before and are two now. */
  readonly separated: number;
  /** Records of ROR that may be one of several IPEDS rows, or one that another record may be, too. */
  readonly ambiguous: number;
  readonly isDryRun: boolean;
  /** What somebody has to confirm before this is applied; empty where there is nothing of the kind. */
  readonly doubts: readonly Doubt[];
  /** Whether the file was applied: neither a dry run nor one that waits for a confirmation. */
  readonly isApplied: boolean;
}

export interface ImportOptions {
  readonly isDryRun?: boolean;
  /** As of when the file is, as in `2023` or `2023-10-31`; found out where nothing is said. */
  readonly asOf?: string;
  /** True once somebody has confirmed the doubts of an earlier attempt. */
  readonly isConfirmed?: boolean;
  /** Told how far it is, in bytes of the file: reading is the smaller part, applying the larger. */
  readonly onProgress?: (bytes: number) => void;
  /** Told each refused row, once, while the file is read. */
  readonly onProblem?: (problem: RowProblem) => void;
  /** Told each value that was left out of a row, once, while the file is read. */
  readonly onWarning?: (warning: RowProblem) => void;
  /** Told each ambiguous match, once, when the import is over. */
  readonly onAmbiguous?: (match: AmbiguousMatch) => void;
}

const ROWS_AT_ONCE = 500;

/**
 * What of the database imports own: the registry itself, whose new institutions stay hidden to the end. Decisions of
 * people on matches change it, too; each publishes an event.
 */
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
    "source_sighting",
    "record_alias",
  ],
  restartsOn: ["institution", "institution_match"],
  outbox: "outbox",
};

/** The share of the work that reading is; the rest is applying what was read. */
const READING = 0.3;

/** Thrown to take back what a dry run has done, or one that somebody has to confirm. */
class NotApplied extends Error {}

/**
 * A record as it waits in staging: with its hash, so that an unchanged one is known by that alone. Of a rejected row
 * only its key.
 */
interface StagedRecord {
  readonly key: string;
  readonly said?: {
    readonly hash: string;
    readonly record: SourceInstitution;
    readonly unread: readonly RecordPart[];
  };
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
  const clues = new ReleaseClues(source);
  const staging = await Staging.open<StagedRecord>();
  try {
    const readCounts = { rows: 0, rejected: 0, warnings: 0 };
    const rows = read(file, {
      onBytes: (bytes) => options.onProgress?.(Math.floor(bytes * READING)),
      onWarning(warning) {
        readCounts.warnings++;
        options.onWarning?.(warning);
      },
    });
    for await (const row of rows) {
      readCounts.rows++;
      if ("problem" in row) {
        readCounts.rejected++;
        options.onProblem?.(row.problem);
        if (row.key !== undefined) await staging.add({ key: row.key });
        continue;
      }
      clues.add(row.date);
      const { record, unread } = row;
      const hash = createHash("sha256")
        .update(JSON.stringify([record, unread]))
        .digest("hex");
      await staging.add({ key: record.key, said: { hash, record, unread } });
    }
    const release = clues.release(file, options.asOf);
    const onApplied = (done: number) =>
      options.onProgress?.(Math.floor(size * (READING + (1 - READING) * (done / Math.max(1, staging.size)))));

    let outcome!: Omit<ImportReport, "isDryRun" | "isApplied">;
    let ambiguous: readonly AmbiguousMatch[] = [];
    let isApplied = true;
    await writeBeside(db, IMPORT, async (tx) => {
      // A transaction that is tried again starts from nothing.
      const run = new Import(tx, source, release.asOf);
      ambiguous = await run.apply(staging.batches(ROWS_AT_ONCE), onApplied);
      const counts = { ...readCounts, ...run.counts, ambiguous: ambiguous.length };
      outcome = { release, ...counts, doubts: doubtsOf(counts, run.known) };
      isApplied = !isDryRun && (outcome.doubts.length === 0 || options.isConfirmed === true);
      if (!isApplied) throw new NotApplied();
    }).catch((error: unknown) => {
      if (!(error instanceof NotApplied)) throw error;
    });
    for (const match of ambiguous) options.onAmbiguous?.(match);
    return { ...outcome, isDryRun, isApplied };
  } finally {
    await staging.close();
  }
}

/** One attempt at applying a file, inside its transaction. */
class Import {
  /** Records of the register that were known before. */
  known = 0;
  private readonly registry: Registry;
  private readonly rows = { created: 0, updated: 0, unchanged: 0, older: 0 };
  private readonly pairs = { matched: 0, separated: 0 };
  /** The keys of known records that are in the file, of those that were last seen no later than it. */
  private readonly seen = new KeySet();

  constructor(
    private readonly tx: Transaction,
    private readonly source: Source,
    private readonly asOf: string,
  ) {
    this.registry = new Registry(tx, utcNow());
  }

  get counts() {
    return {
      ...this.rows,
      ...this.pairs,
      ...this.registry.changes.counts(),
      missing: this.known - this.seen.size,
    };
  }

  /** Applies what was staged, and answers what is left to people. */
  async apply(
    batches: AsyncIterable<StagedRecord[]>,
    onApplied: (rows: number) => void,
  ): Promise<readonly AmbiguousMatch[]> {
    this.known = await countSeen(this.tx, this.source, this.asOf);
    let rows = 0;
    for await (const batch of batches) {
      await this.applyBatch(batch);
      onApplied((rows += batch.length));
    }
    await findPairs(this.tx);
    const { ambiguous, newlyJoined, separated } = await this.registry.pair();
    Object.assign(this.pairs, { matched: newlyJoined, separated });
    await this.registry.publish();
    const names = await readNames(this.tx, [...ambiguous.keys()]);
    return [...ambiguous].map(([ror, { reason, candidates }]) => ({
      ror,
      name: names.get(ror)!.name,
      town: names.get(ror)!.town,
      reason,
      candidates: candidates.map(({ unitid, name, town, score }) => ({ unitid, name, town, score })),
    }));
  }

  /** Writes the records of a batch that are new or say something new. */
  private async applyBatch(batch: readonly StagedRecord[]): Promise<void> {
    const keys = batch.map(({ key }) => key);
    const known = await knownRecords(this.tx, this.source, keys);
    const isSeen = ({ seen_as_of }: KnownRecord) => seen_as_of <= this.asOf;
    const present = [...known.values()].filter(isSeen);
    for (const { source_key } of present) this.seen.add(source_key);

    const isFresh = ({ key }: StagedRecord) => !known.has(key);
    const freshKeys = batch.filter((each) => isFresh(each) && each.said).map(({ key }) => key);
    const sightings = await sightingsOf(this.tx, this.source, freshKeys);
    const unreadable = batch.filter((each) => isFresh(each) && !each.said).map(({ key }) => key);
    await keepSightings(this.tx, this.source, this.asOf, unreadable);

    const fresh: KeptRecord[] = [];
    const same: string[] = [];
    const compared = new Set<string>();
    for (const { key, said } of batch) {
      const before = known.get(key);
      if (!said) continue;
      if (!before) {
        const kept = this.kept(newId("Institution"), null, said);
        fresh.push({ ...kept, seenAsOf: [kept.seenAsOf, sightings.get(key) ?? ""].sort()[1]! });
      } else if (before.content_hash !== said.hash || before.as_of > this.asOf) compared.add(key);
      else if (before.as_of < this.asOf) same.push(key);
    }
    this.rows.created += fresh.length;
    this.rows.unchanged += batch.filter(({ key, said }) => said && known.has(key)).length - compared.size;
    await keepRecords(this.tx, fresh, { areNew: true });
    await this.registry.add(
      fresh.map(({ institutionId, evidence: { record } }) => ({ institutionId, record })),
    );
    await noteSeen(this.tx, this.source, this.asOf, same, true);
    const seenBefore = present.filter(({ seen_as_of }) => seen_as_of !== this.asOf);
    await noteSeen(
      this.tx,
      this.source,
      this.asOf,
      seenBefore.map(({ source_key }) => source_key),
      false,
    );
    await this.compare(
      batch.filter(({ key }) => compared.has(key)),
      known,
    );
  }

  /** Takes of each record what is newer than what is known of it, part by part. */
  private async compare(
    batch: readonly StagedRecord[],
    known: ReadonlyMap<string, KnownRecord>,
  ): Promise<void> {
    const evidence = await evidenceOf(
      this.tx,
      this.source,
      batch.map(({ key }) => key),
    );
    const kept: KeptRecord[] = [];
    const rewritten: string[] = [];
    for (const { key, said } of batch) {
      const [before, row] = [evidence.get(key)!, known.get(key)!];
      const after = this.kept(row.institution_id, before, said!, row);
      const isOlder = row.as_of > this.asOf;
      const isChanged = JSON.stringify(after.evidence.record) !== JSON.stringify(before.record);
      if (isChanged) {
        this.rows.updated++;
        rewritten.push(row.institution_id);
      } else if (isOlder) this.rows.older++;
      else this.rows.unchanged++;
      if (isChanged || !isOlder || JSON.stringify(after.evidence.kept) !== JSON.stringify(before.kept))
        kept.push(after);
    }
    await keepRecords(this.tx, kept, { areNew: false });
    await this.registry.rewrite(rewritten);
  }

  /** What is known of a record with this file's version of it. */
  private kept(
    institutionId: string,
    before: Parameters<typeof addVersion>[0],
    said: NonNullable<StagedRecord["said"]>,
    row?: KnownRecord,
  ): KeptRecord {
    const isOlder = row !== undefined && row.as_of > this.asOf;
    return {
      institutionId,
      evidence: addVersion(before, { record: said.record, unread: said.unread, asOf: this.asOf }),
      hash: isOlder ? row.content_hash : said.hash,
      seenAsOf: row && row.seen_as_of > this.asOf ? row.seen_as_of : this.asOf,
    };
  }
}
