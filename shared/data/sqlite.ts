import { mkdirSync, accessSync, constants } from "node:fs";
import { dirname } from "node:path";
import Libsql from "libsql";
import type { DataSourceOptions } from "typeorm";
import { DataSource } from "typeorm";
import { StartupError } from "../errors.ts";
import type { Connections } from "./database.ts";
import { serveAlone, withMigrationLock } from "./file-lock.ts";
import type { DatabaseUse } from "./open.ts";
import { SqliteReaders } from "./sqlite-readers.ts";
import { isBusy, SqliteWriter } from "./sqlite-writer.ts";

type OrmOptions = Pick<DataSourceOptions, "entities" | "migrations" | "namingStrategy">;

/**
 * Opens the embedded database: one serialised writer, and read connections of their own, because a reader on the
 * writer's connection would see (and could lose) what another request has not committed.
 */
export async function openSqlite(
  file: string,
  options: OrmOptions,
  { isServer, timeLimit }: DatabaseUse,
): Promise<Connections> {
  makeWritable(file);
  const stopServing = isServer ? serveAlone(file) : () => {};
  try {
    return await open(file, options, timeLimit, stopServing);
  } catch (error) {
    stopServing();
    throw error;
  }
}

async function open(
  file: string,
  options: OrmOptions,
  timeLimit: number,
  stopServing: () => void,
): Promise<Connections> {
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
  await withMigrationLock(file, () => source.initialize());

  const readers = new SqliteReaders(file, timeLimit);
  const writer = new SqliteWriter(file);
  let last: Promise<unknown> = Promise.resolve();
  return {
    dialect: "sqlite",
    source,
    read: (text, values, signal) => readers.read(text, values, signal),
    writer: async () => writer,
    isConflict: isBusy,
    isConnectionLost: () => false,
    isBadText: () => false,
    serialise(work) {
      const turn = last.then(work, work);
      last = turn.catch(() => undefined);
      return turn;
    },
    migrating: (work) => withMigrationLock(file, work),
    importing: (work) => work(),
    async close() {
      await last;
      readers.close();
      writer.close();
      await source.destroy();
      stopServing();
    },
  };
}

/** Migrations take the writer's lock as they begin, as every transaction does. */
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
