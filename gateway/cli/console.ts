import type { Role } from "../../shared/auth/viewer.ts";
import { readConfig } from "../../shared/config.ts";
import type { Database } from "../../shared/data/database.ts";
import { openDatabase } from "../../shared/data/open.ts";
import { DomainError, StartupError } from "../../shared/errors.ts";
import type { IdentifiedType } from "../../shared/ids.ts";
import { typeOfId } from "../../shared/ids.ts";
import { ROLES } from "../platform/person/roles.ts";
import { platform } from "../platform/subgraph.ts";

/** Does an operator's work on the platform's own database, and says in one sentence what cannot be done. */
export async function onPlatform<T>(work: (db: Database) => Promise<T>): Promise<T> {
  const db = await openDatabase(readConfig().databases.platform, platform);
  try {
    return await work(db);
  } catch (error) {
    if (error instanceof DomainError) throw new StartupError(error.message, { cause: error });
    throw error;
  } finally {
    await db.close();
  }
}

/** Prints a line. */
export const say = (line: string) => process.stdout.write(`${line}\n`);

/** A role as an option says it. */
export function readRole(text: string): Role {
  const role = ROLES.find((each) => each === text);
  if (!role) throw new StartupError(`--role expects one of ${ROLES.join(", ")}; got "${text}".`);
  return role;
}

/** The id of a record as an option says it. */
export function readId(option: string, text: string, ...types: readonly IdentifiedType[]): string {
  const type = typeOfId(text);
  if (type && types.includes(type)) return text;
  throw new StartupError(`${option} expects the id of a record (${types.join(" or ")}); got "${text}".`);
}

/** A number of days as an option says it, such as `90d`. */
export function readDays(option: string, text: string): number {
  const days = /^(\d{1,4})d$/.exec(text)?.[1];
  if (days === undefined) throw new StartupError(`${option} expects days, such as 90d; got "${text}".`);
  return Number(days);
}
