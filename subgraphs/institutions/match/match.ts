import { Column, Entity, PrimaryColumn } from "typeorm";
import { Field, Float, ID, ObjectType } from "type-graphql";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { DateTimeScalar } from "../../../shared/graphql/scalars.ts";
import { MatchReason, MatchState, MatchVerdict } from "./match.enums.ts";

/** A ROR record that is an IPEDS unit, or may be one; made anew by every import. */
@Entity("institution_match")
@ObjectType("InstitutionMatch", {
  description:
    "A record of the Research Organization Registry and the IPEDS units that it is, or may be; for admins of consortia and operators.",
})
export class InstitutionMatch {
  @PrimaryColumn("varchar", { length: 40 })
  @Field(() => ID, { description: "The record's ROR id; there is one match for each." })
  ror!: string;

  @Column("varchar", { length: 300 })
  @Field(() => String, { description: "What ROR calls it." })
  name!: string;

  @Column("varchar", { length: 300 })
  nameKey!: string;

  @Column("varchar", { length: 120, nullable: true })
  @Field(() => String, { nullable: true, description: "Town and state by ROR; null when it says none." })
  town!: string | null;

  @Column("varchar", { length: 12 })
  @Field(() => MatchState, { description: "Where the match stands." })
  state!: MatchState;

  @Column("varchar", { length: 20, nullable: true })
  @Field(() => MatchReason, {
    nullable: true,
    description: "Why a person has to look; null unless it is ambiguous.",
  })
  reason!: MatchReason | null;

  @Column("varchar", { length: 8, nullable: true })
  @Field(() => ID, {
    nullable: true,
    description: "The IPEDS unit that it is one with; null unless it is joined.",
  })
  unitid!: string | null;
}

/** A pair of records that may be one institution, how much alike they are, and what a person has decided. */
@Entity("match_candidate")
@ObjectType("MatchCandidate", { description: "An IPEDS unit that a ROR record is, or may be." })
export class MatchCandidate {
  @PrimaryColumn("varchar", { length: 40 })
  ror!: string;

  @PrimaryColumn("varchar", { length: 8 })
  @Field(() => ID, { description: "The unit's IPEDS id." })
  unitid!: string;

  @Column("varchar", { length: 300 })
  @Field(() => String, { description: "What IPEDS calls it." })
  name!: string;

  @Column("varchar", { length: 120, nullable: true })
  @Field(() => String, { nullable: true, description: "Town and state by IPEDS; null when it says none." })
  town!: string | null;

  @Column("double")
  @Field(() => Float, { description: "1 for the same web host, a half for two hosts of one site, else 0." })
  domainScore!: number;

  @Column("double")
  @Field(() => Float, { description: "Share of the words that their most alike names have in common." })
  nameScore!: number;

  @Column("double")
  @Field(() => Float, {
    description: "1 for the same town or a few kilometers, a half for the same state, else 0.",
  })
  placeScore!: number;

  @Column("double")
  @Field(() => Float, { description: "The weighted mean of the three, less where only one of them goes on." })
  totalScore!: number;

  /** Whether they are certainly one as long as nothing else is as much alike. */
  @Column("boolean")
  isSame!: boolean;

  @Column("varchar", { length: 12, nullable: true })
  @Field(() => MatchVerdict, {
    nullable: true,
    description: "What a person has decided; null while nobody has.",
  })
  verdict!: MatchVerdict | null;

  @Column("datetime", { precision: 6, nullable: true })
  @Field(() => DateTimeScalar, { nullable: true, description: "When it was decided; null while it is not." })
  decidedAt!: string | null;

  @Column("varchar", { length: 120, nullable: true })
  @Field(() => String, {
    nullable: true,
    description: "Id of whoever decided it, or `console`; null while nobody has.",
  })
  decidedBy!: string | null;

  @Column("varchar", { length: 500, nullable: true })
  @Field(() => String, { nullable: true, description: "Why, in their words; null where nothing was said." })
  remark!: string | null;
}

export const InstitutionMatchConnection = connectionOf("InstitutionMatch", () => InstitutionMatch);
