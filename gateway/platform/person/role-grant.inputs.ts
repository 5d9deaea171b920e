import { Field, ID, InputType } from "type-graphql";
import type { Role } from "../../../shared/auth/viewer.ts";
import { RoleEnum } from "./roles.ts";

@InputType({ description: "Who is to have which role in a consortium." })
export class AssignRoleInput {
  @Field(() => ID, { description: "The person, who has signed in before: the `id` of their `viewer`." })
  personId!: string;

  @Field(() => ID, { description: "The consortium." })
  consortiumId!: string;

  @Field(() => RoleEnum, { description: "The role; MEMBER comes with a membership and cannot be given." })
  role!: Role;

  @Field(() => ID, {
    nullable: true,
    description:
      "The organisation by which they have it, and with whose membership it ends; a steward keeps its data. Null: by none.",
  })
  organisationId?: string | null;
}

@InputType({ description: "Which role to take away." })
export class WithdrawRoleInput {
  @Field(() => ID, { description: "The grant, as `roleGrants` lists it." })
  id!: string;
}
