import type { MigrationInterface, QueryRunner } from "typeorm";
import { utcNow } from "../../../shared/clock.ts";

/** Tells those who follow the feed of every partner organisation once more: of who may see it they were not told. */
export class Partners0004 implements MigrationInterface {
  readonly name = "Partners1764200000004";

  async up(runner: QueryRunner): Promise<void> {
    const payload = `JSON_OBJECT('consortiumId', consortium_id, 'visibility', visibility, 'name', name, 'orgType', org_type, 'agentSector', agent_sector, 'sizeBand', size_band, 'naics', naics, 'country', country, 'subdivision', subdivision)`;
    await runner.query(
      `INSERT INTO outbox (kind, record_id, payload, recorded_at) SELECT 'partner_organization', id, ${payload}, '${utcNow()}' FROM partner_organization`,
    );
  }

  /** What has been told stays told. */
  async down(): Promise<void> {}
}
