import type { DataSource } from "typeorm";
import type { Sql } from "sql-template-tag";
import { DomainError } from "../errors.ts";
import { isUnavailable, notChanged, unavailable } from "./failures.ts";
import { RequestReads, StatementTimeout } from "./limits.ts";
import type { Bound, Send, WriteConnection } from "./write-transaction.ts";
import { inTransaction } from "./write-transaction.ts";

/** The two families of SQL we speak. MariaDB and MySQL are one; what differs between them is settled on opening. */
export type Dialect = "sqlite" | "mysql";

/** What a statement can be sent to: the database itself (reads) or an open transaction. */
export interface Reader {
  readonly dialect: Dialect;
  /** Rows as plain objects, in the statement's order. */
  read<Row extends object>(statement: Sql): Promise<Row[]>;
}

/** An open write transaction. */
export interface Transaction extends Reader {
  /** Runs a statement that changes rows and tells how many it changed. */
  run(statement: Sql): Promise<number>;
}

/** Sees every statement that is sent; tests count with it, `bench` reports it. */
export type StatementListener = (statement: string) => void;

/** The part of a database that differs by driver. */
export interface Connections {
  readonly dialect: Dialect;
  readonly source: DataSource;
  /**
   * Reads with prepared statements, apart from any open transaction. Rejects with `StatementTimeout` past the time
   * limit; a statement that still waits when the signal fires is not run any more.
   */
  read(statement: string, values: Bound[], signal?: AbortSignal): Promise<object[]>;
  /** A connection for one transaction. */
  writer(): Promise<WriteConnection>;
  /** True when the failure says "somebody else was in the way, try again". */
  isConflict(error: unknown): boolean;
  /** True when the failure says that the connection is gone. */
  isConnectionLost(error: unknown): boolean;
  /** True when a text was given for a column of ids or codes that is not ASCII, where the driver minds. */
  isBadText(error: unknown): boolean;
  /** One at a time where the driver has a single writer, at once where it has many. */
  serialise<T>(work: () => Promise<T>): Promise<T>;
  /** Keeps other processes away from the migrations of one. */
  migrating<T>(work: () => Promise<T>): Promise<T>;
  /** Lets one import at a time into a server's schema; the embedded database has a lock of its own for that. */
  importing<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Milliseconds for which a transaction that others are in the way of is tried again. */
const WRITE_WAIT = 30_000;

/** How often a transaction is tried whose connection is lost before its COMMIT. */
const CONNECTIONS_TRIED = 6;

/** One subgraph's own database: reads by prepared statements, writes in transactions that can be retried. */
export class Database implements Reader {
  constructor(
    private readonly connections: Connections,
    private readonly listeners = new Set<StatementListener>(),
    private readonly reads: RequestReads | null = null,
  ) {}

  /** The same database for one request, whose reads are bounded together and end with its signal. */
  forRequest(signal?: AbortSignal): Database {
    return new Database(this.connections, this.listeners, new RequestReads(signal));
  }

  get dialect(): Dialect {
    return this.connections.dialect;
  }

  /** TypeORM's view: entity metadata and migrations. */
  get source(): DataSource {
    return this.connections.source;
  }

  /** Calls `listener` with each statement from now on; returns how to stop. */
  onStatement(listener: StatementListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async read<Row extends object>(statement: Sql): Promise<Row[]> {
    const text = statement.sql;
    this.tell(text);
    try {
      const values = statement.values.map(bind);
      const read = (signal?: AbortSignal) => this.connections.read(text, values, signal);
      return (await (this.reads ? this.reads.run(read) : read())) as Row[];
    } catch (error) {
      throw isUnavailable(error) ? unavailable(error) : this.meaningOf(error);
    }
  }

  /**
   * Runs `work` in one transaction and retries it whole when another transaction was in the way or the connection
   * was lost before COMMIT: `work` must therefore have no effect outside the database. Resolves only when the
   * transaction has been committed. Throws `CommitOutcomeUnknown`, and never retries, when it may have been.
   */
  async write<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const end = Date.now() + WRITE_WAIT;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.connections.serialise(async () =>
          inTransaction(await this.connections.writer(), (send) => work(this.transactionOf(send))),
        );
      } catch (error) {
        const mayRetry = this.connections.isConflict(error)
          ? Date.now() < end
          : this.connections.isConnectionLost(error) && attempt < CONNECTIONS_TRIED;
        if (!mayRetry) {
          throw isUnavailable(error) ? notChanged(error) : error;
        }
        await new Promise((resolve) =>
          setTimeout(resolve, Math.min(2 ** attempt, 4) * 5 * (0.5 + Math.random())),
        );
      }
    }
  }

  /** Runs an import when no other process imports. */
  importing<T>(work: () => Promise<T>): Promise<T> {
    return this.connections.importing(work);
  }

  close(): Promise<void> {
    return this.connections.close();
  }

  private transactionOf(send: Send): Transaction {
    const sendHere = async (statement: Sql) => {
      const text = statement.sql;
      this.tell(text);
      try {
        return await send(text, statement.values.map(bind));
      } catch (error) {
        throw this.meaningOf(error);
      }
    };
    return {
      dialect: this.dialect,
      read: async <Row extends object>(statement: Sql) => (await sendHere(statement)).rows as Row[],
      run: async (statement) => (await sendHere(statement)).changes,
    };
  }

  /** What a failure says to the one who has asked: itself, unless it is about what they sent. */
  private meaningOf(error: unknown): unknown {
    if (error instanceof StatementTimeout) {
      const message =
        "Expected a query that the database answers within seconds; the filter asks for too much. Narrow it, or ask for fewer lists at once.";
      return new DomainError("LIMIT_EXCEEDED", message, { limit: "statementTime" });
    }
    if (!this.connections.isBadText(error)) return error;
    return new DomainError(
      "BAD_USER_INPUT",
      "Expected an id or a code of ASCII characters; got another text.",
    );
  }

  private tell(statement: string): void {
    for (const listener of this.listeners) listener(statement);
  }
}

function bind(value: unknown): Bound {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value === undefined)
    throw new TypeError("A statement was given undefined; say null where null is meant.");
  return value as Bound;
}
