import { idsMigration } from "../../../shared/data/identify.ts";
import { COPIED_MEMBERSHIPS } from "../../../shared/projection/membership.ts";

/** Ids of contacts and of parties, and those of memberships in their copy. */
export const Partners0005 = idsMigration("Partners1765000000005", [
  { table: "contact", type: "Contact", key: ["organization_id", "position"] },
  { table: "partnership_party", type: "PartnershipParty", key: ["partnership_id", "party_id"] },
  COPIED_MEMBERSHIPS,
]);
