import { columns, createTable, tablesMigration } from "../../../shared/data/table.ts";

/** Institutions that an import has written already and that nobody sees until all of its file is there. */
export const Institutions0005 = tablesMigration("Institutions1766000000005", {
  institution_pending: (runner, table) =>
    createTable(runner, table, [columns.id("id", { primary: true })], { clustered: true }),
});
