import { sharingMigration } from "../../../shared/projection/migration.ts";

/** How far partnerships are shared with the members of their consortium. */
export const Partners0002 = sharingMigration("Partners1764000000002", {
  partnership: "partnership",
  isFirstFeed: true,
});
