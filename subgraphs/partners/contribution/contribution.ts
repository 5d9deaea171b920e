import { Column, Entity } from "typeorm";
import { Directive, Field, Float, ObjectType } from "type-graphql";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { DateScalar } from "../../../shared/graphql/scalars.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";
import { PartnershipRecord } from "../partnership/partnership-record.ts";
import { ContributionCategory, ValuationMethod } from "./contribution.enums.ts";

@ObjectType("Delivery", { description: "One delivery of a contribution." })
export class Delivery {
  @Field(() => DateScalar, { description: "The day on which it was delivered." })
  deliveredOn!: string;

  @Field(() => Float, {
    description: "Its value: a whole number of minor units of the contribution's currency.",
  })
  amountMinor!: number;

  @Field(() => Float, {
    nullable: true,
    description: "Its quantity in the contribution's unit; null when not said.",
  })
  quantity!: number | null;
}

@Entity("contribution")
@Directive('@key(fields: "id")')
@ObjectType("Contribution", {
  description:
    "What a party of a partnership has committed to give to it, and what of it has been delivered. Whoever sees the partnership sees its party, category and period; the rest is for people of the parties and admins of the consortium, and null for others.",
})
export class Contribution extends PartnershipRecord {
  /** The contributing party; shown as `party`. */
  @Column("varchar", { length: ID_LENGTH })
  partyId!: string;

  @Column("varchar", { length: 24 })
  @Field(() => ContributionCategory, { description: "What is given." })
  category!: ContributionCategory;

  @Column("date")
  @Field(() => DateScalar, { description: "First day of the period in which it is to be delivered." })
  startsOn!: string;

  @Column("date")
  @Field(() => DateScalar, {
    description: "Last day of that period; it is late when not all is delivered by then.",
  })
  endsOn!: string;

  @Column("varchar", { length: 24 })
  @Field(() => ValuationMethod, {
    nullable: true,
    description: "How its amounts were arrived at; null when you may not see them.",
  })
  valuationMethod!: ValuationMethod;

  @Column("varchar", { length: 3 })
  @Field(() => String, {
    nullable: true,
    description: "The ISO 4217 currency of its amounts; null when you may not see them.",
  })
  currency!: string;

  @Column("double")
  @Field(() => Float, {
    nullable: true,
    description:
      "The value committed: a whole number of minor units of the currency; null when you may not see it.",
  })
  committedMinor!: number;

  /** The sum of the deliveries' amounts, kept beside them for filters. */
  @Column("double")
  @Field(() => Float, {
    nullable: true,
    description:
      "The value delivered so far, the sum of the deliveries: a whole number of minor units of the currency; null when you may not see it.",
  })
  deliveredMinor!: number;

  @Column("varchar", { length: 40, nullable: true })
  @Field(() => String, {
    nullable: true,
    description: "The unit of its quantities, such as hours; null when not said or when you may not see it.",
  })
  unit!: string | null;

  @Column("double", { nullable: true })
  @Field(() => Float, {
    nullable: true,
    description: "The quantity committed, in the unit; null when not said or when you may not see it.",
  })
  committedQuantity!: number | null;

  @Column("text", { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: "More about it; null when not said or when you may not see it.",
  })
  description!: string | null;

  @Column("simple-json")
  @Field(() => [Delivery], {
    nullable: true,
    description: "Its deliveries, the earliest first; null when you may not see them.",
  })
  deliveries!: readonly Delivery[];
}

export const ContributionConnection = connectionOf("Contribution", () => Contribution);
