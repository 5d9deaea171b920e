import { feedPositionMigration } from "../../../shared/feed/migration.ts";

/** When the last event that was applied of each feed was recorded. */
export const Platform0003 = feedPositionMigration("Platform1765100000003");
