import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { createConnection } from "mysql2/promise";
import type { DatabaseLocation } from "../shared/data/open.ts";
import type { RunningSubgraph } from "../shared/graphql/runtime.ts";
import { startSubgraph } from "../shared/graphql/runtime.ts";
import type { SubgraphDefinition } from "../shared/graphql/subgraph.ts";

/** The server that the suites run on when `TEST_DATABASE_URL` names one; the embedded database otherwise. */
export const testServer = process.env["TEST_DATABASE_URL"] ? new URL(process.env["TEST_DATABASE_URL"]) : null;

/** An empty database for one test file, and how it is thrown away. */
export interface TestDatabase {
  readonly location: DatabaseLocation;
  drop(): Promise<void>;
}

/** Makes room for an empty database: a file in a folder of its own, or a schema with a name of its own. */
export function emptyDatabase(name = "test"): TestDatabase {
  if (!testServer) {
    const folder = mkdtempSync(join(tmpdir(), "consortia-"));
    return {
      location: { file: join(folder, `${name}.sqlite`) },
      drop: async () => rmSync(folder, { recursive: true, force: true }),
    };
  }
  const url = new URL(testServer);
  const schema = `t_${name}_${randomBytes(6).toString("hex")}`;
  url.pathname = `/${schema}`;
  return {
    location: { url },
    async drop() {
      const server = new URL(url);
      server.pathname = "/";
      const connection = await createConnection({ uri: server.href });
      await connection.query(`DROP DATABASE IF EXISTS \`${schema}\``);
      await connection.end();
    },
  };
}

/** Copies a database that nobody has open, as a backup or the restore of one does. */
export async function copyDatabase({ location: from }: TestDatabase, name = "copy"): Promise<TestDatabase> {
  const copy = emptyDatabase(name);
  const to = copy.location;
  if ("file" in from && "file" in to) copyFileSync(from.file, to.file);
  if ("url" in from && "url" in to) {
    const server = new URL(from.url);
    server.pathname = "/";
    const [source, target] = [from.url.pathname.slice(1), to.url.pathname.slice(1)];
    const connection = await createConnection({ uri: server.href });
    try {
      await connection.query(`CREATE DATABASE \`${target}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin`);
      const [tables] = await connection.query(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ?",
        [source],
      );
      for (const table of tables as { name: string }[]) {
        await connection.query(
          `CREATE TABLE \`${target}\`.\`${table.name}\` LIKE \`${source}\`.\`${table.name}\``,
        );
        await connection.query(
          `INSERT INTO \`${target}\`.\`${table.name}\` SELECT * FROM \`${source}\`.\`${table.name}\``,
        );
      }
    } finally {
      await connection.end();
    }
  }
  return copy;
}

/** A subgraph on an empty database of its own; closing it throws the database away. */
export async function startTestSubgraph(definition: SubgraphDefinition): Promise<RunningSubgraph> {
  const database = emptyDatabase(definition.name);
  const subgraph = await startSubgraph(definition, database.location);
  return {
    ...subgraph,
    async close() {
      await subgraph.close();
      await database.drop();
    },
  };
}

/** The statements that some work sends to a database. */
export async function statementsOf(
  subgraph: Pick<RunningSubgraph, "db">,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const statements: string[] = [];
  const stop = subgraph.db.onStatement((statement) => statements.push(statement));
  try {
    await work();
  } finally {
    stop();
  }
  return statements;
}
