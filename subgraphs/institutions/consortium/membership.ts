import { Column, Entity, PrimaryColumn } from "typeorm";
import { Directive, Field, ID, ObjectType } from "type-graphql";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { DateScalar } from "../../../shared/graphql/scalars.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";
import type { DataSharingTier, MembershipStatus } from "./membership.enums.ts";
import { MembershipRole } from "./membership.enums.ts";

@Entity("membership")
@Directive('@key(fields: "id")')
@ObjectType("Membership", {
  description: "An institution's belonging to a consortium, from the invitation on.",
})
export class Membership {
  /** Its own: it stays when two records of an institution are merged. */
  @Column("varchar", { length: ID_LENGTH, unique: true })
  @Field(() => ID)
  id!: string;

  @PrimaryColumn("varchar", { length: ID_LENGTH })
  consortiumId!: string;

  @PrimaryColumn("varchar", { length: ID_LENGTH })
  institutionId!: string;

  @Column("varchar", { length: 12 })
  @Field(() => MembershipRole, { description: "What the institution is in the consortium." })
  role!: MembershipRole;

  /** Shown by a resolver: a former member's new invitation is nobody else's business. */
  @Column("varchar", { length: 12 })
  status!: MembershipStatus;

  /** Shown by a resolver, like `status`. */
  @Column("date", { nullable: true })
  invitedOn!: string | null;

  @Column("date", { nullable: true })
  @Field(() => DateScalar, {
    nullable: true,
    description: "Since when; null while it has not joined.",
  })
  joinedOn!: string | null;

  @Column("date", { nullable: true })
  @Field(() => DateScalar, {
    nullable: true,
    description: "Until when; null while it is a member, and where it never was one.",
  })
  leftOn!: string | null;

  /** Shown by a resolver, to fellow members. */
  @Column("varchar", { length: 16 })
  dataSharingTier!: DataSharingTier;
}

/** What the rules on a membership read of it. */
export type MembershipKey = Pick<Membership, "consortiumId" | "institutionId">;

export const MembershipConnection = connectionOf("Membership", () => Membership);
