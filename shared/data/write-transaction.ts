import { DomainError } from "../errors.ts";

/** A value as both drivers bind it. Booleans become 0 and 1; numbers stay numbers, or SQLite compares text. */
export type Bound = string | number | bigint | null | Buffer;

/** What a statement answers: its rows, and how many rows it changed. */
export interface StatementResult {
  readonly rows: object[];
  readonly changes: number;
}

/** Sends one statement in a transaction. */
export type Send = (statement: string, values: Bound[]) => Promise<StatementResult>;

/** A connection that one transaction at a time writes on. */
export interface WriteConnection {
  readonly send: Send;
  begin(): Promise<void>;
  commit(): Promise<void>;
  /** Rolls back, and throws unless the connection is outside a transaction then. */
  rollback(): Promise<void>;
  /** True when a failed COMMIT has certainly committed nothing. */
  isCertainlyUndone(commitError: unknown): boolean;
  /** Gives the connection back, to be used again. */
  release(): void;
  /** Takes the connection out of use: its state is not known. */
  discard(): void;
}

/** A COMMIT failed in such a way that nobody can tell whether it took place. */
export class CommitOutcomeUnknown extends DomainError {
  constructor(cause: unknown) {
    super(
      "UNAVAILABLE",
      "The database failed while the change was being committed, so it may or may not have been made: look before you repeat it.",
      { retryable: false },
    );
    this.cause = cause;
  }
}

/**
 * Runs `work` in a transaction on a connection. A failure at any point rolls back, and the connection is used again
 * only when it is outside a transaction for certain. A failed statement dooms the transaction even where `work` goes
 * on: databases differ in what they have rolled back by then, so statements that follow could be committed alone.
 */
export async function inTransaction<T>(
  connection: WriteConnection,
  work: (send: Send) => Promise<T>,
): Promise<T> {
  let isOpen = true;
  let failed: { readonly error: unknown } | null = null;
  const send: Send = async (statement, values) => {
    if (failed) throw failed.error;
    if (!isOpen) throw new Error("A statement was sent after its transaction had ended.");
    try {
      return await connection.send(statement, values);
    } catch (error) {
      failed ??= { error };
      throw error;
    }
  };
  let result: T;
  try {
    await connection.begin();
    result = await work(send);
    isOpen = false;
    if (failed) throw (failed as { readonly error: unknown }).error;
  } catch (error) {
    isOpen = false;
    await leave(connection);
    throw error;
  }
  try {
    await connection.commit();
  } catch (error) {
    await leave(connection);
    throw connection.isCertainlyUndone(error) ? error : new CommitOutcomeUnknown(error);
  }
  connection.release();
  return result;
}

async function leave(connection: WriteConnection): Promise<void> {
  try {
    await connection.rollback();
  } catch {
    // What made the transaction fail is told; that the connection is gone shows in nothing but a new one.
    connection.discard();
    return;
  }
  connection.release();
}
