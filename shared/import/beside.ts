import { mkdirSync, rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import Libsql from "libsql";
import AsyncLibsql from "libsql/promise";
import sql, { raw } from "sql-template-tag";
import type { Database, Reader, Transaction } from "../data/database.ts";
import { openDatabase } from "../data/open.ts";
import type { ChangedTable } from "./changed-tables.ts";
import { watchChanges } from "./changed-tables.ts";
import type { LongWrite } from "./transfer.ts";
import { Overtaken, removePending, Transfer } from "./transfer.ts";

const ATTEMPTS = 3;

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
  if (db.dialect === "mysql") return db.importing(() => db.write(work));
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
        let lastEvent!: number;
        const result = await beside.write(async (tx) => {
          // The database itself has its own cache beside this one.
          await tx.run(sql`PRAGMA cache_size = -8192`);
          lastEvent = await lastEventIn(tx, write.outbox);
          changed = await watchChanges(tx, (table) => table !== write.outbox && !write.owned.includes(table));
          return work(tx);
        });
        await new Transfer(beside, db, write, changed, lastEvent).run();
        return result;
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error;
        if (attempt === ATTEMPTS) {
          await removePending(db, write);
          throw error;
        }
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

async function lastEventIn(reader: Reader, outbox: string): Promise<number> {
  const [row] = await reader.read<{ id: number | null }>(sql`SELECT MAX(id) AS id FROM ${raw(outbox)}`);
  return Number(row!.id ?? 0);
}
