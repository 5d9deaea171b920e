import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";
import { Field, Float, Int, ObjectType } from "type-graphql";
import { ID_LENGTH } from "../../../shared/ids.ts";
import { IdentifierScheme, NameKind, RelationshipKind } from "./institution.enums.ts";

@Entity("institution_name")
@ObjectType("InstitutionName", { description: "A name of an institution." })
export class InstitutionName {
  @PrimaryGeneratedColumn()
  no!: number;

  @Column("varchar", { length: ID_LENGTH })
  institutionId!: string;

  @Column("varchar", { length: 300 })
  @Field(() => String, { description: "The name." })
  value!: string;

  @Column("varchar", { length: 300 })
  valueKey!: string;

  @Column("varchar", { length: 8 })
  @Field(() => NameKind, { description: "What the name is used for." })
  kind!: NameKind;

  @Column("varchar", { length: 8, nullable: true })
  @Field(() => String, { nullable: true, description: "Language, as ISO 639; null when not said." })
  lang!: string | null;
}

@Entity("identifier")
@ObjectType("Identifier", { description: "What another register or system calls an institution." })
export class Identifier {
  @PrimaryGeneratedColumn()
  no!: number;

  @Column("varchar", { length: ID_LENGTH })
  institutionId!: string;

  @Column("varchar", { length: 16 })
  @Field(() => IdentifierScheme, { description: "The register or system." })
  scheme!: IdentifierScheme;

  @Column("varchar", { length: 120 })
  @Field(() => String, { description: "The identifier, in the scheme's usual form." })
  value!: string;

  @Column("boolean")
  @Field(() => Boolean, { description: "Whether it is the preferred one of its scheme." })
  isPreferred!: boolean;
}

@Entity("institution_location")
@ObjectType("InstitutionLocation", { description: "A place where an institution is." })
export class InstitutionLocation {
  @PrimaryGeneratedColumn()
  no!: number;

  @Column("varchar", { length: ID_LENGTH })
  institutionId!: string;

  /** Place in the list; the first one is the institution's own. */
  @Column("int")
  position!: number;

  @Column("int", { nullable: true })
  @Field(() => Int, { nullable: true, description: "GeoNames id; null when not known." })
  geonamesId!: number | null;

  @Column("varchar", { length: 2, nullable: true })
  @Field(() => String, { nullable: true, description: "Country, as ISO 3166-1 alpha-2." })
  country!: string | null;

  @Column("varchar", { length: 8, nullable: true })
  @Field(() => String, {
    nullable: true,
    description: "State or province, the part of ISO 3166-2 behind the hyphen.",
  })
  subdivision!: string | null;

  @Column("varchar", { length: 100, nullable: true })
  @Field(() => String, { nullable: true, description: "Town." })
  city!: string | null;

  @Column("double", { nullable: true })
  @Field(() => Float, { nullable: true, description: "Degrees north (WGS 84)." })
  latitude!: number | null;

  @Column("double", { nullable: true })
  @Field(() => Float, { nullable: true, description: "Degrees east (WGS 84)." })
  longitude!: number | null;
}

@Entity("institution_relationship")
@ObjectType("InstitutionRelationship", { description: "How an institution stands to another one." })
export class InstitutionRelationship {
  @PrimaryGeneratedColumn()
  no!: number;

  @Column("varchar", { length: ID_LENGTH })
  institutionId!: string;

  @Column("varchar", { length: 12 })
  @Field(() => RelationshipKind, { description: "What the other one is to this one." })
  kind!: RelationshipKind;

  @Column("varchar", { length: 40 })
  @Field(() => String, { description: "ROR id of the other one." })
  relatedRor!: string;

  /** Null while no record with that ROR id is known. */
  @Column("varchar", { length: ID_LENGTH, nullable: true })
  relatedId!: string | null;
}
