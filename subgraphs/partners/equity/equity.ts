import { Field, Float, ObjectType } from "type-graphql";
import { DateScalar } from "../../../shared/graphql/scalars.ts";

@ObjectType("PartyEquity", {
  description: "One party's part in what the parties of a partnership give and get.",
})
export class PartyEquity {
  /** Shown as `party`. */
  partyId!: string;

  @Field(() => Float, {
    description:
      "What it has delivered: a whole number of minor units of the consortium's reporting currency.",
  })
  deliveredMinor!: number;

  @Field(() => Float, { description: "The benefits that it has had, likewise." })
  benefitMinor!: number;

  @Field(() => Float, {
    nullable: true,
    description: "Its part, 0 to 1, of all that was delivered; null while nothing was.",
  })
  share!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: "Its part, 0 to 1, of all benefits; null while there are none.",
  })
  benefitShare!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      "Benefit share by share: above 1 where it gets more than it gives; null where it has delivered nothing or there are no benefits.",
  })
  balance!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      "The delivered part of what it has committed in contributions that have begun; above 1 where it has delivered more, null where it has committed nothing. Both amounts of a contribution are converted by the rate in force on its first day, so that a change of rates is not taken for a delivery.",
  })
  fulfilment!: number | null;
}

@ObjectType("PartnershipEquity", {
  description:
    "How evenly the parties of a partnership give and get, in the consortium's reporting currency: each delivery and each benefit by the rate in force on its day.",
})
export class PartnershipEquity {
  @Field(() => String, { description: "The consortium's reporting currency, of ISO 4217." })
  currency!: string;

  @Field(() => DateScalar, { description: "The last day that is looked at." })
  asOf!: string;

  @Field(() => [PartyEquity], {
    description:
      "The present parties, the lead first, and then those that have contributed or benefited before.",
  })
  perParty!: PartyEquity[];

  @Field(() => Float, {
    nullable: true,
    description:
      "The Gini coefficient of what these parties have delivered: 0 where all gave the same, near 1 where one gave all; null while nothing was delivered. It is of the plain amounts, because no capacity of the parties is known.",
  })
  gini!: number | null;

  @Field(() => [String], {
    description:
      "What could not be taken into account, and why, each in one sentence; the latest amounts last.",
  })
  leftOut!: string[];
}
