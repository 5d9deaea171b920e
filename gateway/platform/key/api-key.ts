import { Column, Entity, PrimaryColumn } from "typeorm";
import { Field, ObjectType } from "type-graphql";
import type { Role } from "../../../shared/auth/viewer.ts";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { DateTimeScalar } from "../../../shared/graphql/scalars.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";
import { Node } from "../node/node.ts";
import { RoleEnum } from "../person/roles.ts";
import type { Scope } from "./scopes.ts";
import { ScopeEnum } from "./scopes.ts";

/** Longest name of a key. */
export const KEY_NAME_LENGTH = 200;

@Entity("api_key")
@ObjectType("ApiKey", {
  implements: Node,
  description:
    "A key by which a program signs in, for a person or as a service. It keeps its id when it is rotated; its secret is shown once and never again.",
})
export class ApiKey extends Node {
  @PrimaryColumn("varchar", { length: ID_LENGTH })
  override id!: string;

  @Column("varchar", { length: KEY_NAME_LENGTH })
  @Field(() => String, { description: "What it is for, or which service has it." })
  name!: string;

  /** Whose it is, null for a service's; shown as `owner`. */
  @Column("varchar", { length: ID_LENGTH, nullable: true })
  ownerId!: string | null;

  @Column("varchar", { length: ID_LENGTH, nullable: true })
  organisationId!: string | null;

  @Column("varchar", { length: 16 })
  @Field(() => String, { description: "How its present secret begins, to know it again." })
  prefix!: string;

  @Column("simple-json")
  @Field(() => [ScopeEnum], { description: "What it may be used for." })
  scopes!: Scope[];

  @Column("datetime", { precision: 6 })
  @Field(() => DateTimeScalar, { description: "When it was issued." })
  issuedAt!: string;

  @Column("datetime", { precision: 6 })
  @Field(() => DateTimeScalar, { description: "When it ceases to be accepted." })
  expiresAt!: string;

  @Column("datetime", { precision: 6, nullable: true })
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it last got a new secret; null while it has its first.",
  })
  rotatedAt!: string | null;

  @Column("datetime", { precision: 6, nullable: true })
  @Field(() => DateTimeScalar, { nullable: true, description: "When it was revoked; null when it was not." })
  revokedAt!: string | null;

  @Column("datetime", { precision: 6, nullable: true })
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it was last used, to within a minute; null when never.",
  })
  lastUsedAt!: string | null;
}

@Entity("api_key_role")
@ObjectType("ApiKeyRole", { description: "A role that a key may use in a consortium." })
export class ApiKeyRole {
  @PrimaryColumn("varchar", { length: ID_LENGTH })
  keyId!: string;

  @PrimaryColumn("varchar", { length: ID_LENGTH })
  consortiumId!: string;

  @PrimaryColumn("varchar", { length: 20 })
  @Field(() => RoleEnum, { description: "The role." })
  role!: Role;
}

@ObjectType("IssuedApiKey", { description: "A key with its new secret, which is shown this once." })
export class IssuedApiKey {
  /** The key's id; shown as `apiKey`. */
  id!: string;

  @Field(() => String, { description: "The secret; nobody can find it out later, so keep it now." })
  secret!: string;
}

export const ApiKeyConnection = connectionOf("ApiKey", () => ApiKey);
