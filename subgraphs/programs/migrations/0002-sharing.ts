import { sharingMigration } from "../../../shared/projection/migration.ts";
import { PROJECTED_PARTNERSHIPS } from "../../../shared/projection/sharing.ts";

/** How far the partnerships that programs hang on are shared with the members of their consortium. */
export const Programs0002 = sharingMigration("Programs1764000000002", {
  partnership: PROJECTED_PARTNERSHIPS.partnership,
  isFirstFeed: false,
});
