import { Field, ID, InputType } from "type-graphql";
import { ChangedRecordInput, changeInputOf, newInputOf } from "../../../shared/write/inputs.ts";
import { PartnershipVisibility } from "../partnership/partnership.enums.ts";
import { PartnerOrganization } from "./partner-organization.ts";

const OPTIONAL = [
  "naics",
  "sizeBand",
  "mission",
  "country",
  "subdivision",
  "city",
  "latitude",
  "longitude",
  "website",
] as const;

@InputType({ description: "Somebody to talk to at a partner organization." })
export class ContactInput {
  @Field(() => String, { description: "The person's name." })
  name!: string;

  @Field(() => String, { nullable: true, description: "What they do there." })
  role?: string | null;

  @Field(() => String, { nullable: true, description: "Their e-mail address." })
  email?: string | null;
}

const CONTACTS =
  "Whom to talk to there, the first to ask first; at most 20, and in the place of those there are.";

@InputType({ description: "What it takes to register a partner organization." })
export class RegisterPartnerOrganizationInput extends newInputOf(PartnerOrganization, {
  required: ["name", "orgType", "agentSector"],
  optional: OPTIONAL,
}) {
  @Field(() => ID, { description: "The consortium that it is registered for." })
  consortiumId!: string;

  @Field(() => PartnershipVisibility, {
    defaultValue: PartnershipVisibility.CONSORTIUM,
    description: "Who may see it.",
  })
  visibility!: PartnershipVisibility;

  @Field(() => [ContactInput], { nullable: true, description: CONTACTS })
  contacts?: ContactInput[] | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      "Whether it is none of those that `similarPartnerOrganizations` finds; without that, a near-duplicate is a CONFLICT.",
  })
  isDistinct!: boolean;
}

@InputType({ description: "What to change of a partner organization; what is left out stays." })
export class ChangePartnerOrganizationInput extends changeInputOf(PartnerOrganization, {
  optional: ["name", "orgType", "agentSector", ...OPTIONAL],
}) {
  @Field(() => PartnershipVisibility, { nullable: true, description: "Who may see it." })
  visibility?: PartnershipVisibility | null;

  @Field(() => [ContactInput], { nullable: true, description: CONTACTS })
  contacts?: ContactInput[] | null;
}

@InputType({ description: "A partner organization that another one is merged into." })
export class MergePartnerOrganizationsInput extends ChangedRecordInput {
  @Field(() => ID, {
    description:
      "The duplicate. Its partnerships, programs and all that hangs on it move to the record to change, and its id goes on to lead there.",
  })
  duplicateId!: string;
}

@InputType({ description: "A partner organization that takes no part any more." })
export class RetirePartnerOrganizationInput extends ChangedRecordInput {}
