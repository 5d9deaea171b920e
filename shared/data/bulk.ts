import sql, { empty, join, raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import type { Transaction } from "./database.ts";

/** A row as it is written: column name to value. */
export type RowValues = Readonly<Record<string, string | number | boolean | null>>;

/** Values that one statement binds at most; SQLite takes 32,766, MariaDB 65,535. */
const BOUND_VALUES = 16_000;
const ROWS_PER_STATEMENT = 1_000;

/** Inserts rows, several hundred to a statement; returns how many. */
export async function insertRows(
  tx: Transaction,
  table: string,
  columns: readonly string[],
  rows: Iterable<RowValues>,
): Promise<number> {
  return writeRows(tx, table, columns, rows, empty);
}

/** Inserts rows, or updates those whose key is there already: writing the same rows twice changes nothing. */
export async function upsertRows(
  tx: Transaction,
  table: string,
  key: readonly string[],
  columns: readonly string[],
  rows: Iterable<RowValues>,
): Promise<number> {
  const changing = columns.filter((column) => !key.includes(column));
  // With nothing to change, the first key column is set to itself: the row stays as it is, on both databases.
  const assigned = changing.length > 0 ? changing : key.slice(0, 1);
  const behind =
    tx.dialect === "sqlite"
      ? `ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${assigned.map((c) => `${c} = excluded.${c}`).join(", ")}`
      : `ON DUPLICATE KEY UPDATE ${assigned.map((c) => `${c} = VALUES(${c})`).join(", ")}`;
  return writeRows(tx, table, columns, rows, raw(behind));
}

async function writeRows(
  tx: Transaction,
  table: string,
  columns: readonly string[],
  rows: Iterable<RowValues>,
  behind: Sql,
): Promise<number> {
  const most = Math.min(ROWS_PER_STATEMENT, Math.floor(BOUND_VALUES / columns.length));
  const into = sql`INSERT INTO ${raw(table)} (${raw(columns.join(", "))}) VALUES `;
  let written = 0;
  let batch: Sql[] = [];
  const flush = async () => {
    if (batch.length === 0) return;
    await tx.run(sql`${into}${join(batch, ", ")} ${behind}`);
    written += batch.length;
    batch = [];
  };
  for (const row of rows) {
    batch.push(sql`(${join(columns.map((column) => row[column] ?? null))})`);
    if (batch.length === most) await flush();
  }
  await flush();
  return written;
}
