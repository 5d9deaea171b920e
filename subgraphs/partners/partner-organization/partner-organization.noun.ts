import { mutation } from "../../../shared/write/fields.ts";
import { defineNoun } from "../../../shared/write/noun.ts";
import * as inputs from "./partner-organization.inputs.ts";
import { partnerOrganizationKind } from "./partner-organization.kind.ts";
import * as service from "./partner-organization.service.ts";
import { PartnerOrganization } from "./partner-organization.ts";

/** Partner organizations and their contacts; they are read by resolvers of their own. */
export const partnerOrganizationNoun = defineNoun({
  kind: partnerOrganizationKind,
  entity: PartnerOrganization,
  mutations: {
    registerPartnerOrganization: mutation(
      service.registerPartnerOrganization,
      inputs.RegisterPartnerOrganizationInput,
      "Registers a partner organization; a CONFLICT when one that is very like it is registered, unless it is said to be distinct. For stewards and admins of the consortium.",
    ),
    changePartnerOrganization: mutation(
      service.changePartnerOrganization,
      inputs.ChangePartnerOrganizationInput,
      "Changes what is known of a partner organization, and its contacts. For stewards and admins of its consortium, and its own people.",
    ),
    mergePartnerOrganizations: mutation(
      service.mergePartnerOrganizations,
      inputs.MergePartnerOrganizationsInput,
      "Merges a duplicate into a partner organization: what hangs on it moves, and its id leads on. For admins of its consortium.",
    ),
    retirePartnerOrganization: mutation(
      service.retirePartnerOrganization,
      inputs.RetirePartnerOrganizationInput,
      "Retires a partner organization: it becomes a party of no further partnership. For admins of its consortium.",
    ),
  },
  fields: { contacts: "ROW" },
  types: { PartnerOrganizationCandidate: { rows: "PART" } },
});
