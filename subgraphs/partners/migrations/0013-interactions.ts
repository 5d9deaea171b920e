import { columns, createTable, tablesMigration } from "../../../shared/data/table.ts";

/** Interactions of partnerships' parties, what they decided to do, and feedback. */
export const Partners0013 = tablesMigration("Partners1766000000013", {
  interaction: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("id", { primary: true }),
        columns.integer("version"),
        columns.id("partnership_id"),
        columns.code("kind", 20),
        columns.text("title", 200),
        columns.text("title_key", 200),
        columns.date("held_on"),
        columns.text("place", 200, { nullable: true }),
        columns.longText("attendees"),
        columns.longText("decisions"),
        columns.longText("minutes", { nullable: true }),
      ],
      {
        indices: [
          ["partnership_id", "held_on", "id"],
          ["held_on", "id"],
        ],
        belongsTo: { partnership_id: "partnership" },
      },
    ),
  action_item: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("id", { primary: true }),
        columns.integer("version"),
        columns.id("partnership_id"),
        columns.id("interaction_id", { nullable: true }),
        columns.text("description", 500),
        columns.text("description_key", 500),
        columns.id("owner_id"),
        columns.date("due_on"),
        columns.code("status", 8),
        columns.date("completed_on", { nullable: true }),
      ],
      {
        indices: [
          ["partnership_id", "due_on", "id"],
          ["interaction_id", "due_on", "id"],
          ["owner_id", "due_on", "id"],
          ["due_on", "id"],
        ],
        belongsTo: { partnership_id: "partnership", interaction_id: "interaction" },
      },
    ),
  feedback: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("id", { primary: true }),
        columns.integer("version"),
        columns.id("partnership_id"),
        columns.id("party_id"),
        columns.code("person_id", 64),
        columns.integer("communication"),
        columns.integer("responsiveness"),
        columns.integer("value"),
        columns.longText("comment", { nullable: true }),
        columns.date("given_on"),
      ],
      {
        indices: [
          ["partnership_id", "given_on", "id"],
          ["given_on", "id"],
        ],
        belongsTo: { partnership_id: "partnership" },
      },
    ),
});
