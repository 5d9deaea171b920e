import { Field, Float, ID, InputType } from "type-graphql";
import { DateScalar } from "../../../shared/graphql/scalars.ts";
import { ChangedRecordInput, changeInputOf, newInputOf } from "../../../shared/write/inputs.ts";
import { Contribution } from "./contribution.ts";

@InputType({ description: "What it takes to commit a contribution." })
export class CommitContributionInput extends newInputOf(Contribution, {
  required: ["category", "startsOn", "endsOn", "valuationMethod", "currency", "committedMinor"],
  optional: ["unit", "committedQuantity", "description"],
}) {
  @Field(() => ID, { description: "The partnership that it is for." })
  partnershipId!: string;

  @Field(() => ID, { description: "The contributing party: one that you act for, or any for admins." })
  partyId!: string;
}

@InputType({ description: "One delivery of a contribution." })
export class DeliveryInput {
  @Field(() => DateScalar, { description: "The day on which it was delivered; not after today." })
  deliveredOn!: string;

  @Field(() => Float, {
    description: "Its value: a whole number of minor units of the contribution's currency.",
  })
  amountMinor!: number;

  @Field(() => Float, { nullable: true, description: "Its quantity in the contribution's unit." })
  quantity?: number | null;
}

@InputType({ description: "A delivery that is added to those of a contribution." })
export class DeliverContributionInput extends ChangedRecordInput {
  @Field(() => DeliveryInput, { description: "The delivery." })
  delivery!: DeliveryInput;
}

@InputType({
  description:
    "What was wrong about a contribution; what is left out stays. The history keeps what was said before.",
})
export class CorrectContributionInput extends changeInputOf(Contribution, {
  optional: [
    "category",
    "startsOn",
    "endsOn",
    "valuationMethod",
    "currency",
    "committedMinor",
    "unit",
    "committedQuantity",
    "description",
  ],
}) {
  @Field(() => [DeliveryInput], {
    nullable: true,
    description: "All its deliveries, in place of those that were told before; at most 100.",
  })
  deliveries?: DeliveryInput[] | null;
}
