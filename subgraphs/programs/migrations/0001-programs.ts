import { columns, createTable, tablesMigration } from "../../../shared/data/table.ts";
import { feedPositionTable } from "../../../shared/feed/consumer.ts";
import { outboxTables } from "../../../shared/feed/outbox.ts";
import { partnershipProjectionTables } from "../../../shared/projection/partnership.ts";

/** Programs of every kind and their cohorts, who may see them, and the feed that tells others of them. */
export const Programs0001 = tablesMigration("Programs1763000000001", {
  program: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("id", { primary: true }),
        columns.code("kind", 16),
        columns.id("partnership_id"),
        columns.id("provider_id", { nullable: true }),
        columns.id("host_id", { nullable: true }),
        columns.text("title", 200),
        columns.text("title_key", 200),
        columns.code("cip", 7, { nullable: true }),
        columns.code("soc", 10, { nullable: true }),
        columns.integer("capacity", { nullable: true }),
        columns.boolean("is_paid", { nullable: true }),
        columns.code("modality", 12),
        columns.date("starts_on"),
        columns.date("ends_on", { nullable: true }),
        columns.integer("hours_planned", { nullable: true }),
        columns.integer("hourly_wage_minor", { nullable: true }),
        columns.code("currency", 3, { nullable: true }),
        columns.integer("mentees_per_mentor", { nullable: true }),
        columns.integer("sessions_planned", { nullable: true }),
        columns.text("language", 40, { nullable: true }),
        columns.code("level", 16, { nullable: true }),
        columns.integer("contact_hours", { nullable: true }),
        columns.boolean("is_invented"),
        columns.instant("created_at"),
        columns.instant("updated_at"),
      ],
      {
        indices: [
          ["title_key", "id"],
          ["starts_on", "id"],
          ["partnership_id", "title_key", "id"],
          ["provider_id", "title_key", "id"],
          ["host_id", "title_key", "id"],
        ],
      },
    ),
  cohort: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("id", { primary: true }),
        columns.id("program_id"),
        columns.text("label", 120),
        columns.text("label_key", 120),
        columns.text("term", 60, { nullable: true }),
        columns.date("starts_on"),
        columns.date("ends_on", { nullable: true }),
        columns.integer("capacity", { nullable: true }),
      ],
      {
        indices: [
          ["starts_on", "id"],
          ["label_key", "id"],
          ["program_id", "starts_on", "id"],
        ],
        belongsTo: { program_id: "program" },
      },
    ),
  ...partnershipProjectionTables,
  ...feedPositionTable,
  ...outboxTables,
});
