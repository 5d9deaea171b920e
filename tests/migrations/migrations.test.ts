import type { DataSource } from "typeorm";
import sql from "sql-template-tag";
import { DEFINITIONS } from "../../gateway/embedded.ts";
import { StartupError } from "../../shared/errors.ts";
import { openDatabase } from "../../shared/data/open.ts";
import { emptyDatabase } from "../database.ts";

describe.each(Object.values(DEFINITIONS).map((definition) => [definition.name, definition] as const))(
  "The migrations of %s",
  (_name, definition) => {
    it("make the tables that the entities describe", async () => {
      const database = emptyDatabase();
      const db = await openDatabase(database.location, definition);
      const runner = db.source.createQueryRunner();
      const differences: string[] = [];
      for (const entity of db.source.entityMetadatas) {
        const table = await runner.getTable(entity.tableName);
        if (!table) {
          differences.push(`${entity.tableName} is missing`);
          continue;
        }
        const columns = new Map(table.columns.map((column) => [column.name, column]));
        for (const column of entity.columns) {
          const actual = columns.get(column.databaseName);
          const expected = `${kindOf(db.source, column.type)}${column.isNullable ? "?" : ""}${column.isPrimary ? " key" : ""}`;
          const found =
            actual &&
            `${kindOf(db.source, actual.type)}${actual.isNullable ? "?" : ""}${actual.isPrimary ? " key" : ""}`;
          if (expected !== found)
            differences.push(`${entity.tableName}.${column.databaseName}: ${expected}, but ${found}`);
          columns.delete(column.databaseName);
        }
        for (const extra of columns.keys()) differences.push(`${entity.tableName}.${extra} has no property`);
      }
      expect(differences).toEqual([]);
      await runner.release();
      await db.close();
      await database.drop();
    });

    it("go down as they went up", async () => {
      const database = emptyDatabase();
      const db = await openDatabase(database.location, definition);
      const before = await tableNames(db.source);
      for (const _ of db.source.migrations) await db.source.undoLastMigration();
      expect((await tableNames(db.source)).filter((name) => name !== "migrations")).toEqual([]);
      await db.source.runMigrations();
      expect(await tableNames(db.source)).toEqual(before);
      await db.close();
      await database.drop();
    });

    it("wait for each other when replicas start at once", async () => {
      const database = emptyDatabase();
      const both = [openDatabase(database.location, definition), openDatabase(database.location, definition)];
      const opened = await Promise.all(both);
      for (const db of opened) expect(await db.source.showMigrations()).toBe(false);
      for (const db of opened) await db.close();
      await database.drop();
    });

    it("refuse a database that a newer version has written", async () => {
      const database = emptyDatabase();
      const db = await openDatabase(database.location, definition);
      await db.write(async (tx) => {
        await tx.run(
          sql`INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'FromTheFuture9999999999999')`,
        );
      });
      await db.close();
      const again = openDatabase(database.location, definition);
      await expect(again).rejects.toThrow(StartupError);
      await expect(again).rejects.toThrow(/written by a newer version of Consortia \(it has FromTheFuture/);
      await database.drop();
    });
  },
);

/** What matters of a column's type: both databases write the same thing in several ways. */
function kindOf(source: DataSource, type: unknown): string {
  const name = source.driver.normalizeType({ type: type as never }).toLowerCase();
  if (name === "tinyint") return "boolean";
  if (["integer", "int", "smallint", "bigint"].includes(name)) return "int";
  if (["text", "mediumtext", "longtext", "simple-json"].includes(name)) return "text";
  if (["double", "real", "double precision"].includes(name)) return "double";
  return name.replace(/\(.*/, "");
}

async function tableNames(source: DataSource): Promise<string[]> {
  const runner = source.createQueryRunner();
  const tables = await runner.getTables();
  await runner.release();
  const schema = source.options.database as string;
  return tables
    .filter(
      (table) =>
        table.database === undefined || table.database === schema || source.options.type === "better-sqlite3",
    )
    .map(({ name }) => name.split(".").at(-1)!)
    .filter((name) => !name.startsWith("sqlite_"))
    .sort();
}
