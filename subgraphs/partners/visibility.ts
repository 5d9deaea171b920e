import type { VisibilityTable } from "../../shared/graphql/visibility.ts";
import { history } from "./kinds.ts";
import { contacts, partnerOrganizations } from "./partner-organization/partner-organization.list.ts";
import { partnershipParties, partnerships } from "./partnership/partnership.list.ts";

/** Partnerships by their visibility, organisations by theirs, and contacts for those who work with them. */
export const visibility: VisibilityTable = {
  PartnerOrganization: { rows: partnerOrganizations, fields: { contacts: "ROW" } },
  Contact: { rows: contacts, fields: { email: "ROW" } },
  Partnership: { rows: partnerships },
  PartnershipParty: { rows: partnershipParties },
  PartnershipDetails: { rows: "PART" },
  PublicPrivateDetails: { rows: "PART" },
  AcademicDetails: { rows: "PART" },
  CourseEquivalence: { rows: "PART" },
  PartnerOrganizationCandidate: { rows: "PART" },
  HistoryEntry: { rows: history, fields: { actorId: "GUARDED", changes: "GUARDED" } },
  FieldChange: { rows: "PART" },
  Institution: { rows: "OWNER" },
  Consortium: { rows: "OWNER" },
};
