import { Column, Entity, PrimaryColumn } from "typeorm";
import { Field, ObjectType } from "type-graphql";
import type { Role } from "../../../shared/auth/viewer.ts";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { DateTimeScalar } from "../../../shared/graphql/scalars.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";
import { Node } from "../node/node.ts";
import { RoleEnum } from "./roles.ts";

@Entity("role_grant")
@ObjectType("RoleGrant", {
  implements: Node,
  description:
    "A role that somebody was given in a consortium. One that came with an institution counts while that institution is an active member.",
})
export class RoleGrant extends Node {
  @PrimaryColumn("varchar", { length: ID_LENGTH })
  override id!: string;

  /** Who has it; shown as `person`. */
  @Column("varchar", { length: ID_LENGTH })
  personId!: string;

  @Column("varchar", { length: ID_LENGTH })
  consortiumId!: string;

  @Column("varchar", { length: ID_LENGTH, nullable: true })
  organisationId!: string | null;

  @Column("varchar", { length: 20 })
  @Field(() => RoleEnum, { description: "The role." })
  role!: Role;

  /** Who gave it; shown as `grantedBy`. */
  @Column("varchar", { length: ID_LENGTH, nullable: true })
  grantedById!: string | null;

  @Column("datetime", { precision: 6 })
  @Field(() => DateTimeScalar, { description: "Since when they have it." })
  grantedAt!: string;
}

export const RoleGrantConnection = connectionOf("RoleGrant", () => RoleGrant);
