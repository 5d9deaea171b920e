import { feedPositionMigration } from "../../../shared/feed/migration.ts";

/** When the last event that was applied of each feed was recorded. */
export const Metrics0004 = feedPositionMigration("Metrics1765100000004");
