import { Field, ID, InputType } from "type-graphql";
import { DataSharingTier, MembershipRole } from "./membership.enums.ts";

@InputType({ description: "What it takes to create a consortium." })
export class CreateConsortiumInput {
  @Field(() => String, {
    description: "What it calls itself; 1 to 200 characters, and no other consortium's name.",
  })
  name!: string;

  @Field(() => String, { nullable: true, description: "What it is for; at most 5,000 characters." })
  description?: string | null;
}

@InputType({ description: "Whom to invite into which consortium." })
export class InviteInstitutionInput {
  @Field(() => ID, { description: "The consortium." })
  consortiumId!: string;

  @Field(() => ID, { description: "The institution." })
  institutionId!: string;

  @Field(() => MembershipRole, {
    defaultValue: MembershipRole.MEMBER,
    description: "What the institution is to be there.",
  })
  role!: MembershipRole;
}

@InputType({ description: "Which invitation is accepted, and what the new member shares." })
export class AdmitInstitutionInput {
  @Field(() => ID, { description: "The consortium that has invited it." })
  consortiumId!: string;

  @Field(() => ID, { description: "The institution that has been invited." })
  institutionId!: string;

  @Field(() => DataSharingTier, {
    defaultValue: DataSharingTier.PROFILE,
    description: "What it shares with the other members; more than `PROFILE` is for its stewards to say.",
  })
  dataSharingTier!: DataSharingTier;
}

@InputType({ description: "What to change of a membership; what is left out stays." })
export class ChangeMembershipInput {
  @Field(() => ID, { description: "The consortium." })
  consortiumId!: string;

  @Field(() => ID, { description: "The institution." })
  institutionId!: string;

  @Field(() => MembershipRole, {
    nullable: true,
    description: "What the institution is from now on; for the consortium's admins to say.",
  })
  role?: MembershipRole | null;

  @Field(() => DataSharingTier, {
    nullable: true,
    description: "What it shares from now on; for the institution's stewards to say.",
  })
  dataSharingTier?: DataSharingTier | null;
}

@InputType({ description: "Which membership or invitation to end." })
export class EndMembershipInput {
  @Field(() => ID, { description: "The consortium." })
  consortiumId!: string;

  @Field(() => ID, { description: "The institution." })
  institutionId!: string;
}
