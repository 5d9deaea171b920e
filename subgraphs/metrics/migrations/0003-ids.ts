import { randomBytes } from "node:crypto";
import type { MigrationInterface, QueryRunner } from "typeorm";
import type { IdentifiedTable } from "../../../shared/data/identify.ts";
import { addIds, dropIds } from "../../../shared/data/identify.ts";
import { COPIED_MEMBERSHIPS } from "../../../shared/projection/membership.ts";
import { columns, createTable } from "../../../shared/data/table.ts";

const TABLES: readonly IdentifiedTable[] = [
  { table: "period", type: "Period", key: ["consortium_id", "kind", "starts_on"] },
  { table: "student_group", type: "StudentGroup", key: ["code"] },
  COPIED_MEMBERSHIPS,
];

/** The key that ids and cursors of figures are made with, ids of periods and groups, and those of memberships in their copy. */
export class Metrics0003 implements MigrationInterface {
  readonly name = "Metrics1765000000003";

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, "figure_key", [
      columns.integer("no", { primary: true }),
      columns.code("secret", 32),
    ]);
    const orIgnore = runner.dataSource.options.type === "better-sqlite3" ? "OR IGNORE" : "IGNORE";
    await runner.query(`INSERT ${orIgnore} INTO figure_key (no, secret) VALUES (1, ?)`, [
      randomBytes(16).toString("hex"),
    ]);
    for (const table of TABLES) await addIds(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await dropIds(runner, table);
    await runner.dropTable("figure_key");
  }
}
