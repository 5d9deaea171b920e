import { mutation } from "../../../shared/write/fields.ts";
import { defineNoun } from "../../../shared/write/noun.ts";
import * as inputs from "./partnership.inputs.ts";
import { partnershipKind } from "./partnership.kind.ts";
import * as service from "./partnership.service.ts";
import * as parties from "./party.service.ts";
import { Partnership } from "./partnership.ts";

const WHO = "For stewards of its parties and admins of its consortium.";

/** Partnerships and their parties; they are read by resolvers of their own. */
export const partnershipNoun = defineNoun({
  kind: partnershipKind,
  entity: Partnership,
  mutations: {
    proposePartnership: mutation(
      service.proposePartnership,
      inputs.ProposePartnershipInput,
      `Proposes a partnership, which begins as a PROSPECT. ${WHO}`,
    ),
    changePartnership: mutation(
      service.changePartnership,
      inputs.ChangePartnershipInput,
      `Changes what a partnership says of itself. A narrower visibility has taken effect before this answers. ${WHO}`,
    ),
    advancePartnership: mutation(
      service.advancePartnership,
      inputs.AdvancePartnershipInput,
      `Takes a partnership to one of its \`nextStages\`; from SIGNED on it has at least two signatory parties. ${WHO}`,
    ),
    suspendPartnership: mutation(
      service.suspendPartnership,
      inputs.StopPartnershipInput,
      `Suspends a partnership for a reason. ${WHO}`,
    ),
    declinePartnership: mutation(
      service.declinePartnership,
      inputs.StopPartnershipInput,
      `Declines a partnership that is not signed, for a reason. ${WHO}`,
    ),
    endPartnership: mutation(
      service.endPartnership,
      inputs.StopPartnershipInput,
      `Ends a partnership for a reason. ${WHO}`,
    ),
    renewPartnership: mutation(
      service.renewPartnership,
      inputs.RenewPartnershipInput,
      `Renews a partnership that is under review or renewing: it is ACTIVE until its new last day. ${WHO}`,
    ),
    joinPartnership: mutation(parties.joinPartnership, inputs.JoinPartnershipInput, `Adds a party. ${WHO}`),
    leavePartnership: mutation(
      parties.leavePartnership,
      inputs.LeavePartnershipInput,
      `Ends a party's part. It sees no more than others from then on. ${WHO}`,
    ),
    changePartyRole: mutation(
      parties.changePartyRole,
      inputs.ChangePartyRoleInput,
      `Gives a party another role, or makes it a signatory or none. ${WHO}`,
    ),
  },
  fields: { equity: "GUARDED" },
  types: {
    PartnershipDetails: { rows: "PART" },
    PublicPrivateDetails: { rows: "PART" },
    AcademicDetails: { rows: "PART" },
    CourseEquivalence: { rows: "PART" },
  },
});
