import { idsMigration } from "../../../shared/data/identify.ts";
import { COPIED_MEMBERSHIPS } from "../../../shared/projection/membership.ts";

/** The ids of memberships in their copy. */
export const Programs0004 = idsMigration("Programs1765000000004", [COPIED_MEMBERSHIPS]);
