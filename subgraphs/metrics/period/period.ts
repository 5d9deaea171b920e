import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";
import { Directive, Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { DateScalar } from "../../../shared/graphql/scalars.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";

export enum PeriodKind {
  YEAR = "YEAR",
  TERM = "TERM",
  QUARTER = "QUARTER",
  MONTH = "MONTH",
}
registerEnumType(PeriodKind, {
  name: "PeriodKind",
  description: "How long a period is.",
  valuesConfig: {
    YEAR: { description: "A year, academic or of the calendar, as its dates tell." },
    TERM: { description: "A term of its consortium's academic year." },
    QUARTER: { description: "Three months of the calendar." },
    MONTH: { description: "A month of the calendar." },
  },
});

@Entity("period")
@Directive('@key(fields: "id")')
@ObjectType("Period", { description: "A stretch of time that figures are given for." })
export class Period {
  /** The small number that observations know it by. */
  @PrimaryGeneratedColumn("increment", { type: "integer" })
  no!: number;

  @Column("varchar", { length: ID_LENGTH, unique: true })
  @Field(() => ID)
  id!: string;

  /** Terms differ from consortium to consortium. */
  @Column("varchar", { length: ID_LENGTH })
  consortiumId!: string;

  @Column("varchar", { length: 8 })
  @Field(() => PeriodKind, { description: "How long it is." })
  kind!: PeriodKind;

  @Column("varchar", { length: 60 })
  @Field(() => String, { description: "What it is called, as in `Fall 2025`." })
  label!: string;

  @Column("date")
  @Field(() => DateScalar, { description: "First day." })
  startsOn!: string;

  @Column("date")
  @Field(() => DateScalar, { description: "Last day." })
  endsOn!: string;
}

export const PeriodConnection = connectionOf("Period", () => Period);
