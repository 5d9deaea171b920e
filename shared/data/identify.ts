import type { MigrationInterface, QueryRunner } from "typeorm";
import type { IdentifiedType } from "../ids.ts";
import { derivedId, ID_LENGTH } from "../ids.ts";

/** A table whose records get an id of their own: of what type, and the columns that told them apart before. */
export interface IdentifiedTable {
  readonly table: string;
  readonly type: IdentifiedType;
  readonly key: readonly string[];
  /** The column of the id, where it is another record's: a copy's. */
  readonly column?: string;
}

/**
 * Adds a column of ids to a table, as part of a migration, and gives each record there the id that follows from its
 * key: the same in every copy of the record, and again where the migration was stopped and runs anew.
 */
export async function addIds(
  runner: QueryRunner,
  { table, type, key, column = "id" }: IdentifiedTable,
): Promise<void> {
  const isMysql = runner.dataSource.options.type !== "better-sqlite3";
  const ascii = isMysql ? "CHARACTER SET ascii COLLATE ascii_bin" : "";
  if (!(await runner.hasColumn(table, column))) {
    await runner.query(
      `ALTER TABLE ${table} ADD COLUMN ${column} varchar(${ID_LENGTH}) ${ascii} NOT NULL DEFAULT ''`,
    );
  }
  const rows = (await runner.query(
    `SELECT ${key.join(", ")} FROM ${table} WHERE ${column} = ''`,
  )) as Readonly<Record<string, string | number>>[];
  const where = key.map((each) => `${each} = ?`).join(" AND ");
  for (const row of rows) {
    const values = key.map((each) => row[each]!);
    const id = derivedId(type, ...values.map(String));
    await runner.query(`UPDATE ${table} SET ${column} = ? WHERE ${where}`, [id, ...values]);
  }
  const { indices } = (await runner.getTable(table))!;
  if (!indices.some(({ name }) => name === indexOf(table))) {
    await runner.query(`CREATE UNIQUE INDEX ${indexOf(table)} ON ${table} (${column})`);
  }
}

/** Takes the column away again. */
export async function dropIds(runner: QueryRunner, { table, column = "id" }: IdentifiedTable): Promise<void> {
  const isMysql = runner.dataSource.options.type !== "better-sqlite3";
  await runner.query(`DROP INDEX ${indexOf(table)}${isMysql ? ` ON ${table}` : ""}`);
  await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
}

const indexOf = (table: string) => `uq_${table}_id`;

/** A migration that does this to some tables, and nothing else. */
export function idsMigration(name: string, tables: readonly IdentifiedTable[]): new () => MigrationInterface {
  return class implements MigrationInterface {
    readonly name = name;
    async up(runner: QueryRunner): Promise<void> {
      for (const table of tables) await addIds(runner, table);
    }
    async down(runner: QueryRunner): Promise<void> {
      for (const table of [...tables].reverse()) await dropIds(runner, table);
    }
  };
}
