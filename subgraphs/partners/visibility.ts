import type { VisibilityTable } from "../../shared/graphql/visibility.ts";
import { contacts, partnerOrganizations } from "./partner-organization/partner-organization.list.ts";
import { partnershipPartiesById, partnerships } from "./partnership/partnership.list.ts";

/** Partnerships by their visibility, organisations by theirs, and contacts for those who work with them. */
export const visibility: VisibilityTable = {
  PartnerOrganization: { rows: partnerOrganizations, fields: { contacts: "ROW" } },
  Contact: { rows: contacts, fields: { email: "ROW" } },
  Partnership: { rows: partnerships },
  PartnershipParty: { rows: partnershipPartiesById },
  Institution: { rows: "OWNER" },
  Consortium: { rows: "OWNER" },
};
