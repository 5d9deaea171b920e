import sql, { join, raw } from "sql-template-tag";
import type { RowValues } from "../../../shared/data/bulk.ts";
import { insertRows, upsertRows } from "../../../shared/data/bulk.ts";
import type { Transaction } from "../../../shared/data/database.ts";
import { publish } from "../../../shared/feed/outbox.ts";
import type { Evidence } from "./evidence.ts";
import type { RegisteredRecord } from "./match.ts";
import { moveMemberships } from "./memberships.ts";
import type { MergedInstitution } from "./merge.ts";
import type { Source, SourceInstitution } from "./source.ts";

/** Ids that one statement is asked about at most. */
const AT_ONCE = 500;

/** What a register said before of a record, and the institution it belongs to. */
export interface KnownRecord {
  readonly source_key: string;
  readonly institution_id: string;
  readonly content_hash: string;
  readonly as_of: string;
  readonly seen_as_of: string;
}

/** The records of a register that are known already, by their keys. */
export async function knownRecords(
  tx: Transaction,
  source: Source,
  keys: readonly string[],
): Promise<Map<string, KnownRecord>> {
  const rows = await tx.read<KnownRecord>(
    sql`SELECT source_key, institution_id, content_hash, as_of, seen_as_of FROM source_record WHERE source = ${source} AND source_key IN (${join([...keys])})`,
  );
  return new Map(rows.map((row) => [row.source_key, row]));
}

/** What is known of some records, whole. */
export async function evidenceOf(
  tx: Transaction,
  source: Source,
  keys: readonly string[],
): Promise<Map<string, Evidence>> {
  if (keys.length === 0) return new Map();
  const rows = await tx.read<{ source_key: string; payload: string; as_of: string; kept: string | null }>(
    sql`SELECT source_key, payload, as_of, kept FROM source_record WHERE source = ${source} AND source_key IN (${join([...keys])})`,
  );
  return new Map(
    rows.map(({ source_key: key, payload, as_of: asOf, kept }) => [
      key,
      {
        record: JSON.parse(payload) as SourceInstitution,
        asOf,
        kept: (kept === null ? {} : JSON.parse(kept)) as Evidence["kept"],
      },
    ]),
  );
}

/** How many records of a register were last seen no later than a file; those that the file doesn't have are missing. */
export async function countSeen(tx: Transaction, source: Source, asOf: string): Promise<number> {
  const [row] = await tx.read<{ n: number }>(
    sql`SELECT COUNT(*) AS n FROM source_record WHERE source = ${source} AND seen_as_of <= ${asOf}`,
  );
  return Number(row!.n);
}

/** As of when records that are new were seen in newer files, which had nothing readable of them. */
export async function sightingsOf(
  tx: Transaction,
  source: Source,
  keys: readonly string[],
): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  const rows = await tx.read<{ source_key: string; seen_as_of: string }>(
    sql`SELECT source_key, seen_as_of FROM source_sighting WHERE source = ${source} AND source_key IN (${join([...keys])})`,
  );
  return new Map(rows.map((row) => [row.source_key, row.seen_as_of]));
}

/** Keeps that a file has records of which it says nothing readable, and nothing else is known. */
export async function keepSightings(
  tx: Transaction,
  source: Source,
  asOf: string,
  keys: readonly string[],
): Promise<void> {
  const known = await sightingsOf(tx, source, keys);
  const rows = keys
    .filter((key) => (known.get(key) ?? "") < asOf)
    .map((key) => ({ source, source_key: key, seen_as_of: asOf }));
  const columns = ["source", "source_key", "seen_as_of"];
  await upsertRows(tx, "source_sighting", ["source", "source_key"], columns, rows);
}

/** Notes that a file has some records; where `isSame`, it also says the same of them as was known. */
export async function noteSeen(
  tx: Transaction,
  source: Source,
  asOf: string,
  keys: readonly string[],
  isSame: boolean,
): Promise<void> {
  if (keys.length === 0) return;
  const set = isSame ? sql`seen_as_of = ${asOf}, as_of = ${asOf}` : sql`seen_as_of = ${asOf}`;
  await tx.run(
    sql`UPDATE source_record SET ${set} WHERE source = ${source} AND source_key IN (${join([...keys])})`,
  );
}

/** Everything that all registers say of some institutions. */
export async function recordsOf(
  tx: Transaction,
  ids: readonly string[],
): Promise<Map<string, SourceInstitution[]>> {
  const records = new Map<string, SourceInstitution[]>();
  for (const some of chunks(ids)) {
    const rows = await tx.read<{ institution_id: string; payload: string }>(
      sql`SELECT institution_id, payload FROM source_record WHERE institution_id IN (${join(some)}) ORDER BY source`,
    );
    for (const { institution_id: id, payload } of rows) {
      records.set(id, [...(records.get(id) ?? []), JSON.parse(payload) as SourceInstitution]);
    }
  }
  return records;
}

