import { Column, Entity, PrimaryColumn } from "typeorm";
import { Field, ObjectType } from "type-graphql";
import { ID_LENGTH } from "../../../shared/ids.ts";
import { Node } from "../node/node.ts";

/** Longest issuer, and longest name an issuer may give somebody. */
export const IDENTITY_LENGTH = 255;

@Entity("person")
@ObjectType("Person", {
  implements: Node,
  description: "Somebody who signs in by an issuer of access tokens.",
})
export class Person extends Node {
  @PrimaryColumn("varchar", { length: ID_LENGTH })
  override id!: string;

  /** Who vouches for them, as tokens say it in `iss`; `demo` for the demo network's people. */
  @Column("varchar", { length: IDENTITY_LENGTH })
  issuer!: string;

  /** What the issuer calls them, `sub`. */
  @Column("varchar", { length: IDENTITY_LENGTH })
  subject!: string;

  @Column("varchar", { length: 200, nullable: true })
  @Field(() => String, { nullable: true, description: "Their name; null when nobody has said it." })
  name!: string | null;

  @Column("datetime", { precision: 6 })
  createdAt!: string;
}
