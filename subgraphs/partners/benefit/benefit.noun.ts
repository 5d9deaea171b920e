import { mutation } from "../../../shared/write/fields.ts";
import { defineNoun } from "../../../shared/write/noun.ts";
import { partyOf } from "../contribution/party-record.ts";
import { onPartnership, partnershipOf } from "../partnership/partnership.fields.ts";
import * as inputs from "./benefit.inputs.ts";
import { benefitKind, benefits } from "./benefit.kind.ts";
import * as service from "./benefit.service.ts";
import { Benefit, BenefitConnection } from "./benefit.ts";

const WHO = "For stewards of the party that has it and admins of the consortium.";

/** Benefits of the parties of partnerships. */
export const benefitNoun = defineNoun({
  kind: benefitKind,
  entity: Benefit,
  read: {
    connection: () => BenefitConnection,
    list: benefits,
    one: "benefit",
    many: "benefits",
    plural: "benefits of partnerships",
    on: [onPartnership("benefits", "bf", "The benefits that its parties have had from it.")],
  },
  resolvers: [
    partnershipOf(() => Benefit),
    partyOf(() => Benefit, "The party that has it; null when it isn't yours to see."),
  ],
  fields: {
    valuationMethod: "GUARDED",
    currency: "GUARDED",
    amountMinor: "GUARDED",
    description: "GUARDED",
  },
  mutations: {
    recordBenefit: mutation(
      service.recordBenefit,
      inputs.RecordBenefitInput,
      `Records a benefit that a party has had from a partnership. ${WHO}`,
    ),
    correctBenefit: mutation(
      service.correctBenefit,
      inputs.CorrectBenefitInput,
      `Corrects what was said of a benefit; the history keeps what was. ${WHO}`,
    ),
  },
});
