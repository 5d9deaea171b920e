import sql, { join, raw } from "sql-template-tag";
import { insertRows, upsertRows } from "../../../shared/data/bulk.ts";
import type { Transaction } from "../../../shared/data/database.ts";
import { publish } from "../../../shared/feed/outbox.ts";
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

/** Writes institutions with all their parts; those in `existing` keep their date of creation. */
export async function writeInstitutions(
  tx: Transaction,
  institutions: readonly MergedInstitution[],
  existing: ReadonlySet<string>,
  now: string,
): Promise<void> {
  if (institutions.length === 0) return;
  const rows = institutions.map(({ row }) => ({ ...row, updated_at: now }));
  const columns = Object.keys(rows[0]!);
  const [old, fresh] = [
    rows.filter((row) => existing.has(idOf(row))),
    rows.filter((row) => !existing.has(idOf(row))),
  ];
  await insertRows(
    tx,
    "institution",
    [...columns, "created_at"],
    fresh.map((row) => ({ ...row, created_at: now })),
  );
  if (old.length > 0) {
    // An upsert needs the columns of an insert, too; the date of creation that it offers is never taken.
    const assigned = columns.filter((column) => column !== "id");
    await updateInstitutions(tx, old, assigned);
    for (const table of Object.keys(PARTS)) {
      for (const some of chunks(old.map(idOf))) {
        await tx.run(sql`DELETE FROM ${raw(table)} WHERE institution_id IN (${join(some)})`);
      }
    }
  }
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

const idOf = (row: { readonly [column: string]: unknown }) => row["id"] as string;

async function updateInstitutions(
  tx: Transaction,
  rows: readonly Record<string, unknown>[],
  columns: readonly string[],
): Promise<void> {
  const assignments = (row: Record<string, unknown>) =>
    join(
      columns.map((column) => sql`${raw(column)} = ${row[column]}`),
      ", ",
    );
  for (const row of rows)
    await tx.run(sql`UPDATE institution SET ${assignments(row)} WHERE id = ${row["id"]}`);
}

/** Takes institutions away that have become part of others; an id that was known before goes on as an alias. */
export async function absorb(
  tx: Transaction,
  merges: readonly { readonly loser: string; readonly survivor: string; readonly wasKnown: boolean }[],
): Promise<void> {
  for (const { loser, survivor, wasKnown } of merges) {
    await tx.run(sql`UPDATE source_record SET institution_id = ${survivor} WHERE institution_id = ${loser}`);
    if (!wasKnown) continue;
    await tx.run(sql`UPDATE record_alias SET id = ${survivor} WHERE id = ${loser}`);
    await tx.run(sql`UPDATE membership SET institution_id = ${survivor} WHERE institution_id = ${loser}`);
    await tx.run(sql`INSERT INTO record_alias (alias_id, id) VALUES (${loser}, ${survivor})`);
  }
  for (const some of chunks(merges.map(({ loser }) => loser))) {
    await tx.run(
      sql`UPDATE institution_relationship SET related_id = NULL WHERE related_id IN (${join(some)})`,
    );
    await tx.run(sql`DELETE FROM institution WHERE id IN (${join(some)})`);
  }
  await publish(
    tx,
    merges
      .filter(({ wasKnown }) => wasKnown)
      .map(({ loser }) => ({ kind: "institution", recordId: loser, payload: null })),
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
