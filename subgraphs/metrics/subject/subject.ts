import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";
import { registerEnumType } from "type-graphql";
import { ID_LENGTH } from "../../../shared/ids.ts";
import type { Visibility } from "../../../shared/projection/partnership.ts";

export enum SubjectKind {
  INSTITUTION = "INSTITUTION",
  PARTNERSHIP = "PARTNERSHIP",
  PROGRAM = "PROGRAM",
}
registerEnumType(SubjectKind, { name: "SubjectKind", description: "What a figure is about." });

/** What a figure is about, in one consortium, and who may see it. */
@Entity("subject")
export class Subject {
  /** The small number that observations know it by. */
  @PrimaryGeneratedColumn("increment", { type: "integer" })
  no!: number;

  /** The id of the institution, partnership or program. */
  @Column("varchar", { length: ID_LENGTH })
  subjectId!: string;

  @Column("varchar", { length: 12 })
  kind!: SubjectKind;

  @Column("varchar", { length: ID_LENGTH })
  consortiumId!: string;

  /** Counts for what hangs on no partnership; the others inherit the partnership's. */
  @Column("varchar", { length: 12 })
  visibility!: Visibility;

  @Column("varchar", { length: ID_LENGTH, nullable: true })
  partnershipId!: string | null;
}
