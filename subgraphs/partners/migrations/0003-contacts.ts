import { columns, createTable, tablesMigration } from "../../../shared/data/table.ts";

/** The people to talk to at partner organisations; they are in no feed. */
export const Partners0003 = tablesMigration("Partners1764100000003", {
  contact: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("organization_id", { primary: true }),
        columns.integer("position", { primary: true }),
        columns.text("name", 200),
        columns.text("role", 120, { nullable: true }),
        columns.text("email", 254, { nullable: true }),
      ],
      { clustered: true, belongsTo: { organization_id: "partner_organization" } },
    ),
});
