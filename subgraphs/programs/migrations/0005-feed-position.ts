import { feedPositionMigration } from "../../../shared/feed/migration.ts";

/** When the last event that was applied of each feed was recorded. */
export const Programs0005 = feedPositionMigration("Programs1765100000005");
