import { rmSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import Libsql from "libsql";
import { utcNow } from "../clock.ts";
import { StartupError } from "../errors.ts";
import { isBusy } from "./sqlite-writer.ts";

/** Milliseconds that a process waits for another one's migrations, and between two looks. */
const MIGRATION_WAIT = 600_000;
const LOOK = 50;

/** Who holds a lock, as far as the holder has said. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

type Attempt = { readonly release: () => void } | { readonly holder: Holder | null };

/**
 * Takes a lock that ends with its process, however that ends: the write lock of a SQLite database, which the
 * operating system takes back, also between containers that share a volume. Its one row says who holds it.
 */
function tryLock(file: string): Attempt {
  const db = new Libsql(file, { timeout: 0 });
  try {
    // What it says is worth nothing after a power failure, so nobody waits for the disk.
    db.pragma("synchronous = OFF");
    db.exec("CREATE TABLE IF NOT EXISTS holder (pid INTEGER, host TEXT, since TEXT)");
    db.exec("BEGIN IMMEDIATE");
    db.prepare("DELETE FROM holder").run();
    db.prepare("INSERT INTO holder VALUES (?, ?, ?)").run(process.pid, hostname(), utcNow());
    // The row shows once it is committed; whoever comes in between has the lock, and this process has not.
    db.exec("COMMIT");
    db.exec("BEGIN IMMEDIATE");
  } catch (error) {
    const holder = isBusy(error) ? holderIn(db) : null;
    leave(db);
    if (/NOTADB|CORRUPT/.test(String((error as { code?: string }).code))) {
      // A power failure has left it so, and nobody holds it since.
      rmSync(file);
      return tryLock(file);
    }
    if (!isBusy(error)) throw error;
    return { holder };
  }
  return { release: () => leave(db) };
}

function leave(db: Libsql.Database): void {
  if (db.inTransaction) db.exec("ROLLBACK");
  db.close();
}

function holderIn(db: Libsql.Database): Holder | null {
  try {
    const [holder] = db.prepare("SELECT pid, host, since FROM holder").all() as Holder[];
    return holder ?? null;
  } catch {
    // It is being written just now: that somebody holds the lock is known without it.
    return null;
  }
}

/** Keeps other processes from opening and migrating the embedded databases of the same folder meanwhile. */
export async function withMigrationLock<T>(databaseFile: string, work: () => Promise<T>): Promise<T> {
  const end = Date.now() + MIGRATION_WAIT;
  for (;;) {
    const attempt = tryLock(`${dirname(databaseFile)}/migrations.lock`);
    if ("release" in attempt) {
      try {
        return await work();
      } finally {
        attempt.release();
      }
    }
    if (Date.now() > end) {
      throw new StartupError(
        `Another process${nameOf(attempt.holder)} has been migrating the databases for ${MIGRATION_WAIT / 1_000} seconds: wait until it is done, and start again.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK));
  }
}

/**
 * Makes this process the one that serves an embedded database, and returns how to let go of it. There is one server,
 * because what it has in memory must be true; commands such as an import may write beside it.
 */
export function serveAlone(databaseFile: string): () => void {
  const attempt = tryLock(`${databaseFile}.lock`);
  if ("release" in attempt) return attempt.release;
  throw new StartupError(
    `The data folder ${dirname(databaseFile)} is served by another process already${nameOf(attempt.holder)}: stop that one, or set DATA_DIR to another folder.`,
  );
}

const nameOf = (holder: Holder | null): string =>
  holder ? ` (process ${holder.pid} on ${holder.host}, since ${holder.since.slice(0, 19)} UTC)` : "";
