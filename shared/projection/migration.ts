import type { MigrationInterface, QueryRunner } from "typeorm";
import { feedPositionTable } from "../feed/consumer.ts";
import { membershipProjectionTable } from "./membership.ts";

/**
 * A migration that lets a subgraph know what members share: the copy of memberships, and how far each partnership
 * is shared. Nothing is, until the institutions' feed has been followed.
 */
export function sharingMigration(
  name: string,
  { partnership, isFirstFeed }: { readonly partnership: string; readonly isFirstFeed: boolean },
): new () => MigrationInterface {
  const tables = { ...membershipProjectionTable, ...(isFirstFeed ? feedPositionTable : {}) };
  return class implements MigrationInterface {
    readonly name = name;
    async up(runner: QueryRunner): Promise<void> {
      for (const [table, create] of Object.entries(tables)) await create(runner, table);
      if (await runner.hasColumn(partnership, "sharing_level")) return;
      await runner.query(`ALTER TABLE ${partnership} ADD COLUMN sharing_level int NOT NULL DEFAULT 0`);
    }
    async down(runner: QueryRunner): Promise<void> {
      await runner.query(`ALTER TABLE ${partnership} DROP COLUMN sharing_level`);
      for (const table of Object.keys(tables).reverse()) await runner.dropTable(table);
    }
  };
}
