import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";
import { Directive, Field, ID, ObjectType } from "type-graphql";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";

/** The code of the group that everybody belongs to; shown as no group at all. */
export const ALL_STUDENTS = "ALL";

@Entity("student_group")
@Directive('@key(fields: "id")')
@ObjectType("StudentGroup", { description: "A group of students that figures are given for." })
export class StudentGroup {
  /** The small number that observations know it by. */
  @PrimaryGeneratedColumn("increment", { type: "integer" })
  no!: number;

  @Column("varchar", { length: ID_LENGTH, unique: true })
  @Field(() => ID)
  id!: string;

  @Column("varchar", { length: 60, unique: true })
  @Field(() => String, { description: "Short name that never changes, as in `FIRST_GENERATION:YES`." })
  code!: string;

  @Column("varchar", { length: 40, nullable: true })
  @Field(() => String, {
    nullable: true,
    description: "What students are divided by, as in `FIRST_GENERATION`.",
  })
  dimension!: string | null;

  @Column("varchar", { length: 120 })
  @Field(() => String, { description: "What people call it." })
  label!: string;
}

export const StudentGroupConnection = connectionOf("StudentGroup", () => StudentGroup);
