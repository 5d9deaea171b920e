import { Column, Entity, PrimaryColumn } from "typeorm";
import { ID_LENGTH } from "../../../shared/ids.ts";

/** The id that a merged record has left behind, so that it still resolves. */
@Entity("record_alias")
export class RecordAlias {
  @PrimaryColumn("varchar", { length: ID_LENGTH })
  aliasId!: string;

  @Column("varchar", { length: ID_LENGTH })
  id!: string;
}

/** What a source last said of an institution: tells a rerun that nothing changed. */
@Entity("source_record")
export class SourceRecord {
  @PrimaryColumn("varchar", { length: 12 })
  source!: string;

  @PrimaryColumn("varchar", { length: 60 })
  sourceKey!: string;

  @Column("varchar", { length: ID_LENGTH })
  institutionId!: string;

  @Column("varchar", { length: 64 })
  contentHash!: string;

  /** As of when the file is that this is from. */
  @Column("varchar", { length: 10 })
  asOf!: string;

  /** As of when the newest file is that has the record at all, readably or not. */
  @Column("varchar", { length: 10 })
  seenAsOf!: string;

  /** The parts that are from an older file, with its age: the newer one did not have them, or not readably. */
  @Column("varchar", { length: 500, nullable: true })
  kept!: string | null;

  /** The institution that the record had of its own when it came; null in old databases. */
  @Column("varchar", { length: ID_LENGTH, nullable: true })
  homeId!: string | null;

  /** The record itself, so that an institution can be merged anew from all its sources. */
  @Column("text")
  payload!: string;
}
