import { defineKind } from "../../../shared/write/record-kind.ts";
import { partnerOrganizations } from "./partner-organization.list.ts";
import type { OrganizationFacts } from "./partner-organization.policy.ts";
import { byConsortiumAdmins, byStewardsAndOwnPeople } from "./partner-organization.policy.ts";
import type { PartnerOrganization } from "./partner-organization.ts";

/** How partner organizations are written. */
export const partnerOrganizationKind = defineKind<PartnerOrganization, OrganizationFacts>({
  type: "PartnerOrganization",
  name: "partner_organization",
  source: partnerOrganizations,
  facts: async (_reader, records) => records,
  policy: {
    changePartnerOrganization: byStewardsAndOwnPeople,
    mergePartnerOrganizations: byConsortiumAdmins,
    retirePartnerOrganization: byConsortiumAdmins,
  },
  context: ({ id, consortiumId }) => ({ consortiumId, organizationId: id }),
});
