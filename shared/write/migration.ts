import type { MigrationInterface, QueryRunner } from "typeorm";
import { writeTables } from "./tables.ts";

/** What a migration adds for mutations. */
interface WriteMigration {
  /** Tables of records that get a version. */
  readonly versioned: readonly string[];
  /** False where a feed only tells of loads and imports, and its subgraph takes no mutations. */
  readonly hasMutations?: boolean;
}

/**
 * A migration that lets a subgraph take mutations: the tables beside its records, a version for each record there is,
 * and the note of who made a change in its outbox.
 */
export function writeMigration(
  name: string,
  { versioned, hasMutations = true }: WriteMigration,
): new () => MigrationInterface {
  const tables: Partial<typeof writeTables> = hasMutations ? writeTables : {};
  return class implements MigrationInterface {
    readonly name = name;

    async up(runner: QueryRunner): Promise<void> {
      for (const [table, create] of Object.entries(tables)) await create(runner, table);
      for (const table of versioned) {
        if (await runner.hasColumn(table, "version")) continue;
        await runner.query(`ALTER TABLE ${table} ADD COLUMN version int NOT NULL DEFAULT 1`);
      }
      if (await runner.hasColumn("outbox", "change_note")) return;
      const isMysql = runner.dataSource.options.type !== "better-sqlite3";
      await runner.query(`ALTER TABLE outbox ADD COLUMN change_note ${isMysql ? "mediumtext" : "text"} NULL`);
    }

    async down(runner: QueryRunner): Promise<void> {
      await runner.query("ALTER TABLE outbox DROP COLUMN change_note");
      for (const table of versioned) await runner.query(`ALTER TABLE ${table} DROP COLUMN version`);
      for (const table of Object.keys(tables).reverse()) await runner.dropTable(table);
    }
  };
}
