import { Column, Entity } from "typeorm";
import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { DateScalar } from "../../../shared/graphql/scalars.ts";
import { PartnershipRecord } from "../partnership/partnership-record.ts";

export enum InteractionKind {
  MEETING = "MEETING",
  SITE_VISIT = "SITE_VISIT",
  CALL = "CALL",
  EVENT = "EVENT",
  CONFERENCE = "CONFERENCE",
  COMMUNITY_MEETING = "COMMUNITY_MEETING",
  UPDATE = "UPDATE",
  FEEDBACK = "FEEDBACK",
}
registerEnumType(InteractionKind, {
  name: "InteractionKind",
  description: "How the parties of a partnership were in touch.",
  valuesConfig: {
    COMMUNITY_MEETING: { description: "A meeting that is open to the community." },
    UPDATE: { description: "News that one party has sent the others." },
    FEEDBACK: { description: "A talk about how the work together goes." },
  },
});

@ObjectType("InteractionAttendance", { description: "How many people of a party attended an interaction." })
@InputType("InteractionAttendanceInput", { description: "How many people of a party attended." })
export class InteractionAttendance {
  @Field(() => ID, { description: "The party: an institution or a partner organization." })
  partyId!: string;

  @Field(() => Int, { description: "How many of its people attended; at least 1." })
  count!: number;

  @Field(() => String, {
    nullable: true,
    description: "In which roles, as in `Dean and two teachers`, without names; null when not said.",
  })
  roles?: string | null;
}

@Entity("interaction")
@Directive('@key(fields: "id")')
@ObjectType("Interaction", {
  description:
    "A meeting, call, visit or other contact of a partnership's parties. Whoever sees the partnership sees that it took place; only people of the parties see who attended, and what was said and decided.",
})
export class Interaction extends PartnershipRecord {
  @Column("varchar", { length: 20 })
  @Field(() => InteractionKind, { description: "How the parties were in touch." })
  kind!: InteractionKind;

  @Column("varchar", { length: 200 })
  @Field(() => String, { description: "What it was about, in one line." })
  title!: string;

  @Column("varchar", { length: 200 })
  titleKey!: string;

  @Column("date")
  @Field(() => DateScalar, { description: "The day on which it was held, or will be." })
  heldOn!: string;

  @Column("varchar", { length: 200, nullable: true })
  @Field(() => String, {
    nullable: true,
    description: "Where it was held: a place, a room or an address; null when not said.",
  })
  place!: string | null;

  @Column("simple-json")
  @Field(() => [InteractionAttendance], {
    nullable: true,
    description: "How many people of which party attended; null for people of no party.",
  })
  attendees!: InteractionAttendance[];

  @Column("simple-json")
  @Field(() => [String], {
    nullable: true,
    description: "What was decided, each in a sentence; null for people of no party.",
  })
  decisions!: string[];

  @Column("text", { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: "What was said; null when there are none, and for people of no party.",
  })
  minutes!: string | null;
}

export const InteractionConnection = connectionOf("Interaction", () => Interaction);
