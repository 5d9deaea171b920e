import { columns, createTable, tablesMigration } from "../../../shared/data/table.ts";
import { feedPositionTable } from "../../../shared/feed/consumer.ts";
import { partnershipProjectionTables } from "../../../shared/projection/partnership.ts";

/** A star: observations in the middle, what they are about around them, and who may see it. */
export const Metrics0001 = tablesMigration("Metrics1763000000001", {
  indicator: (runner, table) =>
    createTable(runner, table, [
      columns.counter("no"),
      columns.id("id", { unique: true }),
      columns.code("code", 60, { unique: true }),
      columns.text("name", 200),
      columns.text("name_key", 200),
      columns.longText("definition"),
      columns.longText("numerator", { nullable: true }),
      columns.longText("denominator", { nullable: true }),
      columns.code("unit", 12),
      columns.code("direction", 20),
      columns.code("type", 8),
      columns.code("additivity", 16),
      columns.integer("version"),
      columns.longText("reference_list"),
    ]),
  period: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.counter("no"),
        columns.id("consortium_id"),
        columns.code("kind", 8),
        columns.text("label", 60),
        columns.date("starts_on"),
        columns.date("ends_on"),
      ],
      { unique: [["consortium_id", "kind", "starts_on"]] },
    ),
  student_group: (runner, table) =>
    createTable(runner, table, [
      columns.counter("no"),
      columns.code("code", 60, { unique: true }),
      columns.code("dimension", 40, { nullable: true }),
      columns.text("label", 120),
    ]),
  subject: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.counter("no"),
        columns.id("subject_id"),
        columns.code("kind", 12),
        columns.id("consortium_id"),
        columns.code("visibility", 12),
        columns.id("partnership_id", { nullable: true }),
      ],
      { unique: [["subject_id", "consortium_id"]] },
    ),
  observation: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.integer("subject_no", { primary: true }),
        columns.integer("indicator_no", { primary: true }),
        columns.integer("period_no", { primary: true }),
        columns.integer("group_no", { primary: true }),
        columns.integer("revision", { primary: true }),
        columns.integer("version"),
        columns.integer("n", { nullable: true }),
        columns.number("x", { nullable: true }),
        columns.number("value", { nullable: true }),
        columns.instant("recorded_at"),
      ],
      { clustered: true, indices: [["indicator_no", "period_no", "subject_no", "group_no", "revision"]] },
    ),
  institution_dim: (runner, table) =>
    createTable(runner, table, [
      columns.id("id", { primary: true }),
      columns.text("name", 300),
      columns.code("type", 32, { nullable: true }),
      columns.integer("sector", { nullable: true }),
      columns.code("control", 24, { nullable: true }),
      columns.code("country", 2, { nullable: true }),
      columns.code("subdivision", 8, { nullable: true }),
      columns.text("city", 100, { nullable: true }),
      columns.number("latitude", { nullable: true }),
      columns.number("longitude", { nullable: true }),
      columns.code("status", 12, { nullable: true }),
    ]),
  partner_organization_dim: (runner, table) =>
    createTable(runner, table, [
      columns.id("id", { primary: true }),
      columns.text("name", 200),
      columns.code("org_type", 32, { nullable: true }),
      columns.code("agent_sector", 24, { nullable: true }),
      columns.code("size_band", 8, { nullable: true }),
      columns.code("naics", 6, { nullable: true }),
      columns.code("country", 2, { nullable: true }),
      columns.code("subdivision", 8, { nullable: true }),
    ]),
  partnership_dim: (runner, table) =>
    createTable(runner, table, [
      columns.id("id", { primary: true }),
      columns.id("consortium_id"),
      columns.text("name", 200),
      columns.code("type", 40, { nullable: true }),
      columns.code("subtype", 40, { nullable: true }),
      columns.code("modality", 12, { nullable: true }),
      columns.code("scope", 16, { nullable: true }),
      columns.code("stage", 16, { nullable: true }),
      columns.date("starts_on", { nullable: true }),
      columns.date("ends_on", { nullable: true }),
    ]),
  program_dim: (runner, table) =>
    createTable(runner, table, [
      columns.id("id", { primary: true }),
      columns.code("kind", 16),
      columns.text("title", 200),
      columns.id("partnership_id"),
      columns.id("provider_id", { nullable: true }),
      columns.id("host_id", { nullable: true }),
      columns.code("cip", 7, { nullable: true }),
      columns.code("soc", 10, { nullable: true }),
      columns.code("modality", 12, { nullable: true }),
      columns.boolean("is_paid", { nullable: true }),
      columns.date("starts_on", { nullable: true }),
      columns.date("ends_on", { nullable: true }),
    ]),
  ...partnershipProjectionTables,
  ...feedPositionTable,
});
