import { mkdirSync, rmSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import Libsql from "libsql";
import AsyncLibsql from "libsql/promise";
import sql, { join, raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import type { RowValues } from "../data/bulk.ts";
import { insertRows, upsertRows } from "../data/bulk.ts";
import type { Database, Reader, Transaction } from "../data/database.ts";
import { openDatabase } from "../data/open.ts";
import type { ChangedTable } from "./changed-tables.ts";
import { watchChanges } from "./changed-tables.ts";

/** What of a database a long write owns, and how its new records stay hidden until all of it is there. */
export interface LongWrite {
  /** The table of the records. */
  readonly records: string;
  /** The column by which rows of other tables belong to a record. */
  readonly belongsBy: string;
  /** The table of the ids of records that nobody sees yet. */
  readonly pending: string;
  /** Tables that nothing but such writes changes. */
  readonly owned: readonly string[];
  /** The outbox: only added to, by others meanwhile, too; the database numbers its rows. */
  readonly outbox: string;
}

const RECORDS_AT_ONCE = 200;
const KEYS_AT_ONCE = 500;
/** The place in the feed of what nobody is told yet: no reader asks for it, and what has a place is not numbered. */
const WITHHELD = -1;
const ATTEMPTS = 3;

/** Another transaction has changed what this one has changed, too. */
class Overtaken extends Error {}

/**
 * Makes a long write, all or nothing, without keeping others from writing. The embedded database has one writer at a
 * time, so the work is done on a copy. What has changed there is brought over: new records in short transactions, hidden,
 * then the rest in one, which shows them. Where others have changed the same rows meanwhile, it starts again.
 *
 * MariaDB locks rows: there it is one transaction.
 */
export async function writeBeside<T>(
  db: Database,
  write: LongWrite,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  if (db.dialect === "mysql") return db.write(work);
  const {
    database,
    entities = [],
    migrations = [],
  } = db.source.options as {
    database: string;
    entities?: never[];
    migrations?: never[];
  };
  const folder = `${database}.import`;
  mkdirSync(folder, { recursive: true });
  const unlock = await lock(`${folder}/lock`);
  try {
    for (let attempt = 1; ; attempt++) {
      await removePending(db, write);
      const copy = `${folder}/copy.sqlite`;
      removeCopy(copy);
      await copyDatabase(database, copy);
      const beside = await openDatabase({ file: copy }, { name: "copied", entities, migrations });
      try {
        let changed!: ChangedTable[];
        const result = await beside.write(async (tx) => {
          // The database itself has its own cache beside this one.
          await tx.run(sql`PRAGMA cache_size = -8192`);
          changed = await watchChanges(tx, (table) => table !== write.outbox && !write.owned.includes(table));
          return work(tx);
        });
        await new Transfer(beside, db, write, changed).run();
        return result;
      } catch (error) {
        if (!(error instanceof Overtaken) || attempt === ATTEMPTS) throw error;
      } finally {
        await beside.close();
        removeCopy(copy);
      }
    }
  } finally {
    unlock();
  }
}

/** Waits until no other process makes a long write; the lock ends with its process. */
async function lock(file: string): Promise<() => void> {
  const db = new Libsql(file, { timeout: 0 });
  for (;;) {
    try {
      db.exec("BEGIN EXCLUSIVE");
      return () => db.close();
    } catch (error) {
      if (!String((error as { code?: string }).code).startsWith("SQLITE_BUSY")) throw error;
      await pause(100);
    }
  }
}

/** A copy as of one moment, made off the event loop. */
async function copyDatabase(from: string, to: string): Promise<void> {
  const db = new AsyncLibsql(from, { timeout: 10_000 });
  await db.exec(`VACUUM INTO '${to.replaceAll("'", "''")}'`);
  db.close();
}

function removeCopy(file: string): void {
  for (const suffix of ["", "-wal", "-shm", ".lock"]) rmSync(file + suffix, { force: true });
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Takes back the hidden records of a write that was stopped before its end. */
async function removePending(
  db: Database,
  { records, belongsBy, pending, owned, outbox }: LongWrite,
): Promise<void> {
  const belonging = await db.read<{ name: string }>(
    sql`SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = ${belongsBy} AND m.name IN (${join([...owned])})`,
  );
  for (;;) {
    const rows = await db.read<{ id: string }>(
      sql`SELECT id FROM ${raw(pending)} LIMIT ${raw(String(RECORDS_AT_ONCE))}`,
    );
    if (rows.length === 0) break;
    const ids = join(rows.map(({ id }) => id));
    await db.write(async (tx) => {
      for (const { name } of belonging)
        await tx.run(sql`DELETE FROM ${raw(name)} WHERE ${raw(belongsBy)} IN (${ids})`);
      await tx.run(sql`DELETE FROM ${raw(records)} WHERE id IN (${ids})`);
      await tx.run(sql`DELETE FROM ${raw(pending)} WHERE id IN (${ids})`);
    });
  }
  const [told] = await db.read(sql`SELECT 1 FROM ${raw(outbox)} WHERE sequence = ${WITHHELD} LIMIT 1`);
  if (told) await db.write((tx) => tx.run(sql`DELETE FROM ${raw(outbox)} WHERE sequence = ${WITHHELD}`));
}

/** Brings what has changed in a copy over to the database. */
class Transfer {
  constructor(
    private readonly copy: Database,
    private readonly db: Database,
    private readonly write: LongWrite,
    private readonly changed: readonly ChangedTable[],
  ) {}

  async run(): Promise<void> {
    await this.addHidden();
    await this.withholdEvents();
    const rest = await this.copy.write((tx) => this.changesIn(tx));
    await this.db.write(async (tx) => {
      for (const change of rest) await this.refuseOvertaken(tx, change);
      for (const { table, gone } of rest)
        for (const keys of chunks(gone))
          await tx.run(sql`DELETE FROM ${raw(table.name)} WHERE ${oneOf(table, keys)}`);
      for (const { table, present } of rest) await this.put(tx, table, present);
      const { outbox, pending } = this.write;
      await tx.run(sql`UPDATE ${raw(outbox)} SET sequence = NULL WHERE sequence = ${WITHHELD}`);
      await tx.run(sql`DELETE FROM ${raw(pending)}`);
    });
  }

  /** Adds what is told of the changes to the outbox, a few at a time, for no reader yet. */
  private async withholdEvents(): Promise<void> {
    const { outbox } = this.write;
    const table = this.changed.find(({ name }) => name === outbox)!;
    const columns = table.columns.filter((name) => !table.key.includes(name));
    for (let after = 0; ;) {
      const rows = await this.copy.write((tx) =>
        tx.read<RowValues>(
          sql`SELECT o.* FROM ${raw(outbox)} o JOIN ${raw(table.touched)} t ON t.id = o.id WHERE o.id > ${after} ORDER BY o.id LIMIT ${raw(String(KEYS_AT_ONCE))}`,
        ),
      );
      if (rows.length === 0) return;
      after = Number(rows[rows.length - 1]!["id"]);
      await this.inTurn((tx) =>
        insertRows(
          tx,
          outbox,
          columns,
          rows.map((row) => ({ ...row, sequence: WITHHELD })),
        ),
      );
    }
  }

  /** Writes in a short transaction and pauses as long again for others, who look for their turn now and then. */
  private async inTurn(write: (tx: Transaction) => Promise<unknown>): Promise<void> {
    let began = 0;
    await this.db.write((tx) => {
      began = Date.now();
      return write(tx);
    });
    await pause(Date.now() - began);
  }

  /** Adds the new records and the new rows that belong to them, a few at a time, to be seen by nobody yet. */
  private async addHidden(): Promise<void> {
    const { records, belongsBy, pending, owned } = this.write;
    const own = this.changed.find(({ name }) => name === records)!;
    const belonging = this.changed.filter(
      ({ name, columns }) => name !== records && owned.includes(name) && columns.includes(belongsBy),
    );
    let after = "";
    for (;;) {
      const batch = await this.copy.write(async (tx) => {
        const rows = await tx.read<RowValues>(
          sql`SELECT r.* FROM ${raw(records)} r JOIN ${raw(own.touched)} t ON t.id = r.id AND t.is_new = 1 WHERE r.id > ${after} ORDER BY r.id LIMIT ${raw(String(RECORDS_AT_ONCE))}`,
        );
        const parts: [ChangedTable, RowValues[]][] = [];
        if (rows.length === 0) return { rows, parts };
        const ids = join(rows.map(({ id }) => id));
        for (const table of belonging) {
          const theirs = sql`SELECT ${raw(table.key.map((name) => `p.${name}`).join())} FROM ${raw(table.name)} p WHERE p.${raw(belongsBy)} IN (${ids})`;
          const own = sql`is_new = 1 AND (${raw(table.key.join())}) IN (${theirs})`;
          parts.push([
            table,
            await tx.read<RowValues>(
              sql`SELECT p.* FROM ${raw(table.name)} p JOIN ${raw(table.touched)} t ON ${sameKey(table, "p", "t")} AND t.is_new = 1 WHERE p.${raw(belongsBy)} IN (${ids})`,
            ),
          ]);
          await tx.run(sql`DELETE FROM ${raw(table.touched)} WHERE ${own}`);
        }
        return { rows, parts };
      });
      if (batch.rows.length === 0) break;
      after = String(batch.rows[batch.rows.length - 1]!["id"]);
      await this.inTurn(async (tx) => {
        await insertRows(
          tx,
          pending,
          ["id"],
          batch.rows.map(({ id }) => ({ id: id! })),
        );
        await insertRows(tx, records, own.columns, batch.rows);
        for (const [table, rows] of batch.parts) await insertRows(tx, table.name, table.columns, rows);
      });
    }
    await this.copy.write((tx) => tx.run(sql`DELETE FROM ${raw(own.touched)} WHERE is_new = 1`));
  }

  private async changesIn(tx: Transaction): Promise<Change[]> {
    const changes: Change[] = [];
    for (const table of this.changed) {
      if (table.name === this.write.outbox) continue;
      const key = raw(table.key.map((name) => `t.${name}`).join());
      const joined = sql`FROM ${raw(table.touched)} t LEFT JOIN ${raw(table.name)} p ON ${sameKey(table, "p", "t")}`;
      const isGone = sql`p.${raw(table.key[0]!)} IS NULL`;
      const present = await tx.read<RowValues>(
        sql`SELECT p.* ${joined} WHERE NOT (${isGone}) ORDER BY ${key}`,
      );
      const gone = await tx.read<RowValues>(sql`SELECT ${key} ${joined} WHERE ${isGone} AND t.is_new = 0`);
      if (present.length + gone.length === 0) continue;
      const before = table.before ? await tx.read<RowValues>(sql`SELECT * FROM ${raw(table.before)}`) : null;
      changes.push({ table, present, gone, before });
    }
    return changes;
  }

  /** Rows that others may change, too, have to be as they were when the copy was made. */
  private async refuseOvertaken(reader: Reader, { table, present, gone, before }: Change): Promise<void> {
    if (!before) return;
    const keyOf = (row: RowValues) => JSON.stringify(table.key.map((name) => row[name]));
    const known = new Map(before.map((row) => [keyOf(row), row]));
    for (const keys of chunks([...present, ...gone])) {
      const now = await reader.read<RowValues>(
        sql`SELECT * FROM ${raw(table.name)} WHERE ${oneOf(table, keys)}`,
      );
      const found = new Map(now.map((row) => [keyOf(row), row]));
      for (const row of keys)
        if (!isDeepStrictEqual({ ...found.get(keyOf(row)) }, { ...known.get(keyOf(row)) }))
          throw new Overtaken();
    }
  }

  private async put(tx: Transaction, table: ChangedTable, rows: readonly RowValues[]): Promise<void> {
    // A unique value may go from one row to another.
    if (table.unique.length > 0) {
      const nothing = raw(table.unique.map((name) => `${name} = NULL`).join());
      for (const keys of chunks(rows))
        await tx.run(sql`UPDATE ${raw(table.name)} SET ${nothing} WHERE ${oneOf(table, keys)}`);
    }
    await upsertRows(tx, table.name, table.key, table.columns, rows);
  }
}

/** What has changed in a table: rows as they are now, and keys of those that are gone. */
interface Change {
  readonly table: ChangedTable;
  readonly present: readonly RowValues[];
  readonly gone: readonly RowValues[];
  /** All rows as they were in the copy, where others may change them. */
  readonly before: readonly RowValues[] | null;
}

const sameKey = ({ key }: ChangedTable, one: string, other: string): Sql =>
  raw(key.map((name) => `${one}.${name} = ${other}.${name}`).join(" AND "));

function oneOf({ key }: ChangedTable, rows: readonly RowValues[]): Sql {
  const values = rows.map((row) => sql`(${join(key.map((name) => row[name]))})`);
  return key.length === 1
    ? sql`${raw(key[0]!)} IN (${join(rows.map((row) => row[key[0]!]))})`
    : sql`(${raw(key.join())}) IN (VALUES ${join(values)})`;
}

function* chunks<Row>(rows: readonly Row[]): Generator<Row[]> {
  for (let start = 0; start < rows.length; start += KEYS_AT_ONCE)
    yield rows.slice(start, start + KEYS_AT_ONCE);
}
