import { writeMigration } from "../../../shared/write/migration.ts";

/** Room in the outbox for who made a change. */
export const Programs0005 = writeMigration("Programs1766000000005", { versioned: [], hasMutations: false });
