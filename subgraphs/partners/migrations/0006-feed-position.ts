import { feedPositionMigration } from "../../../shared/feed/migration.ts";

/** When the last event that was applied of each feed was recorded. */
export const Partners0006 = feedPositionMigration("Partners1765100000006");
