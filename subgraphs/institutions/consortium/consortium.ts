import { Column, Entity, PrimaryColumn } from "typeorm";
import { Directive, Field, ID, ObjectType } from "type-graphql";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";

/** Longest name of a consortium. */
export const NAME_LENGTH = 200;

@Entity("consortium")
@Directive('@key(fields: "id")')
@ObjectType("Consortium", { description: "A network of institutions that share what they agreed to share." })
export class Consortium {
  @PrimaryColumn("varchar", { length: ID_LENGTH })
  @Field(() => ID)
  id!: string;

  @Column("varchar", { length: NAME_LENGTH })
  @Field(() => String, { description: "What it calls itself." })
  name!: string;

  @Column("varchar", { length: NAME_LENGTH })
  nameKey!: string;

  @Column("text", { nullable: true })
  @Field(() => String, { nullable: true, description: "What it is for." })
  description!: string | null;

  @Column("boolean")
  @Field(() => Boolean, { description: "True for the demo network: made up." })
  isInvented!: boolean;
}

export const ConsortiumConnection = connectionOf("Consortium", () => Consortium);
