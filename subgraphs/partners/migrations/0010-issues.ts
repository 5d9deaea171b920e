import { columns, createTable, tablesMigration } from "../../../shared/data/table.ts";

/** Issues of partnerships. */
export const Partners0010 = tablesMigration("Partners1766000000010", {
  partnership_issue: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("id", { primary: true }),
        columns.integer("version"),
        columns.id("partnership_id"),
        columns.code("category", 24),
        columns.code("severity", 8),
        columns.text("title", 200),
        columns.text("title_key", 200),
        columns.longText("description", { nullable: true }),
        columns.id("owner_id", { nullable: true }),
        columns.longText("mitigation", { nullable: true }),
        columns.code("status", 12),
        columns.date("raised_on"),
        columns.date("resolved_on", { nullable: true }),
      ],
      {
        indices: [
          ["partnership_id", "raised_on", "id"],
          ["raised_on", "id"],
        ],
        belongsTo: { partnership_id: "partnership" },
      },
    ),
});
