import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";
import { Directive, Field, ID, Int, ObjectType } from "type-graphql";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";
import { Additivity, IndicatorDirection, IndicatorType, IndicatorUnit } from "./indicator.enums.ts";

@Entity("indicator")
@Directive('@key(fields: "id")')
@Directive('@key(fields: "code")')
@ObjectType("Indicator", { description: "Something that is measured, with its definition." })
export class Indicator {
  /** The small number that observations know it by. */
  @PrimaryGeneratedColumn("increment", { type: "integer" })
  no!: number;

  @Column("varchar", { length: ID_LENGTH, unique: true })
  @Field(() => ID)
  id!: string;

  @Column("varchar", { length: 60, unique: true })
  @Field(() => ID, { description: "Short name that never changes, as in `COMPLETION_RATE`." })
  code!: string;

  @Column("varchar", { length: 200 })
  @Field(() => String, { description: "What people call it." })
  name!: string;

  @Column("varchar", { length: 200 })
  nameKey!: string;

  @Column("text")
  @Field(() => String, { description: "What exactly is measured." })
  definition!: string;

  @Column("text", { nullable: true })
  @Field(() => String, { nullable: true, description: "What is counted or added up; null when nothing is." })
  numerator!: string | null;

  @Column("text", { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: "What that is divided by; null when it is not divided.",
  })
  denominator!: string | null;

  @Column("varchar", { length: 12 })
  @Field(() => IndicatorUnit, { description: "What its value is measured in." })
  unit!: IndicatorUnit;

  @Column("varchar", { length: 20 })
  @Field(() => IndicatorDirection, { description: "Which way it should go." })
  direction!: IndicatorDirection;

  @Column("varchar", { length: 8 })
  @Field(() => IndicatorType, { description: "How its value comes about." })
  type!: IndicatorType;

  @Column("varchar", { length: 16 })
  @Field(() => Additivity, { description: "Whether its values may be added up." })
  additivity!: Additivity;

  @Column("int")
  @Field(() => Int, { description: "Version of the definition; grows when it changes." })
  version!: number;

  /** `references` is a word of SQL's own. */
  @Column("simple-json", { name: "reference_list" })
  @Field(() => [String], {
    description: "Where the definition comes from, as in `IRIS+ PI4060`, `SDG 4.4`, `IPEDS`; may be empty.",
  })
  references!: string[];
}

export const IndicatorConnection = connectionOf("Indicator", () => Indicator);
