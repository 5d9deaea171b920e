import { Column, Entity, PrimaryColumn } from "typeorm";

/**
 * A fact: what was reported of a subject by indicator, period and group. Only its own institution sees it as it is;
 * what is shown to all others is a figure with a protected cell. A correction is a further revision, never a change.
 */
@Entity("observation")
export class Observation {
  @PrimaryColumn("int")
  subjectNo!: number;

  @PrimaryColumn("int")
  indicatorNo!: number;

  @PrimaryColumn("int")
  periodNo!: number;

  @PrimaryColumn("int")
  groupNo!: number;

  @PrimaryColumn("int")
  revision!: number;

  /** The version of the indicator's definition that was followed. */
  @Column("int")
  version!: number;

  /** How many people were measured; null when nothing was reported. */
  @Column("int", { nullable: true })
  n!: number | null;

  /** The numerator; null where the indicator has none. */
  @Column("double", { nullable: true })
  x!: number | null;

  /** The value in the indicator's unit; null when nothing was reported or there was nobody to measure. */
  @Column("double", { nullable: true })
  value!: number | null;

  @Column("datetime", { precision: 6 })
  recordedAt!: string;
}
