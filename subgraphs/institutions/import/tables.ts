import sql, { join, raw } from "sql-template-tag";
import { insertRows, upsertRows } from "../../../shared/data/bulk.ts";
import type { Transaction } from "../../../shared/data/database.ts";
import { publish } from "../../../shared/feed/outbox.ts";
import type { RegisteredRecord } from "./match.ts";
import { moveMemberships } from "./memberships.ts";
import type { MergedInstitution } from "./merge.ts";
import type { Source, SourceInstitution } from "./source.ts";

/** Ids that one statement is asked about at most. */
const AT_ONCE = 500;

/** What the register said before of a record, and the institution it belongs to. */
export interface KnownRecord {
  readonly source_key: string;
  readonly institution_id: string;
  readonly content_hash: string;
}

/** The records of a register that are known already, by their keys. */
export async function knownRecords(
  tx: Transaction,
  source: Source,
  keys: readonly string[],
): Promise<Map<string, KnownRecord>> {
  const rows = await tx.read<KnownRecord>(
    sql`SELECT source_key, institution_id, content_hash FROM source_record WHERE source = ${source} AND source_key IN (${join([...keys])})`,
  );
  return new Map(rows.map((row) => [row.source_key, row]));
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
  let after = "";
  for (;;) {
    const rows = await tx.read<{
      source_key: string;
      institution_id: string;
      payload: string;
      shared: number;
    }>(
      sql`SELECT s.source_key, s.institution_id, s.payload,
            (SELECT COUNT(*) FROM source_record o WHERE o.institution_id = s.institution_id) AS shared
          FROM source_record s WHERE s.source = ${source} AND s.source_key > ${after}
          ORDER BY s.source_key LIMIT ${raw(String(AT_ONCE))}`,
    );
    if (rows.length === 0) return;
    after = rows[rows.length - 1]!.source_key;
    yield rows.map(({ institution_id: institutionId, payload, shared }) => ({
      record: JSON.parse(payload) as SourceInstitution,
      institutionId,
      isJoined: Number(shared) > 1,
    }));
  }
}

/** Keeps what a register says, and whose record it is. */
export async function keepRecords(
  tx: Transaction,
  records: readonly {
    readonly record: SourceInstitution;
    readonly institutionId: string;
    readonly hash: string;
  }[],
): Promise<void> {
  await upsertRows(
    tx,
    "source_record",
    ["source", "source_key"],
    ["source", "source_key", "institution_id", "content_hash", "payload"],
    records.map(({ record, institutionId, hash }) => ({
      source: record.source,
      source_key: record.key,
      institution_id: institutionId,
      content_hash: hash,
      payload: JSON.stringify(record),
    })),
  );
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

/** Writes institutions with all their parts; those that are not new keep their date of creation. */
export async function writeInstitutions(
  tx: Transaction,
  institutions: readonly MergedInstitution[],
  { areNew, now }: { readonly areNew: boolean; readonly now: string },
): Promise<void> {
  if (institutions.length === 0) return;
  const ids = institutions.map(({ row }) => row["id"] as string);
  const createdAt = areNew ? new Map<string, string>() : await takeParts(tx, ids);
  const columns = [...Object.keys(institutions[0]!.row), "created_at", "updated_at"];
  const rows = institutions.map(({ row }) => ({
    ...row,
    created_at: createdAt.get(row["id"] as string) ?? now,
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
}

/** Takes the parts of institutions away, to be written anew; tells when each institution was created. */
async function takeParts(tx: Transaction, ids: readonly string[]): Promise<Map<string, string>> {
  const createdAt = new Map<string, string>();
  for (const some of chunks(ids)) {
    for (const table of Object.keys(PARTS))
      await tx.run(sql`DELETE FROM ${raw(table)} WHERE institution_id IN (${join(some)})`);
    const rows = await tx.read<{ id: string; created_at: string }>(
      sql`SELECT id, created_at FROM institution WHERE id IN (${join(some)})`,
    );
    for (const row of rows) createdAt.set(row.id, row.created_at);
  }
  return createdAt;
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

/** Points relations at institutions that have come to be known. */
export async function linkRelationships(tx: Transaction): Promise<void> {
  await tx.run(
    sql`UPDATE institution_relationship SET related_id = (SELECT i.id FROM institution i WHERE i.ror = institution_relationship.related_ror) WHERE related_id IS NULL`,
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
