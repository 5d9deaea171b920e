import { columns, createTable, tablesMigration } from "../../../shared/data/table.ts";
import { outboxTables } from "../../../shared/feed/outbox.ts";

/** Partner organisations, partnerships with their parties, and the feed that tells others of them. */
export const Partners0001 = tablesMigration("Partners1763000000001", {
  partner_organization: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("id", { primary: true }),
        columns.id("consortium_id"),
        columns.code("visibility", 12),
        columns.text("name", 200),
        columns.text("name_key", 200),
        columns.code("org_type", 32),
        columns.code("agent_sector", 24),
        columns.code("naics", 6, { nullable: true }),
        columns.code("size_band", 8, { nullable: true }),
        columns.longText("mission", { nullable: true }),
        columns.code("country", 2, { nullable: true }),
        columns.code("subdivision", 8, { nullable: true }),
        columns.text("city", 100, { nullable: true }),
        columns.number("latitude", { nullable: true }),
        columns.number("longitude", { nullable: true }),
        columns.text("website", 500, { nullable: true }),
        columns.boolean("is_invented"),
        columns.instant("created_at"),
        columns.instant("updated_at"),
      ],
      { indices: [["name_key", "id"]] },
    ),
  partnership: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("id", { primary: true }),
        columns.id("consortium_id"),
        columns.code("visibility", 12),
        columns.text("name", 200),
        columns.text("name_key", 200),
        columns.code("type", 40),
        columns.code("subtype", 40, { nullable: true }),
        columns.code("modality", 12),
        columns.code("scope", 16),
        columns.code("stage", 16),
        columns.date("starts_on", { nullable: true }),
        columns.date("ends_on", { nullable: true }),
        columns.longText("summary", { nullable: true }),
        columns.longText("sdg_targets"),
        columns.boolean("is_invented"),
        columns.instant("created_at"),
        columns.instant("updated_at"),
      ],
      { indices: [["name_key", "id"]] },
    ),
  partnership_party: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("partnership_id", { primary: true }),
        columns.id("party_id", { primary: true }),
        columns.code("party_kind", 24),
        columns.code("role", 16),
        columns.boolean("is_signatory"),
        columns.date("starts_on", { nullable: true }),
        columns.date("ends_on", { nullable: true }),
        columns.integer("position"),
      ],
      {
        clustered: true,
        indices: [["party_id", "partnership_id"]],
        belongsTo: { partnership_id: "partnership" },
      },
    ),
  ...outboxTables,
});
