import type { Pool as CorePool } from "mysql2";
import type { Pool, PoolOptions } from "mysql2/promise";
import { createConnection, createPool } from "mysql2/promise";
import type { DataSourceOptions } from "typeorm";
import { DataSource } from "typeorm";
import { StartupError } from "../errors.ts";
import type { Connections } from "./database.ts";
import { inTime } from "./failures.ts";
import { StatementTimeout } from "./limits.ts";
import { isConnectionLost, mysqlWriter } from "./mysql-writer.ts";

const DEADLOCK = 1213;
const LOCK_WAIT_TIMEOUT = 1205;
const RECORD_CHANGED = 1020;
const CANNOT_COMPARE = 1267;
const CANNOT_STORE = 1366;
/** What MariaDB and MySQL call it when a statement passes its time limit. */
const TIMEOUTS = [1969, 3024];
const CONNECTIONS = 10;
/** Most statements that a connection keeps prepared: a server has room for 16,382 of all its clients together. */
const STATEMENTS_KEPT = 100;

/** Without the stack of each statement's caller, which is made whether anything fails or not. */
const DRIVER_OPTIONS = { maxPreparedStatements: STATEMENTS_KEPT, trace: false } satisfies PoolOptions;

/** How long a replica waits for another one's migrations. */
const LOCK_SECONDS = 600;

/**
 * Opens a schema on a MariaDB or MySQL server, creating the schema when it is not there. Its default collation
 * compares bytes without padding, so that a query answers as it does on the embedded database.
 */
export async function openMysql(
  url: URL,
  options: Pick<DataSourceOptions, "entities" | "migrations" | "namingStrategy">,
  timeLimit: number,
): Promise<Connections> {
  const schema = decodeURIComponent(url.pathname.slice(1));
  const isMariadb = await prepareSchema(url, schema);
  const source = new DataSource({
    ...options,
    type: isMariadb ? "mariadb" : "mysql",
    connectorPackage: "mysql2",
    host: url.hostname,
    port: url.port ? Number(url.port) : 3306,
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: schema,
    charset: "utf8mb4",
    timezone: "Z",
    dateStrings: true,
    poolSize: CONNECTIONS,
    extra: DRIVER_OPTIONS,
    migrationsTransactionMode: "each",
  } as DataSourceOptions);
  await source.initialize();
  const writers = (source.driver as unknown as { pool: CorePool }).pool.promise();
  const readers = openReaders(
    url,
    schema,
    isMariadb ? `max_statement_time = ${timeLimit / 1000}` : `max_execution_time = ${timeLimit}`,
  );
  return {
    dialect: "mysql",
    source,
    async read(text, values) {
      try {
        return (await inTime(readers.execute(text, values)))[0] as object[];
      } catch (error) {
        const isLate = TIMEOUTS.includes((error as { errno?: number }).errno ?? 0);
        throw isLate ? new StatementTimeout({ cause: error }) : error;
      }
    },
    writer: () => mysqlWriter(writers, isConflict),
    isConflict,
    isConnectionLost,
    isBadText: (error) => [CANNOT_COMPARE, CANNOT_STORE].includes((error as { errno?: number }).errno ?? 0),
    serialise: (work) => work(),
    migrating: (work) => withLock(url, `up:${schema}`, "migrating the schema", work),
    importing: (work) => withLock(url, `import:${schema}`, "importing into the schema", work),
    async close() {
      await readers.end();
      await source.destroy();
    },
  };
}

/** True when the failure says that another transaction was in the way. */
const isConflict = (error: unknown) =>
  [DEADLOCK, LOCK_WAIT_TIMEOUT, RECORD_CHANGED].includes((error as { errno?: number }).errno ?? 0);

/**
 * The connections that read, apart from those that write: what is read for a request ends at its time limit, what a
 * migration or an import does takes as long as it takes.
 */
function openReaders(url: URL, schema: string, timeLimit: string): Pool {
  const pool = createPool({
    ...DRIVER_OPTIONS,
    host: url.hostname,
    port: url.port ? Number(url.port) : 3306,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: schema,
    charset: "utf8mb4",
    timezone: "Z",
    dateStrings: true,
    connectionLimit: CONNECTIONS,
  });
  // Sent before the first statement of the connection; where it fails, so does that.
  pool.pool.on("connection", (connection) => void connection.query(`SET SESSION ${timeLimit}`, () => {}));
  return pool;
}

/** Holds a named lock of the server on a connection of its own: it goes when the connection does. */
async function withLock<T>(url: URL, name: string, doing: string, work: () => Promise<T>): Promise<T> {
  const connection = await createConnection({ uri: url.href });
  try {
    const [[lock]] = (await connection.query("SELECT GET_LOCK(?, ?) AS held", [
      name,
      LOCK_SECONDS,
    ])) as unknown as [[{ held: number | null }]];
    if (lock.held !== 1) {
      throw new StartupError(
        `Another process has been ${doing} for ${LOCK_SECONDS} seconds: wait until it is done, and start again.`,
      );
    }
    return await work();
  } finally {
    await connection.end();
  }
}

async function prepareSchema(url: URL, schema: string): Promise<boolean> {
  if (!/^[A-Za-z0-9_]{1,60}$/.test(schema)) {
    throw new StartupError(
      `DATABASE_URL must name a schema of letters, digits and underscores, such as mysql://user:password@host:3306/consortia; got "${schema}".`,
    );
  }
  const server = new URL(url);
  server.pathname = "/";
  const connection = await createConnection({ uri: server.href, connectTimeout: 10_000 }).catch(
    (error: unknown) => {
      throw new StartupError(
        `The database server at ${url.hostname}:${url.port || 3306} cannot be used (${(error as NodeJS.ErrnoException).code}): check DATABASE_URL.`,
        { cause: error },
      );
    },
  );
  try {
    const [[version]] = (await connection.query("SELECT VERSION() AS v")) as unknown as [[{ v: string }]];
    const isMariadb = /mariadb/i.test(version.v);
    const [existing] = await connection.query(
      "SELECT 1 FROM information_schema.schemata WHERE schema_name = ?",
      [schema],
    );
    if ((existing as unknown[]).length === 0) {
      const collation = isMariadb ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin";
      await connection.query(
        `CREATE DATABASE IF NOT EXISTS \`${schema}\` CHARACTER SET utf8mb4 COLLATE ${collation}`,
      );
    }
    return isMariadb;
  } finally {
    await connection.end();
  }
}
