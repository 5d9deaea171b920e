import { Column, Entity, PrimaryColumn } from "typeorm";
import { Directive, Field, ID, ObjectType } from "type-graphql";
import { ID_LENGTH } from "../../../shared/ids.ts";

@Entity("contact")
@Directive('@key(fields: "id")')
@ObjectType("Contact", { description: "Somebody to talk to at a partner organisation." })
export class Contact {
  @Column("varchar", { length: ID_LENGTH, unique: true })
  @Field(() => ID)
  id!: string;

  @PrimaryColumn("varchar", { length: ID_LENGTH })
  organizationId!: string;

  /** Place in the list; whoever is to be asked first comes first. */
  @PrimaryColumn("int")
  position!: number;

  @Column("varchar", { length: 200 })
  @Field(() => String, { description: "The person's name." })
  name!: string;

  @Column("varchar", { length: 120, nullable: true })
  @Field(() => String, { nullable: true, description: "What they do there; null when not said." })
  role!: string | null;

  @Column("varchar", { length: 254, nullable: true })
  @Field(() => String, { nullable: true, description: "Their e-mail address; null when not known." })
  email!: string | null;
}
