import { Column, Entity, PrimaryColumn } from "typeorm";
import { Directive, Field, ID, Int, InterfaceType } from "type-graphql";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { DateScalar } from "../../../shared/graphql/scalars.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";
import type { CourseLevel } from "./program.enums.ts";
import { Modality, ProgramKind } from "./program.enums.ts";

/** The GraphQL type of each kind. */
export const TYPE_OF_KIND: Readonly<Record<ProgramKind, "Internship" | "MentoringProgram" | "CodingCourse">> =
  {
    [ProgramKind.INTERNSHIP]: "Internship",
    [ProgramKind.MENTORING]: "MentoringProgram",
    [ProgramKind.CODING_COURSE]: "CodingCourse",
  };

/**
 * All kinds share a table, and the columns that one kind has alone are null in the others' rows; which of them
 * a type shows stands in `program-kinds.ts`.
 */
@Entity("program")
@Directive('@key(fields: "id")')
@InterfaceType("Program", {
  description:
    "What partners run together for learners: an internship, a mentoring program or a coding course.",
})
export abstract class Program {
  @PrimaryColumn("varchar", { length: ID_LENGTH })
  @Field(() => ID)
  id!: string;

  @Column("varchar", { length: 16 })
  @Field(() => ProgramKind, { description: "What kind of program it is." })
  kind!: ProgramKind;

  /** The partnership it is run under; shown as `partnership`. */
  @Column("varchar", { length: ID_LENGTH })
  partnershipId!: string;

  /** The party that provides it; shown as `provider`. */
  @Column("varchar", { length: ID_LENGTH, nullable: true })
  providerId!: string | null;

  /** The institution it takes place at; shown as `host`. */
  @Column("varchar", { length: ID_LENGTH, nullable: true })
  hostId!: string | null;

  @Column("varchar", { length: 200 })
  @Field(() => String, { description: "What its partners call it." })
  title!: string;

  @Column("varchar", { length: 200 })
  titleKey!: string;

  @Column("varchar", { length: 7, nullable: true })
  @Field(() => String, {
    nullable: true,
    description: "Field of study by its CIP code, as in `11.0701`; null when it belongs to none.",
  })
  cip!: string | null;

  @Column("varchar", { length: 10, nullable: true })
  @Field(() => String, {
    nullable: true,
    description: "Occupation it leads to by its SOC code, as in `15-1252`; null when it leads to none.",
  })
  soc!: string | null;

  @Column("int", { nullable: true })
  @Field(() => Int, { nullable: true, description: "Places in all; null when they are not limited." })
  capacity!: number | null;

  @Column("boolean", { nullable: true })
  @Field(() => Boolean, {
    nullable: true,
    description: "Whether participants are paid; null when not known.",
  })
  isPaid!: boolean | null;

  @Column("varchar", { length: 12 })
  @Field(() => Modality, { description: "How its people meet." })
  modality!: Modality;

  @Column("date")
  @Field(() => DateScalar, { description: "First day." })
  startsOn!: string;

  @Column("date", { nullable: true })
  @Field(() => DateScalar, { nullable: true, description: "Last day; null when it has no end." })
  endsOn!: string | null;

  @Column("int", { nullable: true })
  hoursPlanned!: number | null;

  @Column("int", { nullable: true })
  hourlyWageMinor!: number | null;

  @Column("varchar", { length: 3, nullable: true })
  currency!: string | null;

  @Column("int", { nullable: true })
  menteesPerMentor!: number | null;

  @Column("int", { nullable: true })
  sessionsPlanned!: number | null;

  @Column("varchar", { length: 40, nullable: true })
  language!: string | null;

  @Column("varchar", { length: 16, nullable: true })
  level!: CourseLevel | null;

  @Column("int", { nullable: true })
  contactHours!: number | null;

  @Column("boolean")
  @Field(() => Boolean, {
    description: "True for a record of the demo network: made up, not a real program.",
  })
  isInvented!: boolean;

  @Column("datetime", { precision: 6 })
  createdAt!: string;

  @Column("datetime", { precision: 6 })
  updatedAt!: string;
}

export const ProgramConnection = connectionOf("Program", () => Program);
