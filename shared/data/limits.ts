import { setMaxListeners } from "node:events";
import { DomainError } from "../errors.ts";
import { Turns } from "./turns.ts";

/** Milliseconds that a read may take in the database. The statements of ordinary pages take a few. */
export const STATEMENT_TIME_LIMIT = 5_000;

/** Statements that one request has a database run at once: fewer than it has connections, so that others get one. */
const STATEMENTS_AT_ONCE = 3;

/** A statement was stopped because it passed its time limit. */
export class StatementTimeout extends Error {
  constructor(options?: ErrorOptions) {
    super("A statement passed its time limit.", options);
    this.name = "StatementTimeout";
  }
}

/**
 * Bounds the reads of one request in one database: some at once, none after the request has ended, and none after
 * one of them has passed the time limit, for the others of a request that asks for too much are mostly no better.
 */
export class RequestReads {
  private readonly turns = new Turns(STATEMENTS_AT_ONCE);
  private timeout: StatementTimeout | null = null;

  constructor(private readonly signal: AbortSignal | undefined) {
    // Each statement that runs or waits listens.
    if (signal) setMaxListeners(0, signal);
  }

  /** Runs a read when it is its turn; rejects when the request has ended before. */
  async run<T>(read: (signal?: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await this.turns.run(async () => {
        if (this.timeout) throw this.timeout;
        return await read(this.signal);
      }, this.signal);
    } catch (error) {
      if (error instanceof StatementTimeout) this.timeout = error;
      if (!this.signal?.aborted) throw error;
      throw new DomainError("UNAVAILABLE", "The request ended before all of its data was read.");
    }
  }
}
