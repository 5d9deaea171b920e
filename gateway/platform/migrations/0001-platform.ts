import type { QueryRunner } from "typeorm";
import { columns, createTable, tablesMigration } from "../../../shared/data/table.ts";
import { feedPositionTable } from "../../../shared/feed/consumer.ts";
import { forbidChanges } from "../audit/append-only.ts";

/** Who calls and by what right: people, their organisations and roles, API keys, and the audit log. */
export const Platform0001 = tablesMigration("Platform1764100000001", {
  person: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("id", { primary: true }),
        columns.text("issuer", 255),
        columns.text("subject", 255),
        columns.text("name", 200, { nullable: true }),
        columns.instant("created_at"),
      ],
      { unique: [["issuer", "subject"]] },
    ),
  person_organisation: (runner, table) =>
    createTable(
      runner,
      table,
      [columns.id("person_id", { primary: true }), columns.id("organisation_id", { primary: true })],
      { clustered: true, belongsTo: { person_id: "person" } },
    ),
  role_grant: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("id", { primary: true }),
        columns.id("person_id"),
        columns.id("consortium_id"),
        columns.id("organisation_id", { nullable: true }),
        columns.code("role", 20),
        columns.id("granted_by_id", { nullable: true }),
        columns.instant("granted_at"),
      ],
      { indices: [["person_id"], ["consortium_id", "role"]], belongsTo: { person_id: "person" } },
    ),
  api_key: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("id", { primary: true }),
        columns.text("name", 200),
        columns.id("owner_id", { nullable: true }),
        columns.id("organisation_id", { nullable: true }),
        columns.code("prefix", 16),
        columns.longText("scopes"),
        columns.instant("issued_at"),
        columns.instant("expires_at"),
        columns.instant("rotated_at", { nullable: true }),
        columns.instant("revoked_at", { nullable: true }),
        columns.instant("last_used_at", { nullable: true }),
      ],
      { indices: [["owner_id"]], belongsTo: { owner_id: "person" } },
    ),
  api_key_secret: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.code("hash", 64, { primary: true }),
        columns.id("key_id"),
        columns.instant("valid_until", { nullable: true }),
      ],
      { indices: [["key_id"]], belongsTo: { key_id: "api_key" } },
    ),
  api_key_role: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("key_id", { primary: true }),
        columns.id("consortium_id", { primary: true }),
        columns.code("role", 20, { primary: true }),
      ],
      { clustered: true, indices: [["consortium_id"]], belongsTo: { key_id: "api_key" } },
    ),
  membership_projection: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("institution_id", { primary: true }),
        columns.id("consortium_id", { primary: true }),
        columns.boolean("is_active"),
      ],
      { clustered: true },
    ),
  async audit_entry(runner: QueryRunner, table: string) {
    await createTable(
      runner,
      table,
      [
        columns.id("id", { primary: true }),
        columns.instant("at"),
        columns.code("action", 32),
        columns.id("actor_id", { nullable: true }),
        columns.code("actor_kind", 8),
        columns.id("credential_id", { nullable: true }),
        columns.id("organisation_id", { nullable: true }),
        columns.id("consortium_id", { nullable: true }),
        columns.text("subject", 200, { nullable: true }),
        columns.text("request_id", 64, { nullable: true }),
        columns.longText("detail"),
      ],
      {
        indices: [
          ["organisation_id", "id"],
          ["consortium_id", "id"],
        ],
      },
    );
    await forbidChanges(runner, table);
  },
  ...feedPositionTable,
});
