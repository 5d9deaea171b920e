import { columns, createTable, tablesMigration } from "../../../shared/data/table.ts";

/** Contributions and benefits of the parties of partnerships, and the exchange rates of consortia. */
export const Partners0012 = tablesMigration("Partners1766000000012", {
  contribution: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("id", { primary: true }),
        columns.integer("version"),
        columns.id("partnership_id"),
        columns.id("party_id"),
        columns.code("category", 24),
        columns.date("starts_on"),
        columns.date("ends_on"),
        columns.code("valuation_method", 24),
        columns.code("currency", 3),
        columns.number("committed_minor"),
        columns.number("delivered_minor"),
        columns.text("unit", 40, { nullable: true }),
        columns.number("committed_quantity", { nullable: true }),
        columns.longText("description", { nullable: true }),
        columns.longText("deliveries"),
      ],
      {
        indices: [["partnership_id", "ends_on", "id"], ["ends_on", "id"], ["party_id"]],
        belongsTo: { partnership_id: "partnership" },
      },
    ),
  benefit: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("id", { primary: true }),
        columns.integer("version"),
        columns.id("partnership_id"),
        columns.id("party_id"),
        columns.code("category", 24),
        columns.date("received_on"),
        columns.code("valuation_method", 24),
        columns.code("currency", 3),
        columns.number("amount_minor"),
        columns.longText("description", { nullable: true }),
      ],
      {
        indices: [["partnership_id", "received_on", "id"], ["received_on", "id"], ["party_id"]],
        belongsTo: { partnership_id: "partnership" },
      },
    ),
  exchange_rate: (runner, table) =>
    createTable(
      runner,
      table,
      [
        columns.id("id", { primary: true }),
        columns.integer("version"),
        columns.id("consortium_id"),
        columns.code("currency", 3),
        columns.code("reporting_currency", 3),
        columns.code("rate", 24),
        columns.date("effective_on"),
      ],
      {
        unique: [["consortium_id", "currency", "effective_on"]],
        indices: [["effective_on", "id"]],
      },
    ),
});
