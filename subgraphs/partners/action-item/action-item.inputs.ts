import { Field, ID, InputType } from "type-graphql";
import { ChangedRecordInput, changeInputOf, newInputOf } from "../../../shared/write/inputs.ts";
import { ActionItem } from "./action-item.ts";

@InputType({ description: "What it takes to assign an action item." })
export class AssignActionItemInput extends newInputOf(ActionItem, {
  required: ["description", "ownerId", "dueOn"],
}) {
  @Field(() => ID, { description: "The partnership whose work it is." })
  partnershipId!: string;

  @Field(() => ID, {
    nullable: true,
    description: "The partnership's interaction that decided on it; null where none did.",
  })
  interactionId?: string | null;
}

@InputType({ description: "What to change of an action item; what is left out stays." })
export class ChangeActionItemInput extends changeInputOf(ActionItem, {
  optional: ["description", "ownerId", "dueOn"],
}) {}

@InputType({ description: "An action item that is done." })
export class CompleteActionItemInput extends ChangedRecordInput {}

@InputType({ description: "An action item that will not be done." })
export class CancelActionItemInput extends ChangedRecordInput {}

@InputType({ description: "An action item that is to be done after all." })
export class ReopenActionItemInput extends ChangedRecordInput {}
