import { idsMigration } from "../../../shared/data/identify.ts";
import { COPIED_MEMBERSHIPS } from "../../../shared/projection/membership.ts";

/** The ids of memberships in their copy. */
export const Platform0002 = idsMigration("Platform1765000000002", [COPIED_MEMBERSHIPS]);
