import sql, { empty, join, raw } from "sql-template-tag";
import { utcNow } from "../clock.ts";
import type { Viewer } from "../auth/viewer.ts";
import type { RowValues } from "../data/bulk.ts";
import { insertRows } from "../data/bulk.ts";
import type { Reader, Transaction } from "../data/database.ts";
import type { EntityColumn } from "../data/entity.ts";
import { tableOf } from "../data/entity.ts";
import type { RecordSource } from "../data/loaders.ts";
import { inList } from "../data/loaders.ts";
import { fold } from "../data/text.ts";

/** A property's value as its column stores it. */
function stored({ property, type }: EntityColumn, record: object): RowValues[string] {
  const value = (record as Record<string, unknown>)[property] ?? null;
  return (type === "simple-json" && value !== null ? JSON.stringify(value) : value) as RowValues[string];
}

/** A column's raw value as the property has it: both drivers give 0 and 1 for booleans, and text for JSON. */
function loaded({ type }: EntityColumn, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (type === "boolean") return Boolean(value);
  return type === "simple-json" && typeof value === "string" ? JSON.parse(value) : value;
}

/** A record as a row of its table. Folded key columns (`nameKey` of `name`) and times of writing are set here. */
function rowOf(entity: Function, record: object): RowValues {
  const { columns, byProperty } = tableOf(entity);
  const now = utcNow();
  const derived: Record<string, unknown> = { createdAt: now, ...record };
  if (byProperty.has("updatedAt")) derived["updatedAt"] = now;
  for (const { property } of columns) {
    const text = property.endsWith("Key") ? derived[property.slice(0, -3)] : undefined;
    if (typeof text === "string") derived[property] = fold(text);
  }
  return Object.fromEntries(columns.map((each) => [each.column, stored(each, derived)]));
}

/** Inserts records that are not there yet; the demo network and imports use it, too. */
export async function insertRecords(
  tx: Transaction,
  entity: Function,
  records: readonly object[],
): Promise<void> {
  const { name, columns } = tableOf(entity);
  const names = columns.map(({ column }) => column);
  const rows = records.map((each) => rowOf(entity, each));
  await insertRows(tx, name, names, rows);
}

/** Writes the columns of a record that have another value than before; columns that others derive stay as they are. */
export async function updateRecord(
  tx: Transaction,
  entity: Function,
  before: { readonly id: string },
  after: object,
): Promise<void> {
  const [former, present] = [rowOf(entity, before), rowOf(entity, after)];
  const changed = Object.keys(present).filter((column) => present[column] !== former[column]);
  const updatedAt = "updated_at" in present && !changed.includes("updated_at") ? ["updated_at"] : [];
  const assignments = [...changed, ...updatedAt].map((column) => sql`${raw(column)} = ${present[column]}`);
  if (assignments.length === 0) return;
  await tx.run(
    sql`UPDATE ${raw(tableOf(entity).name)} SET ${join(assignments, ", ")} WHERE id = ${before.id}`,
  );
}

/** All columns of records by their ids, as far as the viewer may see them; by the id asked for, also a merged one. */
export async function readRecords<T extends { readonly id: string }>(
  reader: Reader,
  source: RecordSource,
  viewer: Viewer,
  ids: readonly string[],
  { isLocked = false } = {},
): Promise<Map<string, T>> {
  const { name, columns } = tableOf(source.record);
  const { alias, aliases } = source;
  const list = columns.map(({ property, column }) => `${alias}.${column} AS \`${property}\``).join(", ");
  const lock = isLocked && reader.dialect === "mysql" ? raw("FOR UPDATE") : empty;
  const from = raw(`${name} ${alias}`);
  const read = (wanted: readonly string[]) =>
    reader.read<Record<string, unknown>>(
      sql`SELECT ${raw(list)} FROM ${from} WHERE ${raw(alias)}.id IN (${inList(wanted)}) AND ${source.visible(viewer)} ${lock}`,
    );
  const rows = await read(ids);
  const found = new Map(rows.map((row) => [row["id"] as string, toRecord<T>(columns, row)]));
  const missing = ids.filter((id) => !found.has(id));
  if (!aliases || missing.length === 0) return found;
  const merged = await reader.read<{ alias_id: string; id: string }>(
    sql`SELECT alias_id, id FROM ${raw(aliases)} WHERE alias_id IN (${join(missing)})`,
  );
  if (merged.length === 0) return found;
  const others = await read(merged.map(({ id }) => id));
  for (const { alias_id: id, id: owner } of merged) {
    const row = others.find((each) => each["id"] === owner);
    if (row) found.set(id, toRecord<T>(columns, row));
  }
  return found;
}

/** All columns of records by their ids, whoever may see them: for what a mutation has to write beside its own record. */
export async function readAll<T>(reader: Reader, entity: Function, ids: readonly string[]): Promise<T[]> {
  if (ids.length === 0) return [];
  const { name, columns } = tableOf(entity);
  const list = columns.map(({ property, column }) => `${column} AS \`${property}\``).join(", ");
  const rows = await reader.read<Record<string, unknown>>(
    sql`SELECT ${raw(list)} FROM ${raw(name)} WHERE id IN (${inList(ids)})`,
  );
  return rows.map((row) => toRecord<T>(columns, row));
}

function toRecord<T>(columns: readonly EntityColumn[], row: Record<string, unknown>): T {
  return Object.fromEntries(columns.map((each) => [each.property, loaded(each, row[each.property])])) as T;
}

/** A property's former and new value; null where there is none. */
export type Change = readonly [from: unknown, to: unknown];

/** Columns that no history and no event shows: keys derived from others, and bookkeeping. */
const BOOKKEEPING = new Set(["id", "version", "createdAt", "updatedAt"]);

/** The properties of an entity that make up its content: without its id, its bookkeeping and folded keys. */
export function contentOf(entity: Function): readonly string[] {
  const { columns, byProperty } = tableOf(entity);
  const isFolded = (property: string) => property.endsWith("Key") && byProperty.has(property.slice(0, -3));
  return columns
    .map(({ property }) => property)
    .filter((property) => !BOOKKEEPING.has(property) && !isFolded(property));
}

/** Those of some properties in which two states of a record differ, each with both values. */
export function changesBetween(
  properties: readonly string[],
  before: object | null,
  after: object,
): Record<string, Change> {
  const values = (record: object | null) => (record ?? {}) as Record<string, unknown>;
  const changes: Record<string, Change> = {};
  for (const property of properties) {
    const [from, to] = [values(before)[property] ?? null, values(after)[property] ?? null];
    if (JSON.stringify(from) !== JSON.stringify(to)) changes[property] = [from, to];
  }
  return changes;
}
