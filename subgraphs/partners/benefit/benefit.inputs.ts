import { Field, ID, InputType } from "type-graphql";
import { changeInputOf, newInputOf } from "../../../shared/write/inputs.ts";
import { Benefit } from "./benefit.ts";

@InputType({ description: "What it takes to record a benefit." })
export class RecordBenefitInput extends newInputOf(Benefit, {
  required: ["category", "receivedOn", "valuationMethod", "currency", "amountMinor"],
  optional: ["description"],
}) {
  @Field(() => ID, { description: "The partnership that it comes from." })
  partnershipId!: string;

  @Field(() => ID, { description: "The party that has it: one that you act for, or any for admins." })
  partyId!: string;
}

@InputType({
  description:
    "What was wrong about a benefit; what is left out stays. The history keeps what was said before.",
})
export class CorrectBenefitInput extends changeInputOf(Benefit, {
  optional: ["category", "receivedOn", "valuationMethod", "currency", "amountMinor", "description"],
}) {}
