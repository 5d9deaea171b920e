import { Column, Entity } from "typeorm";
import { Directive, Field, Float, ObjectType } from "type-graphql";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { DateScalar } from "../../../shared/graphql/scalars.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";
import { ContributionCategory, ValuationMethod } from "../contribution/contribution.enums.ts";
import { PartnershipRecord } from "../partnership/partnership-record.ts";

@Entity("benefit")
@Directive('@key(fields: "id")')
@ObjectType("Benefit", {
  description:
    "What a party of a partnership has got from it. Whoever sees the partnership sees its party, category and day; the rest is for people of the parties and admins of the consortium, and null for others.",
})
export class Benefit extends PartnershipRecord {
  /** The party that has it; shown as `party`. */
  @Column("varchar", { length: ID_LENGTH })
  partyId!: string;

  @Column("varchar", { length: 24 })
  @Field(() => ContributionCategory, { description: "What was received." })
  category!: ContributionCategory;

  @Column("date")
  @Field(() => DateScalar, { description: "The day on which it was received." })
  receivedOn!: string;

  @Column("varchar", { length: 24 })
  @Field(() => ValuationMethod, {
    nullable: true,
    description: "How its amount was arrived at; null when you may not see it.",
  })
  valuationMethod!: ValuationMethod;

  @Column("varchar", { length: 3 })
  @Field(() => String, {
    nullable: true,
    description: "The ISO 4217 currency of its amount; null when you may not see it.",
  })
  currency!: string;

  @Column("double")
  @Field(() => Float, {
    nullable: true,
    description: "Its value: a whole number of minor units of the currency; null when you may not see it.",
  })
  amountMinor!: number;

  @Column("text", { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: "More about it; null when not said or when you may not see it.",
  })
  description!: string | null;
}

export const BenefitConnection = connectionOf("Benefit", () => Benefit);
