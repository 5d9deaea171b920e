import type { DataSource } from "typeorm";
import type { Sql } from "sql-template-tag";
import { DomainError } from "../errors.ts";
import { isUnavailable, notChanged, unavailable } from "./failures.ts";
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
  /** Reads with prepared statements, apart from any open transaction. */
  read(statement: string, values: Bound[]): Promise<object[]>;
  /** A connection for one transaction. */
  writer(): Promise<WriteConnection>;
  /**
   * True when a transaction that failed before its COMMIT may be tried again at once: another one was in the way, or
   * the connection was lost.
   */
  isWorthRetrying(error: unknown): boolean;
  /** True when a text was given for a column of ids or codes that is not ASCII, where the driver minds. */
  isBadText(error: unknown): boolean;
  /** One at a time where the driver has a single writer, at once where it has many. */
  serialise<T>(work: () => Promise<T>): Promise<T>;
  /** Keeps other processes away from the migrations of one. */
  migrating<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const WRITE_ATTEMPTS = 6;

/** One subgraph's own database: reads by prepared statements, writes in transactions that can be retried. */
export class Database implements Reader {
  private readonly listeners = new Set<StatementListener>();

  constructor(private readonly connections: Connections) {}

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
      return (await this.connections.read(text, statement.values.map(bind))) as Row[];
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
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.connections.serialise(async () =>
          inTransaction(await this.connections.writer(), (send) => work(this.transactionOf(send))),
        );
      } catch (error) {
        if (attempt === WRITE_ATTEMPTS || !this.connections.isWorthRetrying(error)) {
          throw isUnavailable(error) ? notChanged(error) : error;
        }
        await new Promise((resolve) => setTimeout(resolve, 2 ** attempt * 5 * (0.5 + Math.random())));
      }
    }
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
