import sql, { raw } from "sql-template-tag";
import type { Transaction } from "../data/database.ts";

/** A table whose changes are noted. */
export interface ChangedTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly key: readonly string[];
  /** Its unique indexes beside the primary key. */
  readonly unique: readonly UniqueIndex[];
  /** The table of the keys that were changed; `is_new` where the row was not there before. */
  readonly touched: string;
  /** The table of its rows as they were; null where nobody else changes them. */
  readonly before: string | null;
}

/** A unique index; a row gives its values up by a null in `nullable`, or, where no column may be null, by going. */
interface UniqueIndex {
  readonly columns: readonly string[];
  readonly nullable: string | null;
}

/** Has the connection note, from now on, which rows of which tables change. */
export async function watchChanges(
  tx: Transaction,
  isShared: (table: string) => boolean,
): Promise<ChangedTable[]> {
  const names = await tx.read<{ name: string }>(
    sql`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'migrations' ORDER BY rowid`,
  );
  const tables: ChangedTable[] = [];
  for (const { name } of names) {
    const columns = await tx.read<{ name: string; type: string; pk: number; notnull: number }>(
      sql`SELECT name, type, pk, "notnull" FROM pragma_table_info(${name})`,
    );
    const indexed = await tx.read<{ columns: string }>(
      sql`SELECT (SELECT json_group_array(c.name) FROM pragma_index_info(i.name) c) AS columns FROM pragma_index_list(${name}) i WHERE i."unique" = 1 AND i.origin <> 'pk'`,
    );
    const nullable = new Set(
      columns.filter((column) => !column.notnull && !column.pk).map((column) => column.name),
    );
    const table = {
      name,
      columns: columns.map((column) => column.name),
      key: columns
        .filter(({ pk }) => pk > 0)
        .sort((a, b) => a.pk - b.pk)
        .map((column) => column.name),
      unique: indexed.map((index) => {
        const names = JSON.parse(index.columns) as string[];
        return { columns: names, nullable: names.find((column) => nullable.has(column)) ?? null };
      }),
      touched: `touched_${name}`,
      before: isShared(name) ? `before_${name}` : null,
    };
    tables.push(table);
    // Of the same types, or no comparison of keys can use the index.
    const keys = columns.filter(({ pk }) => pk > 0).map((column) => `${column.name} ${column.type}`);
    await noteChanges(tx, table, keys.join());
  }
  return tables;
}

async function noteChanges(
  tx: Transaction,
  { name, key, touched, before }: ChangedTable,
  keyTypes: string,
): Promise<void> {
  const run = (text: string) => tx.run(sql`${raw(text)}`);
  if (before) await run(`CREATE TEMP TABLE ${before} AS SELECT * FROM main.${name}`);
  await run(
    `CREATE TEMP TABLE ${touched} (${keyTypes}, is_new integer, PRIMARY KEY (${key.join()})) WITHOUT ROWID`,
  );
  // Not OR IGNORE: an upsert that sets a trigger off has its own way with conflicts prevail.
  const note = (row: string, isNew: number) => {
    const isNoted = key.map((column) => `${column} = ${row}.${column}`).join(" AND ");
    const values = key.map((column) => `${row}.${column}`).join();
    return `INSERT INTO ${touched} SELECT ${values}, ${isNew} WHERE NOT EXISTS (SELECT 1 FROM ${touched} WHERE ${isNoted});`;
  };
  const events = { INSERT: note("NEW", 1), UPDATE: note("OLD", 0) + note("NEW", 1), DELETE: note("OLD", 0) };
  for (const [event, body] of Object.entries(events))
    await run(`CREATE TEMP TRIGGER ${touched}_${event} AFTER ${event} ON main.${name} BEGIN ${body} END`);
}
