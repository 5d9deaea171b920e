import { CommitOutcomeUnknown } from "../../shared/data/write-transaction.ts";
import { DomainError, StartupError } from "../../shared/errors.ts";

const FULL = /\b(ENOSPC|EDQUOT|SQLITE_FULL|ER_DISK_FULL|ER_RECORD_FILE_FULL)\b|database or disk is full/;
const BUSY = /\b(SQLITE_BUSY\w*|SQLITE_LOCKED\w*|ER_LOCK_WAIT_TIMEOUT|ER_LOCK_DEADLOCK)\b|database is locked/;
const READ_ONLY = /\b(EROFS|EACCES|EPERM|SQLITE_READONLY\w*|SQLITE_CANTOPEN\w*)\b/;

/** What a failure of the machine says to an operator, in one sentence; null for one that is our fault. */
export function sentenceOf(error: unknown): StartupError | null {
  const text = chainOf(error)
    .map((each) => `${(each as { code?: string }).code ?? ""} ${each.message}`)
    .join(" ");
  const say = (sentence: string) => new StartupError(sentence, { cause: error });
  // Nobody knows whether this one was made, whatever made it fail.
  if (error instanceof CommitOutcomeUnknown) return say(error.message);
  if (FULL.test(text)) return say("The disk is full: nothing was changed. Make room and run this again.");
  if (BUSY.test(text))
    return say(
      "Another process is writing to the database: nothing was changed. Run this again when it is done.",
    );
  if (READ_ONLY.test(text)) {
    const path = (error as { path?: string }).path;
    return say(`${path ?? "The database"} cannot be opened or written: see who may.`);
  }
  if (error instanceof DomainError) return say(error.message);
  return null;
}

function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let each = error; each instanceof Error && chain.length < 8; each = each.cause) chain.push(each);
  return chain;
}
