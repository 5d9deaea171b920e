import { Field, ID, InputType } from "type-graphql";
import { ChangedRecordInput, changeInputOf, newInputOf } from "../../../shared/write/inputs.ts";
import { PartnershipIssue } from "./issue.ts";

@InputType({ description: "What it takes to raise an issue." })
export class RaisePartnershipIssueInput extends newInputOf(PartnershipIssue, {
  required: ["category", "severity", "title"],
  optional: ["description", "ownerId"],
}) {
  @Field(() => ID, { description: "The partnership that has it." })
  partnershipId!: string;
}

@InputType({
  description: "What is done about an issue, and what has been found out; what is left out stays.",
})
export class MitigatePartnershipIssueInput extends changeInputOf(PartnershipIssue, {
  optional: ["mitigation", "severity", "ownerId"],
}) {}

@InputType({ description: "An issue that is resolved." })
export class ResolvePartnershipIssueInput extends ChangedRecordInput {}
