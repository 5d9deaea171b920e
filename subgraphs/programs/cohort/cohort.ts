import { Column, Entity, PrimaryColumn } from "typeorm";
import { Directive, Field, ID, Int, ObjectType } from "type-graphql";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { DateScalar } from "../../../shared/graphql/scalars.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";

@Entity("cohort")
@Directive('@key(fields: "id")')
@ObjectType("Cohort", { description: "A group of participants that goes through a program together." })
export class Cohort {
  @PrimaryColumn("varchar", { length: ID_LENGTH })
  @Field(() => ID)
  id!: string;

  /** The program it goes through; shown as `program`. */
  @Column("varchar", { length: ID_LENGTH })
  programId!: string;

  @Column("varchar", { length: 120 })
  @Field(() => String, { description: "What it is called." })
  label!: string;

  @Column("varchar", { length: 120 })
  labelKey!: string;

  @Column("varchar", { length: 60, nullable: true })
  @Field(() => String, {
    nullable: true,
    description: "The term it starts in, as its consortium calls it; null when it follows none.",
  })
  term!: string | null;

  @Column("date")
  @Field(() => DateScalar, { description: "First day." })
  startsOn!: string;

  @Column("date", { nullable: true })
  @Field(() => DateScalar, { nullable: true, description: "Last day; null when not yet fixed." })
  endsOn!: string | null;

  @Column("int", { nullable: true })
  @Field(() => Int, { nullable: true, description: "Places; null when they are not limited." })
  capacity!: number | null;
}

export const CohortConnection = connectionOf("Cohort", () => Cohort);
