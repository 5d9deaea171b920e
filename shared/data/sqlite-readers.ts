import Libsql from "libsql/promise";
import { LRUCache } from "lru-cache";
import { StatementTimeout } from "./limits.ts";
import { Turns } from "./turns.ts";

/** Connections that read one database file at once. */
const CONNECTIONS = 8;
const STATEMENTS_KEPT = 256;

// The driver runs statements on its own threads, by default as many as there are cores; a few long statements would
// then keep all the others waiting, of every database of the process.
// eslint-disable-next-line no-restricted-syntax -- no setting of ours: the driver takes it from nowhere else
process.env["TOKIO_WORKER_THREADS"] ??= "32";

type Statement = { all(values: readonly unknown[]): Promise<object[]> };

/**
 * The read connections of an embedded database, a statement at a time on each. Statements run on the driver's
 * threads, so that a long one keeps nobody waiting but its own request; each sees what was committed before it began.
 */
export class SqliteReaders {
  private readonly turns = new Turns(CONNECTIONS);
  private readonly idle: Reader[] = [];

  constructor(
    private readonly file: string,
    private readonly timeLimit: number,
  ) {}

  /** Rejects with `StatementTimeout` past the limit, and with the signal's reason when it fires. */
  read(text: string, values: readonly unknown[], signal?: AbortSignal | null): Promise<object[]> {
    return this.turns.run(async () => {
      const reader = this.idle.pop() ?? (await Reader.open(this.file));
      try {
        return await reader.read(text, values, { timeLimit: this.timeLimit, signal });
      } finally {
        this.idle.push(reader);
      }
    }, signal);
  }

  /** Closes the connections; nothing is read any more. */
  close(): void {
    for (const reader of this.idle.splice(0)) reader.close();
  }
}

/** One read connection, with its prepared statements. */
class Reader {
  private readonly statements = new LRUCache<string, Statement>({ max: STATEMENTS_KEPT });

  private constructor(private readonly db: Libsql) {}

  static async open(file: string): Promise<Reader> {
    const db = new Libsql(file, { timeout: 10_000 });
    await db.exec("PRAGMA query_only = ON; PRAGMA cache_size = -8192; PRAGMA mmap_size = 1073741824");
    return new Reader(db);
  }

  async read(
    text: string,
    values: readonly unknown[],
    { timeLimit, signal }: { readonly timeLimit: number; readonly signal: AbortSignal | null | undefined },
  ): Promise<object[]> {
    let statement = this.statements.get(text);
    if (!statement) {
      statement = (await this.db.prepare(materialized(text))) as Statement;
      this.statements.set(text, statement);
    }
    let isLate = false;
    const interrupt = () => this.db.interrupt();
    const timer = setTimeout(() => {
      isLate = true;
      interrupt();
    }, timeLimit);
    signal?.addEventListener("abort", interrupt);
    try {
      return await statement.all(values);
    } catch (error) {
      if (isLate) throw new StatementTimeout({ cause: error });
      signal?.throwIfAborted();
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", interrupt);
    }
  }

  close(): void {
    this.db.close();
  }
}

/**
 * The driver leaves the event loop up to the first row and finds the others on it. So the first row has to come last:
 * when all rows are there, in their order.
 */
function materialized(text: string): string {
  return /^\s*(SELECT|WITH)\b/i.test(text)
    ? `WITH found AS MATERIALIZED (${text}) SELECT * FROM found`
    : text;
}
