import type { MigrationInterface, QueryRunner } from "typeorm";
import { utcNow } from "../../../shared/clock.ts";

/** How memberships were kept before: whoever was in the table was or had been a member, and shared everything. */
interface FormerMembership {
  readonly consortium_id: string;
  readonly institution_id: string;
  readonly role: string;
  readonly joined_on: string;
  readonly left_on: string | null;
}

/**
 * Memberships with a life of their own, from the invitation on, and a closed list of what they share. Those there are
 * become known to the subgraphs that have to know what is shared.
 */
export class Institutions0002 implements MigrationInterface {
  readonly name = "Institutions1764000000002";

  async up(runner: QueryRunner): Promise<void> {
    const isMysql = runner.dataSource.options.type !== "better-sqlite3";
    if (isMysql) {
      // Two ids and a stroke; SQLite doesn't mind the length.
      await runner.query(
        "ALTER TABLE outbox MODIFY record_id varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL",
      );
    }
    const ascii = isMysql ? "CHARACTER SET ascii COLLATE ascii_bin" : "";
    if (!(await runner.hasColumn("membership", "status"))) {
      await runner.query(
        `ALTER TABLE membership ADD COLUMN status varchar(12) ${ascii} NOT NULL DEFAULT 'ACTIVE'`,
      );
    }
    if (!(await runner.hasColumn("membership", "invited_on"))) {
      await runner.query("ALTER TABLE membership ADD COLUMN invited_on date NULL");
    }
    await allowNull(runner, true);
    await runner.query("UPDATE membership SET status = 'ENDED' WHERE left_on IS NOT NULL");
    await runner.query("UPDATE membership SET data_sharing_tier = 'FIGURES'");
    await publishAll(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("DELETE FROM outbox WHERE kind IN ('membership', 'consortium')");
    await runner.query("DELETE FROM membership WHERE joined_on IS NULL");
    await allowNull(runner, false);
    await runner.query("ALTER TABLE membership DROP COLUMN invited_on");
    await runner.query("ALTER TABLE membership DROP COLUMN status");
  }
}

/** Whether a membership may have no first day. */
async function allowNull(runner: QueryRunner, isNullable: boolean): Promise<void> {
  const table = (await runner.getTable("membership"))!;
  const before = table.findColumnByName("joined_on")!;
  const after = before.clone();
  after.isNullable = isNullable;
  await runner.changeColumn(table, before, after);
}

async function publishAll(runner: QueryRunner): Promise<void> {
  const consortia = (await runner.query("SELECT id, name FROM consortium")) as {
    readonly id: string;
    readonly name: string;
  }[];
  const memberships = (await runner.query(
    "SELECT consortium_id, institution_id, role, joined_on, left_on FROM membership",
  )) as FormerMembership[];
  const recordedAt = utcNow();
  const publish = (kind: string, recordId: string, payload: object) =>
    runner.query("INSERT INTO outbox (kind, record_id, payload, recorded_at) VALUES (?, ?, ?, ?)", [
      kind,
      recordId,
      JSON.stringify(payload),
      recordedAt,
    ]);
  for (const { id, name } of consortia) await publish("consortium", id, { name, change: null });
  for (const each of memberships) {
    await publish("membership", `${each.consortium_id}/${each.institution_id}`, {
      consortiumId: each.consortium_id,
      institutionId: each.institution_id,
      role: each.role,
      status: each.left_on === null ? "ACTIVE" : "ENDED",
      joinedOn: each.joined_on,
      leftOn: each.left_on,
      dataSharingTier: "FIGURES",
      change: null,
    });
  }
}