/** All records of a register by their keys, some hundred at a time. */
export async function* recordsOfSource(tx: Transaction, source: Source): AsyncIterable<RegisteredRecord[]> {
  const [newest] = await tx.read<{ year: string | null }>(
    sql`SELECT MAX(SUBSTR(seen_as_of, 1, 4)) AS year FROM source_record WHERE source = ${source}`,
  );
  let after = "";
  for (;;) {
    const rows = await tx.read<{ source_key: string; payload: string; year: string }>(
      sql`SELECT source_key, payload, SUBSTR(seen_as_of, 1, 4) AS year FROM source_record WHERE source = ${source} AND source_key > ${after}
          ORDER BY source_key LIMIT ${raw(String(AT_ONCE))}`,
    );
    if (rows.length === 0) return;
    after = rows[rows.length - 1]!.source_key;
    yield rows.map(({ payload, year }) => ({
      record: JSON.parse(payload) as SourceInstitution,
      // ROR keeps every record for ever, and part of its dump is a file as good as the whole.
      isCurrent: source === "ROR" || year === newest!.year,
    }));
  }
}

/** What is kept of a record: what is known of it, and whose it is. */
export interface KeptRecord {
  readonly evidence: Evidence;
  readonly institutionId: string;
  readonly hash: string;
  readonly seenAsOf: string;
}

/** Keeps what a register says, and whose record it is; of a new one also the id that it has of its own. */
export async function keepRecords(
  tx: Transaction,
  records: readonly KeptRecord[],
  { areNew }: { readonly areNew: boolean },
): Promise<void> {
  const columns = ["institution_id", "content_hash", "payload", "as_of", "seen_as_of", "kept"];
  const rows = records.map(({ evidence: { record, asOf, kept }, institutionId, hash, seenAsOf }) => ({
    source: record.source,
    source_key: record.key,
    institution_id: institutionId,
    content_hash: hash,
    payload: JSON.stringify(record),
    as_of: asOf,
    seen_as_of: seenAsOf,
    kept: Object.keys(kept).length > 0 ? JSON.stringify(kept) : null,
    home_id: institutionId,
  }));
  const key = ["source", "source_key"];
  await upsertRows(tx, "source_record", key, [...key, ...columns, ...(areNew ? ["home_id"] : [])], rows);
}

const PARTS = {
  institution_name: ["institution_id", "value", "value_key", "kind", "lang"],
  identifier: ["institution_id", "scheme", "value", "is_preferred"],
  institution_location: [
    "institution_id",
    "position",
    "geonames_id",
    "country",
    "subdivision",
    "city",
    "latitude",
    "longitude",
  ],
  institution_relationship: ["institution_id", "kind", "related_ror", "related_id"],
} as const;

/**
 * Writes institutions with all their parts; those that are not new keep their date of creation. Answers how they were
 * before.
 */
export async function writeInstitutions(
  tx: Transaction,
  institutions: readonly MergedInstitution[],
  { areNew, now }: { readonly areNew: boolean; readonly now: string },
): Promise<Map<string, FormerInstitution>> {
  if (institutions.length === 0) return new Map();
  const ids = institutions.map(({ row }) => row["id"] as string);
  const before = areNew ? new Map<string, FormerInstitution>() : await takeParts(tx, ids);
  const columns = [...Object.keys(institutions[0]!.row), "created_at", "updated_at"];
  const rows = institutions.map(({ row }) => ({
    ...row,
    created_at: before.get(row["id"] as string)?.row["created_at"] ?? now,
    updated_at: now,
  }));
  if (areNew) await insertRows(tx, "institution", columns, rows);
  else await upsertRows(tx, "institution", ["id"], columns, rows);
  await insertRows(
    tx,
    "institution_name",
    PARTS.institution_name,
    institutions.flatMap(({ names }) => names),
  );
  await insertRows(
    tx,
    "identifier",
    PARTS.identifier,
    institutions.flatMap(({ identifiers }) => identifiers),
  );
  await insertRows(
    tx,
    "institution_location",
    PARTS.institution_location,
    institutions.flatMap(({ locations }) => locations),
  );
  await insertRows(
    tx,
    "institution_relationship",
    PARTS.institution_relationship,
    institutions.flatMap(({ relationships }) => relationships),
  );
  return before;
}

/** An institution before it is written anew: its columns, and the schemes that it had identifiers of. */
export interface FormerInstitution {
  readonly row: RowValues;
  readonly schemes: ReadonlySet<string>;
}

/** Takes the parts of institutions away, to be written anew; answers how they were. */
async function takeParts(tx: Transaction, ids: readonly string[]): Promise<Map<string, FormerInstitution>> {
  const before = new Map<string, FormerInstitution>();
  for (const some of chunks(ids)) {
    const schemes = new Map<string, Set<string>>();
    const identifiers = await tx.read<{ institution_id: string; scheme: string }>(
      sql`SELECT institution_id, scheme FROM identifier WHERE institution_id IN (${join(some)})`,
    );
    for (const { institution_id: id, scheme } of identifiers)
      schemes.set(id, (schemes.get(id) ?? new Set()).add(scheme));
    for (const table of Object.keys(PARTS))
      await tx.run(sql`DELETE FROM ${raw(table)} WHERE institution_id IN (${join(some)})`);
    const rows = await tx.read<RowValues & { id: string }>(
      sql`SELECT * FROM institution WHERE id IN (${join(some)})`,
    );
    for (const row of rows) before.set(row.id, { row, schemes: schemes.get(row.id) ?? new Set() });
  }
  return before;
}

