import { writeMigration } from "../../../shared/write/migration.ts";

/** The tables that mutations need beside the records. */
export const Institutions0006 = writeMigration("Institutions1766000000006", { versioned: [] });
