import Libsql from "libsql";
import { LRUCache } from "lru-cache";
import type { Bound, StatementResult, WriteConnection } from "./write-transaction.ts";

const STATEMENTS_KEPT = 100;

/** Milliseconds that a transaction waits for another process to stop writing, and between two looks at most. */
const BUSY_WAIT = 30_000;
const BUSY_LOOK = 10;

/**
 * The embedded database's one writer. Each transaction takes the writer's lock as it begins: otherwise what another
 * process commits between its first read and its first write would make it fail. It waits for that lock without
 * holding the event loop. Once it has the lock, nothing else of SQLite's WAL mode makes it wait.
 */
export class SqliteWriter implements WriteConnection {
  private readonly db: Libsql.Database;
  private readonly statements = new LRUCache<string, Libsql.Statement>({ max: STATEMENTS_KEPT });

  constructor(file: string) {
    this.db = new Libsql(file, { timeout: 0 });
    // A commit that has been acknowledged outlasts a power failure, too.
    this.db.pragma("synchronous = FULL");
    this.db.pragma("foreign_keys = ON");
    this.db.pragma("cache_size = -65536");
  }

  readonly send = async (text: string, values: Bound[]) => this.execute(text, values);

  async begin(): Promise<void> {
    // Where an earlier rollback failed, the rest of that transaction must not become part of this one.
    if (this.db.inTransaction) await this.rollback();
    const end = Date.now() + BUSY_WAIT;
    for (let look = 1; ; look++) {
      try {
        this.execute("BEGIN IMMEDIATE", []);
        return;
      } catch (error) {
        if (!isBusy(error) || Date.now() > end) throw error;
        await new Promise((resolve) => setTimeout(resolve, Math.min(look, BUSY_LOOK)));
      }
    }
  }

  async commit(): Promise<void> {
    this.execute("COMMIT", []);
    if (this.db.inTransaction) throw new Error("The embedded database did not end its transaction.");
  }

  /** SQLite has rolled back by itself after some failures, such as a full disk. */
  async rollback(): Promise<void> {
    if (this.db.inTransaction) this.execute("ROLLBACK", []);
    if (this.db.inTransaction) throw new Error("The embedded database did not roll back.");
  }

  /** The mark of a commit is what SQLite writes last: where there was no room for all, it isn't there. */
  isCertainlyUndone(error: unknown): boolean {
    return isBusy(error) || (error as { code?: string }).code === "SQLITE_FULL";
  }

  /** There is one connection: nothing to give back. */
  release(): void {}

  /** libsql keeps a closed connection open, with its lock, while it has statements; so `begin` tries again instead. */
  discard(): void {}

  /** Leaves everything in the database's one file, so that a copy of it is whole. */
  close(): void {
    this.statements.clear();
    this.db.pragma("wal_checkpoint(TRUNCATE)");
    this.db.close();
  }

  private execute(text: string, values: Bound[]): StatementResult {
    let statement = this.statements.get(text);
    if (!statement) {
      statement = this.db.prepare(text);
      this.statements.set(text, statement);
    }
    if (statement.reader) return { rows: statement.all(...values) as object[], changes: 0 };
    return { rows: [], changes: statement.run(...values).changes };
  }
}

/** True when the failure says that another connection is writing. */
export const isBusy = (error: unknown): boolean =>
  /SQLITE_BUSY|database is locked/.test(`${(error as { code?: string }).code} ${String(error)}`);
