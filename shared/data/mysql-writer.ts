import type { ResultSetHeader } from "mysql2";
import type { Pool, PoolConnection } from "mysql2/promise";
import type { Bound, WriteConnection } from "./write-transaction.ts";

const SERVER_STATUS_IN_TRANS = 1;
const CONNECTION_KILLED = 1927;

/** Takes a connection of the pool for one transaction. */
export async function mysqlWriter(pool: Pool, isConflict: (error: unknown) => boolean) {
  return new MysqlWriter(await pool.getConnection(), isConflict);
}

class MysqlWriter implements WriteConnection {
  constructor(
    private readonly connection: PoolConnection,
    /** Another transaction was in the way, and this one has been rolled back, even by a COMMIT. */
    readonly isCertainlyUndone: (commitError: unknown) => boolean,
  ) {}

  readonly send = async (text: string, values: Bound[]) => {
    const [result] = await this.connection.query(text, values);
    return Array.isArray(result)
      ? { rows: result as object[], changes: 0 }
      : { rows: [], changes: (result as ResultSetHeader).affectedRows };
  };

  async begin(): Promise<void> {
    await this.connection.query("START TRANSACTION");
  }

  commit(): Promise<void> {
    return this.end("COMMIT");
  }

  rollback(): Promise<void> {
    return this.end("ROLLBACK");
  }

  release(): void {
    this.connection.release();
  }

  discard(): void {
    this.connection.destroy();
  }

  /** Ends the transaction, and believes it when the server says that there is none any more. */
  private async end(statement: "COMMIT" | "ROLLBACK"): Promise<void> {
    const [{ serverStatus }] = await this.connection.query<ResultSetHeader>(statement);
    if (serverStatus & SERVER_STATUS_IN_TRANS) throw new Error(`The server did not ${statement}.`);
  }
}

/** What drivers and servers say when a connection is gone, or cannot be made. */
const LOST = new Set([
  "PROTOCOL_CONNECTION_LOST",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ECONNREFUSED",
  "ER_SERVER_SHUTDOWN",
  "ER_NORMAL_SHUTDOWN",
]);

/** True when the failure says that the connection was lost, whatever took it. */
export function isConnectionLost(error: unknown): boolean {
  const { code, errno, message = "" } = error as { code?: string; errno?: number; message?: string };
  // The driver says of a connection that has been closed only that it is.
  return LOST.has(code ?? "") || errno === CONNECTION_KILLED || message.includes("closed state");
}
