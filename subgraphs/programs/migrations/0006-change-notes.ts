import { writeMigration } from "../../../shared/write/migration.ts";

/** Room in the outbox for who made a change. */
export const Programs0006 = writeMigration("Programs1766000000006", { versioned: [], hasMutations: false });
