import { createConnection } from "mysql2/promise";
import { testServer } from "../database.ts";

/** How a statement fails. */
export const FAULTS = [
  // The disk is full.
  "FULL",
  // The disk cannot be read or written; a server ends the connection.
  "BROKEN",
  // The statement was executed, and its answer is lost.
  "UNHEARD",
] as const;
export type Fault = (typeof FAULTS)[number];

interface Armed {
  readonly fault: Fault;
  /** Which statement of a transaction fails; BEGIN is the first. */
  countdown: number;
  /** Whether the ROLLBACK behind it fails, too. */
  failsRollback: boolean;
  hasStruck: boolean;
}

let armed: Armed | null = null;

/** Makes the n-th statement of the next transactions fail, once; returns whether it has. */
export function arm(fault: Fault, countdown: number, failsRollback: boolean): () => boolean {
  const now: Armed = { fault, countdown, failsRollback, hasStruck: false };
  armed = now;
  return () => {
    if (armed === now) armed = null;
    return now.hasStruck;
  };
}

/** True when this statement is to fail. */
function strikes(text: string): Fault | null {
  if (!armed) return null;
  if (text === "ROLLBACK") {
    if (!armed.hasStruck || !armed.failsRollback) return null;
    armed.failsRollback = false;
    return "BROKEN";
  }
  if (armed.hasStruck || --armed.countdown > 0) return null;
  armed.hasStruck = true;
  return armed.fault;
}

const failure = (message: string, properties: object) => Object.assign(new Error(message), properties);
const ioError = () => failure("disk I/O error", { code: "SQLITE_IOERR" });

/** The embedded driver, failing where it is told to; for `jest.mock`. */
export function faultyLibsql(Libsql: any): unknown {
  return class extends Libsql {
    prepare(text: string) {
      const statement = super.prepare(text);
      for (const method of ["run", "all"]) {
        const execute = statement[method].bind(statement);
        statement[method] = (...values: unknown[]) => {
          if (!this["inTransaction"] && text !== "BEGIN IMMEDIATE") return execute(...values);
          const fault = strikes(text);
          if (fault === "FULL")
            throw failure("database or disk is full", { code: "SQLITE_FULL", rawCode: 13 });
          if (fault === "BROKEN") throw ioError();
          const result = execute(...values);
          if (fault === "UNHEARD") throw ioError();
          return result;
        };
      }
      return statement;
    }
  };
}

/** Makes the server's driver fail where it is told to; connections are killed for real. */
export function makeServerFaulty(): void {
  // The types don't tell of it.
  const { prototype } = jest.requireActual<{ PromisePoolConnection: { prototype: any } }>(
    "mysql2/promise",
  ).PromisePoolConnection;
  const original = prototype.query;
  prototype.query = async function (this: any, text: string, values: unknown) {
    const fault = strikes(text);
    if (fault === "FULL") throw failure("the disk is full", { code: "ER_DISK_FULL", errno: 1021 });
    if (fault === "BROKEN") await kill(this.connection.threadId);
    const result = await original.call(this, text, values);
    if (fault === "UNHEARD") {
      this.destroy();
      throw failure("Connection lost", { code: "PROTOCOL_CONNECTION_LOST" });
    }
    return result;
  };
}

async function kill(id: number): Promise<void> {
  const admin = await createConnection({ uri: testServer!.href });
  // One that has been killed before is not there any more.
  await admin.query(`KILL CONNECTION ${id}`).catch(() => {});
  await admin.end();
}
