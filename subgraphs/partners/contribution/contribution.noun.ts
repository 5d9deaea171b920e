import { Float, FieldResolver, Resolver, Root } from "type-graphql";
import { Needs } from "../../../shared/graphql/needs.ts";
import { mutation } from "../../../shared/write/fields.ts";
import { defineNoun } from "../../../shared/write/noun.ts";
import { onPartnership, partnershipOf } from "../partnership/partnership.fields.ts";
import * as inputs from "./contribution.inputs.ts";
import { contributionKind, contributions } from "./contribution.kind.ts";
import * as service from "./contribution.service.ts";
import { Contribution, ContributionConnection } from "./contribution.ts";
import { partyOf } from "./party-record.ts";

@Resolver(() => Contribution)
class FulfilmentResolver {
  @Needs("committedMinor", "deliveredMinor")
  @FieldResolver(() => Float, {
    nullable: true,
    description:
      "The delivered part of what was committed; above 1 where more was delivered, null where nothing was committed or when you may not see the amounts.",
  })
  fulfilment(@Root() { committedMinor, deliveredMinor }: Contribution): number | null {
    return committedMinor ? deliveredMinor / committedMinor : null;
  }
}

const WHO = "For stewards of the contributing party and admins of the consortium.";

/** Contributions of the parties of partnerships. */
export const contributionNoun = defineNoun({
  kind: contributionKind,
  entity: Contribution,
  read: {
    connection: () => ContributionConnection,
    list: contributions,
    one: "contribution",
    many: "contributions",
    plural: "contributions to partnerships",
    on: [onPartnership("contributions", "ct", "The contributions that its parties have committed to it.")],
  },
  resolvers: [
    partnershipOf(() => Contribution),
    partyOf(() => Contribution, "The contributing party; null when it isn't yours to see."),
    FulfilmentResolver,
  ],
  fields: {
    valuationMethod: "GUARDED",
    currency: "GUARDED",
    committedMinor: "GUARDED",
    deliveredMinor: "GUARDED",
    unit: "GUARDED",
    committedQuantity: "GUARDED",
    description: "GUARDED",
    deliveries: "GUARDED",
    fulfilment: "GUARDED",
  },
  types: { Delivery: { rows: "PART", fields: { amountMinor: "ROW" } } },
  mutations: {
    commitContribution: mutation(
      service.commitContribution,
      inputs.CommitContributionInput,
      `Commits a contribution of a party to a partnership. ${WHO}`,
    ),
    deliverContribution: mutation(
      service.deliverContribution,
      inputs.DeliverContributionInput,
      `Adds a delivery to those of a contribution. ${WHO}`,
    ),
    correctContribution: mutation(
      service.correctContribution,
      inputs.CorrectContributionInput,
      `Corrects what was said of a contribution or of its deliveries; the history keeps what was. ${WHO}`,
    ),
  },
});
