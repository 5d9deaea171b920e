import { Field, ID, InputType, Int } from "type-graphql";
import type { Role } from "../../../shared/auth/viewer.ts";
import { RoleEnum } from "../person/roles.ts";
import type { Scope } from "./scopes.ts";
import { ScopeEnum } from "./scopes.ts";

const LIFETIME = "Days after which it ceases to be accepted; 1 to 366.";
const DEFAULT_LIFETIME = 90;

@InputType({ description: "A role that a key is to use in a consortium." })
export class ApiKeyRoleInput {
  @Field(() => ID, { description: "The consortium." })
  consortiumId!: string;

  @Field(() => RoleEnum, { description: "The role." })
  role!: Role;
}

@InputType({ description: "What a new key is for and what it may." })
export class CreateApiKeyInput {
  @Field(() => String, { description: "What it is for, or which service has it; 1 to 200 characters." })
  name!: string;

  @Field(() => Boolean, {
    nullable: true,
    description:
      "True: the key of a service, for admins of each consortium it acts in. Otherwise a key of your own.",
  })
  isService?: boolean | null;

  @Field(() => ID, {
    nullable: true,
    description:
      "The organisation of yours that it acts for; without one it has only roles that come with no organisation.",
  })
  organisationId?: string | null;

  @Field(() => [ApiKeyRoleInput], {
    defaultValue: [],
    description:
      "The roles it may use; of a key of your own, such as you hold. Without any it sees what is public.",
  })
  roles!: ApiKeyRoleInput[];

  @Field(() => [ScopeEnum], { defaultValue: ["READ"], description: "What it may be used for." })
  scopes!: Scope[];

  @Field(() => Int, { defaultValue: DEFAULT_LIFETIME, description: LIFETIME })
  expiresInDays!: number;
}

@InputType({ description: "Which key gets a new secret." })
export class RotateApiKeyInput {
  @Field(() => ID, { description: "The key." })
  id!: string;

  @Field(() => Int, {
    defaultValue: 24,
    description: "Hours that its present secret goes on being accepted; 0 to 168.",
  })
  overlapHours!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      "Days from now after which it ceases to be accepted; 1 to 366. It keeps its present expiry unless this is said.",
  })
  expiresInDays?: number | null;
}

@InputType({ description: "Which key to end." })
export class RevokeApiKeyInput {
  @Field(() => ID, { description: "The key." })
  id!: string;
}
