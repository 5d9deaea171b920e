import { columns, createTable, tablesMigration } from "../../../shared/data/table.ts";
import { outboxTables } from "../../../shared/feed/outbox.ts";

const optional = { nullable: true } as const;

/** The registry of institutions, what sources said of them, consortia, and the feed that tells others. */
export const Institutions0001 = tablesMigration("Institutions1763000000001", {
  institution: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("id", { primary: true }),
        columns.text("name", 300),
        columns.text("name_key", 300),
        columns.code("type", 32),
        columns.code("control", 20, optional),
        columns.code("level", 20, optional),
        columns.integer("sector", optional),
        columns.integer("carnegie", optional),
        columns.integer("locale", optional),
        columns.boolean("is_hbcu", optional),
        columns.boolean("is_tribal", optional),
        columns.boolean("is_land_grant", optional),
        columns.code("status", 12),
        columns.code("country", 2, optional),
        columns.code("subdivision", 8, optional),
        columns.text("city", 100, optional),
        columns.number("latitude", optional),
        columns.number("longitude", optional),
        columns.text("website", 500, optional),
        columns.code("ror", 40, optional),
        columns.code("unitid", 8, optional),
        columns.integer("established", optional),
        columns.boolean("is_invented"),
        columns.instant("created_at"),
        columns.instant("updated_at"),
      ],
      {
        unique: [["ror"], ["unitid"]],
        indices: [
          ["name_key", "id"],
          ["subdivision", "name_key", "id"],
        ],
      },
    ),
  institution_name: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.counter("no"),
        columns.id("institution_id"),
        columns.text("value", 300),
        columns.text("value_key", 300),
        columns.code("kind", 8),
        columns.code("lang", 8, optional),
      ],
      {
        unique: [["institution_id", "kind", "value"]],
        indices: [["value_key", "institution_id"]],
        belongsTo: { institution_id: "institution" },
      },
    ),
  identifier: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.counter("no"),
        columns.id("institution_id"),
        columns.code("scheme", 16),
        columns.text("value", 120),
        columns.boolean("is_preferred"),
      ],
      {
        unique: [["institution_id", "scheme", "value"]],
        indices: [["scheme", "value"]],
        belongsTo: { institution_id: "institution" },
      },
    ),
  institution_location: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.counter("no"),
        columns.id("institution_id"),
        columns.integer("position"),
        columns.integer("geonames_id", optional),
        columns.code("country", 2, optional),
        columns.code("subdivision", 8, optional),
        columns.text("city", 100, optional),
        columns.number("latitude", optional),
        columns.number("longitude", optional),
      ],
      { unique: [["institution_id", "position"]], belongsTo: { institution_id: "institution" } },
    ),
  institution_relationship: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.counter("no"),
        columns.id("institution_id"),
        columns.code("kind", 12),
        columns.code("related_ror", 40),
        columns.id("related_id", optional),
      ],
      {
        unique: [["institution_id", "kind", "related_ror"]],
        indices: [["related_ror"]],
        belongsTo: { institution_id: "institution" },
      },
    ),
  record_alias: (runner, table) =>
    createTable(runner, table, [columns.id("alias_id", { primary: true }), columns.id("id")]),
  source_record: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.code("source", 12, { primary: true }),
        columns.code("source_key", 60, { primary: true }),
        columns.id("institution_id"),
        columns.code("content_hash", 64),
        columns.longText("payload"),
      ],
      { indices: [["institution_id"]] },
    ),
  consortium: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("id", { primary: true }),
        columns.text("name", 200),
        columns.text("name_key", 200),
        columns.longText("description", optional),
        columns.boolean("is_invented"),
      ],
      { indices: [["name_key", "id"]] },
    ),
  membership: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("consortium_id", { primary: true }),
        columns.id("institution_id", { primary: true }),
        columns.code("role", 12),
        columns.date("joined_on"),
        columns.date("left_on", optional),
        columns.code("data_sharing_tier", 16),
      ],
      {
        indices: [["institution_id"], ["consortium_id", "joined_on", "institution_id"]],
        belongsTo: { consortium_id: "consortium" },
      },
    ),
  ...outboxTables,
});
