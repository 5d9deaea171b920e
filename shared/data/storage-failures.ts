import { DomainError } from "../errors.ts";
import { isConnectionLost } from "./mysql-writer.ts";

const SQLITE = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|NOMEM|PROTOCOL)/;

/** Numbers of errors by which MariaDB and MySQL say that they cannot store, whatever it is. */
const MYSQL = new Set([
  3, // a file cannot be written
  20, // the disk is full
  1020, // a record has changed since it was read
  1021, // the disk is full
  1030, // the storage engine failed
  1040, // too many connections
  1053, // the server is stopping
  1114, // the table is full
  1180, // the COMMIT failed
  1205, // a lock was waited for too long
  1213, // a deadlock
  1290, // the server is read-only
  1317, // the statement was interrupted
  1792, // the transaction is read-only
  1836, // the server is read-only
]);

/** True when a database could not do what it was told, and nothing is wrong with what it was told. */
export function isStorageFailure(error: unknown): boolean {
  const { code, errno } = error as { code?: unknown; errno?: unknown };
  return SQLITE.test(String(code)) || MYSQL.has(errno as number) || isConnectionLost(error);
}

/** A write that failed: what the caller is told where it was the database's failure, and not theirs or ours. */
export function writeFailure(error: unknown): unknown {
  if (error instanceof DomainError || !isStorageFailure(error)) return error;
  const told = new DomainError(
    "UNAVAILABLE",
    "The database cannot store anything right now, so nothing was changed.",
  );
  told.cause = error;
  return told;
}
