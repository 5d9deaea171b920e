import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * A migration that lets a subgraph remember when the last event that it applied of each feed was recorded, so that it
 * notices when the source has been restored. Null where an earlier version applied it.
 */
export function feedPositionMigration(name: string): new () => MigrationInterface {
  return class implements MigrationInterface {
    readonly name = name;
    async up(runner: QueryRunner): Promise<void> {
      if (await runner.hasColumn("feed_position", "recorded_at")) return;
      await runner.query("ALTER TABLE feed_position ADD COLUMN recorded_at varchar(26) NULL");
    }
    async down(runner: QueryRunner): Promise<void> {
      await runner.query("ALTER TABLE feed_position DROP COLUMN recorded_at");
    }
  };
}
