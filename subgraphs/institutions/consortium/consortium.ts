import { Column, Entity, PrimaryColumn } from "typeorm";
import { Directive, Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { DateScalar } from "../../../shared/graphql/scalars.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";

export enum MembershipRole {
  LEAD = "LEAD",
  MEMBER = "MEMBER",
  OBSERVER = "OBSERVER",
}
registerEnumType(MembershipRole, {
  name: "MembershipRole",
  description: "What an institution is in a consortium.",
});

@Entity("consortium")
@Directive('@key(fields: "id")')
@ObjectType("Consortium", { description: "A network of institutions that share what they agreed to share." })
export class Consortium {
  @PrimaryColumn("varchar", { length: ID_LENGTH })
  @Field(() => ID)
  id!: string;

  @Column("varchar", { length: 200 })
  @Field(() => String, { description: "What it calls itself." })
  name!: string;

  @Column("varchar", { length: 200 })
  nameKey!: string;

  @Column("text", { nullable: true })
  @Field(() => String, { nullable: true, description: "What it is for." })
  description!: string | null;

  @Column("boolean")
  @Field(() => Boolean, { description: "True for the demo network: made up." })
  isInvented!: boolean;
}

@Entity("membership")
@ObjectType("Membership", { description: "An institution's belonging to a consortium." })
export class Membership {
  @PrimaryColumn("varchar", { length: ID_LENGTH })
  consortiumId!: string;

  @PrimaryColumn("varchar", { length: ID_LENGTH })
  institutionId!: string;

  @Column("varchar", { length: 12 })
  @Field(() => MembershipRole, { description: "What the institution is in the consortium." })
  role!: MembershipRole;

  @Column("date")
  @Field(() => DateScalar, { description: "Since when." })
  joinedOn!: string;

  @Column("date", { nullable: true })
  @Field(() => DateScalar, { nullable: true, description: "Until when; null while it is a member." })
  leftOn!: string | null;

  /** How much of its data the institution shares in the consortium; narrows what members see. */
  @Column("varchar", { length: 16 })
  dataSharingTier!: string;
}

export const ConsortiumConnection = connectionOf("Consortium", () => Consortium);
export const MembershipConnection = connectionOf("Membership", () => Membership);
