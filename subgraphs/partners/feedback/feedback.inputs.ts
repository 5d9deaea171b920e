import { Field, ID, InputType } from "type-graphql";
import { newInputOf } from "../../../shared/write/inputs.ts";
import { Feedback } from "./feedback.ts";

@InputType({
  description: "What it takes to give feedback; it takes the place of what the person gave before.",
})
export class GiveFeedbackInput extends newInputOf(Feedback, {
  required: ["partyId", "communication", "responsiveness", "value"],
  optional: ["comment"],
}) {
  @Field(() => ID, { description: "The partnership that it is about." })
  partnershipId!: string;
}
