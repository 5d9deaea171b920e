import { DomainError } from "../errors.ts";

/** What a client is told while a database cannot be used. */
const MESSAGE = "The data cannot be reached right now: try again in a moment.";

/** Milliseconds that a read may take before it is given up: no operation waits longer for its answer. */
const READ_LIMIT = 30_000;

/** Codes of a connection that cannot be made or has broken, and of an embedded file that cannot be used. */
const CODES =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|PROTOCOL_CONNECTION_LOST|PROTOCOL_SEQUENCE_TIMEOUT|POOL_CLOSED|SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|READONLY|PROTOCOL|NOMEM)\w*)$/;

/** Numbers of a server that is full, shuts down, has lost its disk, or has killed the connection or the transaction. */
const ERRNOS = new Set([
  1021, 1023, 1024, 1026, 1030, 1037, 1040, 1041, 1053, 1077, 1114, 1135, 1203, 1205, 1213, 1290, 1836, 1927,
  4031,
]);

/** What drivers say without a code. */
const MESSAGES =
  /database is locked|disk I\/O error|unable to open|database or disk is full|readonly database|connection is in closed state|Pool is closed|Queue limit reached|Connection lost/i;

/** Whether a failure says that the database cannot be used right now, and the same may succeed a moment later. */
export function isUnavailable(error: unknown): boolean {
  if (typeof error !== "object" || error === null || error instanceof DomainError) return false;
  const { code, errno, message } = error as { code?: unknown; errno?: unknown; message?: unknown };
  if (typeof code === "string" && CODES.test(code)) return true;
  return ERRNOS.has(errno as number) || (typeof message === "string" && MESSAGES.test(message));
}

/** The same failure as a client is told it; what lies behind is for the log. */
export function unavailable(cause: unknown): DomainError {
  const error = new DomainError("UNAVAILABLE", MESSAGE);
  error.cause = cause;
  return error;
}

/** The same failure of a write, which has been rolled back. */
export function notChanged(cause: unknown): DomainError {
  const error = new DomainError(
    "UNAVAILABLE",
    "The database cannot store anything right now, so nothing was changed: try again in a moment.",
  );
  error.cause = cause;
  return error;
}

/** What a promise brings, if it does so in time: a server that is stopped keeps its connections and says nothing. */
export async function inTime<T>(work: Promise<T>, limit = READ_LIMIT): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable(new Error(`No answer came in ${limit} ms.`))), limit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
