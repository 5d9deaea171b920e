import type { DataSource, DataSourceOptions } from "typeorm";
import { StartupError } from "../errors.ts";
import { Database } from "./database.ts";
import { STATEMENT_TIME_LIMIT } from "./limits.ts";
import { openMysql } from "./mysql.ts";
import { SnakeCaseNaming } from "./naming.ts";
import { openSqlite } from "./sqlite.ts";

/** Where a database is: a file of the embedded one, or a schema on a server. */
export type DatabaseLocation = { readonly file: string } | { readonly url: URL };

/** What a subgraph keeps in its database. */
export interface Tables {
  /** The subgraph's name, for messages. */
  readonly name: string;
  readonly entities: NonNullable<DataSourceOptions["entities"]>;
  readonly migrations: NonNullable<DataSourceOptions["migrations"]>;
}

/**
 * Opens a database and brings its tables up to date. A database that a newer version has migrated is refused:
 * an old program would not know what it is writing to. Each read ends after `timeLimit` milliseconds.
 */
export async function openDatabase(
  location: DatabaseLocation,
  tables: Tables,
  timeLimit = STATEMENT_TIME_LIMIT,
): Promise<Database> {
  const options = {
    entities: tables.entities,
    migrations: tables.migrations,
    namingStrategy: new SnakeCaseNaming(),
  };
  const connections =
    "file" in location
      ? await openSqlite(location.file, options, timeLimit)
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
