import type { VisibilityTable } from "../../shared/graphql/visibility.ts";
import { nouns } from "./nouns.ts";
import { contacts } from "./partner-organization/partner-organization.list.ts";
import { partnershipPartiesById } from "./partnership/partnership.list.ts";

/** Each noun by its own rule, contacts for those who work with them, parties with their partnership. */
export const visibility: VisibilityTable = {
  ...nouns.visibility,
  Contact: { rows: contacts, fields: { email: "ROW" } },
  PartnershipParty: { rows: partnershipPartiesById },
  PartnershipEquity: { rows: "PART" },
  PartyEquity: { rows: "PART", fields: { deliveredMinor: "ROW", benefitMinor: "ROW" } },
  Institution: { rows: "OWNER" },
  Consortium: { rows: "OWNER" },
};
