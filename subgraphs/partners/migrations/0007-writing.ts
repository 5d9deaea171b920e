import type { MigrationInterface, QueryRunner } from "typeorm";
import { columns, createTable, tablesMigration } from "../../../shared/data/table.ts";
import { writeMigration } from "../../../shared/write/migration.ts";

/** Partner organizations and partnerships that mutations change. */
export const Partners0007 = writeMigration("Partners1766000000007", {
  versioned: ["partner_organization", "partnership"],
});

/** Ids that merged partner organizations have left behind, and the institutions that can be parties. */
export const Partners0008 = tablesMigration("Partners1766000000008", {
  partner_organization_alias: (runner, table) =>
    createTable(runner, table, [columns.id("alias_id", { primary: true }), columns.id("id")], {
      indices: [["id"]],
    }),
  institution_projection: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("id", { primary: true }),
        columns.text("name", 300),
        columns.text("name_key", 300),
        columns.code("type", 40),
        columns.code("country", 2, { nullable: true }),
        columns.code("subdivision", 8, { nullable: true }),
      ],
      { indices: [["name_key"]] },
    ),
});

/** The columns that the life of organizations and partnerships needs; the feed of institutions is read once more. */
export class Partners0009 implements MigrationInterface {
  readonly name = "Partners1766000000009";

  async up(runner: QueryRunner): Promise<void> {
    await add(runner, "partner_organization", "retired_on", "date NULL");
    await add(runner, "partnership", "stage_since", "date NULL");
    await add(runner, "partnership", "details", "text NULL");
    await runner.query("UPDATE feed_position SET sequence = 0 WHERE source = 'institutions'");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE partnership DROP COLUMN details");
    await runner.query("ALTER TABLE partnership DROP COLUMN stage_since");
    await runner.query("ALTER TABLE partner_organization DROP COLUMN retired_on");
  }
}

async function add(runner: QueryRunner, table: string, column: string, definition: string): Promise<void> {
  if (await runner.hasColumn(table, column)) return;
  await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${definition}`);
}
