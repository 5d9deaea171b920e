import { feedPositionMigration } from "../../../shared/feed/migration.ts";

/** When the last event that was applied of each feed was recorded. */
export const Programs0004 = feedPositionMigration("Programs1764250000004");
