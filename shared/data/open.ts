import type { DataSource, DataSourceOptions } from "typeorm";
import { StartupError } from "../errors.ts";
import { Database } from "./database.ts";
import { STATEMENT_TIME_LIMIT } from "./limits.ts";
import { openMysql } from "./mysql.ts";
import { SnakeCaseNaming } from "./naming.ts";
import { openSqlite } from "./sqlite.ts";
import { isUnavailable } from "./failures.ts";

/** Where a database is: a file of the embedded one, or a schema on a server. */
export type DatabaseLocation = { readonly file: string } | { readonly url: URL };

/** What a subgraph keeps in its database. */
export interface Tables {
  /** The subgraph's name, for messages. */
  readonly name: string;
  readonly entities: NonNullable<DataSourceOptions["entities"]>;
  readonly migrations: NonNullable<DataSourceOptions["migrations"]>;
}

/** What a process opens a database for. */
export interface DatabaseUse {
  /** True for a process that answers requests from it; an embedded database has one such process at a time. */
  readonly isServer: boolean;
  /** Milliseconds after which a read ends. */
  readonly timeLimit: number;
}

/**
 * Opens a database and brings its tables up to date. A database that a newer version has migrated is refused:
 * an old program would not know what it is writing to.
 */
export async function openDatabase(
  location: DatabaseLocation,
  tables: Tables,
  { isServer = false, timeLimit = STATEMENT_TIME_LIMIT }: Partial<DatabaseUse> = {},
): Promise<Database> {
  const options = {
    entities: tables.entities,
    migrations: tables.migrations,
    namingStrategy: new SnakeCaseNaming(),
  };
  try {
    return await open(location, options, tables, { isServer, timeLimit });
  } catch (error) {
    throw whyNotOpened(error, location, tables);
  }
}

async function open(
  location: DatabaseLocation,
  options: Parameters<typeof openSqlite>[1],
  tables: Tables,
  { isServer, timeLimit }: DatabaseUse,
): Promise<Database> {
  const connections =
    "file" in location
      ? await openSqlite(location.file, options, { isServer, timeLimit })
      : await openMysql(location.url, options, timeLimit);
  try {
    await connections.migrating(async () => {
      await refuseNewer(connections.source, tables);
      await connections.source.runMigrations();
    });
    return new Database(connections);
  } catch (error) {
    await connections.close();
    throw error;
  }
}

/** What an operator does about a database that cannot be opened, by the code of the failure. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/NOTADB|CORRUPT/, "restore it from a backup, or move it away to begin with an empty one"],
  [/FULL|IOERR|1021|1114/, "see that its disk works and has room"],
  [/BUSY|LOCKED/, "stop the other process that uses it, or wait until it is done"],
  [/ACCESS|READONLY|1044|1045|1142|1290/, "see that this process may write there"],
];

/** One sentence for the operator where a database is to blame; what is the program's own fault stays as it is. */
function whyNotOpened(error: unknown, location: DatabaseLocation, { name }: Tables): unknown {
  if (error instanceof StartupError) return error;
  const { code = "", errno = "", message } = error as Error & { code?: string; errno?: number };
  const isDatabases = /^(SQLITE|ER)_/.test(code) || message.startsWith("ConnectionFailed");
  if (!isDatabases && !isUnavailable(error)) return error;
  const place = "file" in location ? location.file : `${location.url.host}${location.url.pathname}`;
  const [, remedy] = REMEDIES.find(([codes]) => codes.test(`${code} ${errno}`)) ?? [
    null,
    "see that it is a database of Consortia and may be used",
  ];
  const reason = `${code ? `${code}: ` : ""}${message.slice(0, 200)}`;
  return new StartupError(`The ${name} database ${place} cannot be opened (${reason}): ${remedy}.`, {
    cause: error,
  });
}

async function refuseNewer(source: DataSource, tables: Tables): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    if (!(await runner.hasTable("migrations"))) return;
    const applied = (await runner.query("SELECT name FROM migrations ORDER BY id")) as { name: string }[];
    const known = new Set(source.migrations.map((migration) => migration.name));
    const unknown = applied.find(({ name }) => !known.has(name));
    if (unknown) {
      throw new StartupError(
        `The ${tables.name} database was written by a newer version of Consortia (it has ${unknown.name}, which this version doesn't know): start that version or a later one.`,
      );
    }
  } finally {
    await runner.release();
  }
}
