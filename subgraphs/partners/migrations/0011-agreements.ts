import { columns, createTable, tablesMigration } from "../../../shared/data/table.ts";

/** Agreements of partnerships, and the versions of their terms. */
export const Partners0011 = tablesMigration("Partners1766000000011", {
  agreement: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("id", { primary: true }),
        columns.integer("version"),
        columns.id("partnership_id"),
        columns.code("kind", 16),
        columns.text("title", 200),
        columns.text("title_key", 200),
        columns.date("effective_on", { nullable: true }),
        columns.date("expires_on", { nullable: true }),
        columns.integer("notice_days", { nullable: true }),
        columns.date("notice_on", { nullable: true }),
        columns.boolean("auto_renew"),
        columns.longText("sections"),
        columns.longText("documents"),
        columns.integer("number"),
        columns.code("terms_hash", 64),
        columns.integer("latest_number"),
        columns.code("latest_terms_hash", 64),
        columns.longText("approvals"),
        columns.boolean("is_awaiting_approval"),
        columns.date("approved_on", { nullable: true }),
        columns.date("terminated_on", { nullable: true }),
        columns.date("superseded_on", { nullable: true }),
        columns.id("predecessor_id", { nullable: true }),
      ],
      {
        indices: [
          ["partnership_id", "title_key", "id"],
          ["title_key", "id"],
          ["expires_on", "id"],
          ["predecessor_id"],
        ],
        belongsTo: { partnership_id: "partnership" },
      },
    ),
  agreement_version: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("agreement_id", { primary: true }),
        columns.integer("number", { primary: true }),
        columns.code("terms_hash", 64),
        columns.longText("canonical_terms"),
        columns.instant("drafted_at"),
        columns.code("drafted_by", 64, { nullable: true }),
        columns.date("approved_on", { nullable: true }),
      ],
      { clustered: true, belongsTo: { agreement_id: "agreement" } },
    ),
});
