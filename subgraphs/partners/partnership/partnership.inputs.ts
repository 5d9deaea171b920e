import { Field, ID, InputType } from "type-graphql";
import { ChangedRecordInput, changeInputOf, newInputOf } from "../../../shared/write/inputs.ts";
import { DateScalar } from "../../../shared/graphql/scalars.ts";
import { PartnershipDetails } from "./partnership-details.ts";
import { PartnershipStage, PartyRole } from "./partnership.enums.ts";
import { Partnership } from "./partnership.ts";

const DETAILS = "What belongs to its kind; parts of other kinds are refused.";

@InputType({ description: "A party of a partnership." })
export class PartyInput {
  @Field(() => ID, { description: "The institution or partner organization." })
  partyId!: string;

  @Field(() => PartyRole, { description: "What it does in the partnership." })
  role!: PartyRole;

  @Field(() => Boolean, {
    defaultValue: true,
    description: "Whether it signs the partnership's agreements.",
  })
  isSignatory!: boolean;
}

@InputType({ description: "What it takes to propose a partnership." })
export class ProposePartnershipInput extends newInputOf(Partnership, {
  required: ["name", "type", "modality", "scope"],
  optional: ["subtype", "summary", "sdgTargets", "startsOn", "endsOn", "visibility"],
}) {
  @Field(() => ID, { description: "The consortium it belongs to." })
  consortiumId!: string;

  @Field(() => [PartyInput], { description: "Its two or more parties, one of them the LEAD." })
  parties!: PartyInput[];

  @Field(() => PartnershipDetails, { nullable: true, description: DETAILS })
  details?: PartnershipDetails | null;
}

@InputType({ description: "What to change of a partnership; what is left out stays." })
export class ChangePartnershipInput extends changeInputOf(Partnership, {
  optional: [
    "name",
    "type",
    "subtype",
    "modality",
    "scope",
    "summary",
    "sdgTargets",
    "startsOn",
    "endsOn",
    "visibility",
  ],
}) {
  @Field(() => PartnershipDetails, { nullable: true, description: DETAILS })
  details?: PartnershipDetails | null;
}

@InputType({ description: "To which stage a partnership goes on." })
export class AdvancePartnershipInput extends ChangedRecordInput {
  @Field(() => PartnershipStage, { description: "One of the partnership's `nextStages`." })
  stage!: PartnershipStage;
}

@InputType({ description: "A partnership that is suspended, declined or ended; the reason is required." })
export class StopPartnershipInput extends ChangedRecordInput {}

@InputType({ description: "Until when a partnership is renewed." })
export class RenewPartnershipInput extends ChangedRecordInput {
  @Field(() => DateScalar, { description: "Its new last day, after the present one." })
  endsOn!: string;
}

@InputType({ description: "A party that joins a partnership." })
export class JoinPartnershipInput extends ChangedRecordInput {
  @Field(() => PartyInput, { description: "The party." })
  party!: PartyInput;
}

@InputType({ description: "A party that leaves a partnership." })
export class LeavePartnershipInput extends ChangedRecordInput {
  @Field(() => ID, { description: "The institution or partner organization." })
  partyId!: string;
}

@InputType({ description: "What a party does in a partnership from now on." })
export class ChangePartyRoleInput extends ChangedRecordInput {
  @Field(() => PartyInput, { description: "The party as it is to be." })
  party!: PartyInput;
}
