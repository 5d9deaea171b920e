import { feedPositionMigration } from "../../../shared/feed/migration.ts";

/** When the last event that was applied of each feed was recorded. */
export const Partners0005 = feedPositionMigration("Partners1764250000005");
