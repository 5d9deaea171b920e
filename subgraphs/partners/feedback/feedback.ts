import { Column, Entity } from "typeorm";
import { Directive, Field, Float, ID, Int, ObjectType } from "type-graphql";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { DateScalar } from "../../../shared/graphql/scalars.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";
import { PartnershipRecord } from "../partnership/partnership-record.ts";

const SCALE = "from 1 (poor) to 5 (excellent); null for people of other parties.";

@Entity("feedback")
@Directive('@key(fields: "id")')
@ObjectType("Feedback", {
  description:
    "How a person of a party finds the work in a partnership. People of its parties see that it was given and the comment; its ratings only people of the party that it comes from. Of one person's only the latest counts.",
})
export class Feedback extends PartnershipRecord {
  @Column("varchar", { length: ID_LENGTH })
  @Field(() => ID, { description: "The party that the person belongs to." })
  partyId!: string;

  @Column("varchar", { length: 64 })
  personId!: string;

  @Column("int")
  @Field(() => Int, { nullable: true, description: `How well the parties communicate, ${SCALE}` })
  communication!: number;

  @Column("int")
  @Field(() => Int, { nullable: true, description: `How well they respond to each other, ${SCALE}` })
  responsiveness!: number;

  @Column("int")
  @Field(() => Int, { nullable: true, description: `How much the partnership is worth to them, ${SCALE}` })
  value!: number;

  @Column("text", { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: "What the person says to all parties; null when nothing.",
  })
  comment!: string | null;

  @Column("date")
  @Field(() => DateScalar, { description: "The day on which it was given." })
  givenOn!: string;
}

export const FeedbackConnection = connectionOf("Feedback", () => Feedback);

@ObjectType("FeedbackSummary", {
  description:
    "The means of the feedback about a partnership: of each person the latest, each counted alike; rounded to tenths.",
})
export class FeedbackSummary {
  @Field(() => Int, { description: "How many people have given feedback." })
  count!: number;

  @Field(() => Int, { description: "How many parties they belong to; 3 or more." })
  partyCount!: number;

  @Field(() => Float, { description: "The mean rating of communication, from 1 to 5." })
  communication!: number;

  @Field(() => Float, { description: "The mean rating of responsiveness, from 1 to 5." })
  responsiveness!: number;

  @Field(() => Float, { description: "The mean rating of value, from 1 to 5." })
  value!: number;
}
