import { Field, ID, InputType } from "type-graphql";
import { changeInputOf, newInputOf } from "../../../shared/write/inputs.ts";
import { Interaction, InteractionAttendance } from "./interaction.ts";

const ATTENDEES = "How many people of which party attended; each party at most once.";
const DECISIONS = "What was decided, each in a sentence.";

@InputType({ description: "What it takes to log an interaction." })
export class LogInteractionInput extends newInputOf(Interaction, {
  required: ["kind", "title", "heldOn"],
  optional: ["place", "minutes"],
}) {
  @Field(() => ID, { description: "The partnership whose parties were in touch." })
  partnershipId!: string;

  @Field(() => [InteractionAttendance], { nullable: true, description: ATTENDEES })
  attendees?: InteractionAttendance[] | null;

  @Field(() => [String], { nullable: true, description: DECISIONS })
  decisions?: string[] | null;
}

@InputType({ description: "What to change of an interaction; what is left out stays." })
export class ChangeInteractionInput extends changeInputOf(Interaction, {
  optional: ["kind", "title", "heldOn", "place", "minutes"],
}) {
  @Field(() => [InteractionAttendance], { nullable: true, description: ATTENDEES })
  attendees?: InteractionAttendance[] | null;

  @Field(() => [String], { nullable: true, description: DECISIONS })
  decisions?: string[] | null;
}
