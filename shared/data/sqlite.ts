import { mkdirSync, accessSync, constants } from "node:fs";
import { dirname } from "node:path";
import Libsql from "libsql";
import type { DataSourceOptions } from "typeorm";
import { DataSource } from "typeorm";
import { StartupError } from "../errors.ts";
import type { Connections } from "./database.ts";
import { SqliteReaders } from "./sqlite-readers.ts";

/**
 * Opens the embedded database: one serialised writer, and read connections of their own, because a reader on the
 * writer's connection would see (and could lose) what another request has not committed.
 */
export async function openSqlite(
  file: string,
  options: Pick<DataSourceOptions, "entities" | "migrations" | "namingStrategy">,
  timeLimit: number,
): Promise<Connections> {
  makeWritable(file);
  const source = new DataSource({
    ...options,
    type: "better-sqlite3",
    driver: Libsql,
    database: file,
    timeout: 10_000,
    migrationsTransactionMode: "each",
    prepareDatabase: (db: Libsql.Database) => {
      db.pragma("journal_mode = WAL");
      db.pragma("synchronous = NORMAL");
      db.pragma("foreign_keys = ON");
      db.pragma("cache_size = -65536");
      beginAsWriter(db);
    },
  });
  await source.initialize();

  const readers = new SqliteReaders(file, timeLimit);
  let last: Promise<unknown> = Promise.resolve();
  return {
    dialect: "sqlite",
    source,
    read: (text, values, signal) => readers.read(text, values, signal),
    isConflict: (error) =>
      /SQLITE_BUSY|database is locked/.test(`${(error as { code?: string }).code} ${String(error)}`),
    isBadText: () => false,
    serialise(work) {
      const turn = last.then(work, work);
      last = turn.catch(() => undefined);
      return turn;
    },
    async migrating(work) {
      const result = await work();
      // From here on nobody waits for another process's lock inside the driver, which would hold the event loop.
      await source.query("PRAGMA busy_timeout = 0");
      return result;
    },
    async close() {
      await last;
      readers.close();
      await source.destroy();
    },
  };
}

/**
 * TypeORM's transactions are there to write: each takes the writer's lock as it begins and waits for it if need be.
 * Otherwise what another process commits between its first read and its first write would make it fail.
 */
function beginAsWriter(db: Libsql.Database): void {
  const prepare = db.prepare.bind(db);
  db.prepare = (text: string) => prepare(text === "BEGIN TRANSACTION" ? "BEGIN IMMEDIATE" : text);
}

function makeWritable(file: string): void {
  const folder = dirname(file);
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new StartupError(
      `The data folder ${folder} cannot be written (${(error as NodeJS.ErrnoException).code}): set DATA_DIR to a folder that can.`,
      { cause: error },
    );
  }
}
