import { feedPositionMigration } from "../../../shared/feed/migration.ts";

/** When the last event that was applied of each feed was recorded. */
export const Metrics0003 = feedPositionMigration("Metrics1764250000003");