/** Two institutions that are one: `loser` becomes part of `survivor`. */
export interface Merge {
  readonly loser: string;
  readonly survivor: string;
  /** False when the loser's id was made in this very transaction, so that nobody can have seen it. */
  readonly wasKnown: boolean;
}

/** Takes institutions away that have become part of others; an id that was known before goes on as an alias. */
export async function absorb(tx: Transaction, merges: readonly Merge[]): Promise<void> {
  if (merges.length === 0) return;
  const losers = join(merges.map(({ loser }) => loser));
  const survivorOf = (column: string) =>
    sql`CASE ${raw(column)} ${join(
      merges.map(({ loser, survivor }) => sql`WHEN ${loser} THEN ${survivor}`),
      " ",
    )} END`;
  await tx.run(
    sql`UPDATE source_record SET institution_id = ${survivorOf("institution_id")} WHERE institution_id IN (${losers})`,
  );
  await tx.run(sql`UPDATE institution_relationship SET related_id = NULL WHERE related_id IN (${losers})`);
  const known = merges.filter(({ wasKnown }) => wasKnown);
  if (known.length > 0) {
    await tx.run(sql`UPDATE record_alias SET id = ${survivorOf("id")} WHERE id IN (${losers})`);
    await insertRows(
      tx,
      "record_alias",
      ["alias_id", "id"],
      known.map(({ loser, survivor }) => ({ alias_id: loser, id: survivor })),
    );
    await moveMemberships(tx, known);
  }
  await tx.run(sql`DELETE FROM institution WHERE id IN (${losers})`);
  await publish(
    tx,
    known.map(({ loser }) => ({ kind: "institution", recordId: loser, payload: null })),
  );
}

/** A record that is no longer of the institution it was counted to. */
export interface LeavingRecord {
  readonly institutionId: string;
  readonly source: Source;
  readonly key: string;
  readonly record: SourceInstitution;
}

/**
 * Takes records out of their institutions: each gets back the id that it had of its own, where that is an alias of the
 * one it leaves, or a new one. Answers the ids under which institutions are to be written.
 */
export async function leave<Leaving extends LeavingRecord>(
  tx: Transaction,
  records: readonly Leaving[],
  newInstitutionId: () => string,
): Promise<(Leaving & { readonly id: string })[]> {
  if (records.length === 0) return [];
  const keys = records.map(({ source, key }) => sql`(s.source = ${source} AND s.source_key = ${key})`);
  const homes = await tx.read<{ source_key: string; alias_id: string }>(
    sql`SELECT s.source_key, a.alias_id FROM source_record s JOIN record_alias a ON a.alias_id = s.home_id AND a.id = s.institution_id WHERE ${join(keys, " OR ")}`,
  );
  const homeOf = new Map(homes.map((row) => [row.source_key, row.alias_id]));
  const left = records.map((each) => ({ ...each, id: homeOf.get(each.key) ?? newInstitutionId() }));
  const former = join(records.map(({ institutionId }) => institutionId));
  await tx.run(
    sql`UPDATE source_record SET institution_id = CASE institution_id ${join(
      left.map(({ institutionId, id }) => sql`WHEN ${institutionId} THEN ${id}`),
      " ",
    )} END WHERE ${join(
      left.map(({ source, key }) => sql`(source = ${source} AND source_key = ${key})`),
      " OR ",
    )}`,
  );
  await tx.run(sql`DELETE FROM record_alias WHERE alias_id IN (${join(left.map(({ id }) => id))})`);
  // Relations name others by their ROR ids; they are linked anew.
  await tx.run(sql`UPDATE institution_relationship SET related_id = NULL WHERE related_id IN (${former})`);
  return left;
}

/** Points relations at institutions that have come to be known, of imports that are over. */
export async function linkRelationships(tx: Transaction): Promise<void> {
  await tx.run(
    sql`UPDATE institution_relationship SET related_id = (SELECT i.id FROM institution i WHERE i.ror = institution_relationship.related_ror
          AND i.id NOT IN (SELECT id FROM institution_pending)) WHERE related_id IS NULL`,
  );
}

/** Tells the other subgraphs what changed. */
export async function publishInstitutions(tx: Transaction, ids: Iterable<string>): Promise<void> {
  for (const some of chunks([...ids])) {
    const rows = await tx.read<{ id: string }>(
      sql`SELECT id, name, type, sector, control, country, subdivision, city, latitude, longitude, status FROM institution WHERE id IN (${join(some)})`,
    );
    await publish(
      tx,
      rows.map(({ id, ...payload }) => ({ kind: "institution", recordId: id, payload })),
    );
  }
}

/** Parts of a list that one statement can take. */
export function* chunks<T>(list: readonly T[]): Generator<T[]> {
  for (let start = 0; start < list.length; start += AT_ONCE) yield list.slice(start, start + AT_ONCE);
}
