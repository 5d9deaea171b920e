import { Column, PrimaryColumn } from "typeorm";
import { Field, ID, Int, ObjectType } from "type-graphql";
import { ID_LENGTH } from "../ids.ts";

/** The columns that every record has which mutations change. */
@ObjectType()
export abstract class VersionedRecordEntity {
  @PrimaryColumn("varchar", { length: ID_LENGTH })
  @Field(() => ID)
  id!: string;

  @Column("int")
  @Field(() => Int, {
    description: "Grows by one with each change; a mutation names the one it was made on.",
  })
  version!: number;
}
