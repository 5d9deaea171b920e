import { Column, Entity, PrimaryColumn } from "typeorm";
import { Directive, Field, Float, ID, Int, ObjectType } from "type-graphql";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";
import {
  InstitutionControl,
  InstitutionLevel,
  InstitutionStatus,
  InstitutionType,
} from "./institution.enums.ts";

/** Registry data, open to everybody: it has neither consortium nor visibility. */
@Entity("institution")
@Directive('@key(fields: "id")')
@Directive('@key(fields: "ror")')
@Directive('@key(fields: "unitid")')
@ObjectType("Institution", { description: "A school, college, university or the like." })
export class Institution {
  @PrimaryColumn("varchar", { length: ID_LENGTH })
  @Field(() => ID)
  id!: string;

  @Column("varchar", { length: 300 })
  @Field(() => String, { description: "The name it is shown by." })
  name!: string;

  @Column("varchar", { length: 300 })
  nameKey!: string;

  @Column("varchar", { length: 32 })
  @Field(() => InstitutionType, { description: "What kind of institution it is." })
  type!: InstitutionType;

  @Column("varchar", { length: 20, nullable: true })
  @Field(() => InstitutionControl, { nullable: true, description: "Who governs it; null when not known." })
  control!: InstitutionControl | null;

  @Column("varchar", { length: 20, nullable: true })
  @Field(() => InstitutionLevel, {
    nullable: true,
    description: "Length of its longest programs; null when not known.",
  })
  level!: InstitutionLevel | null;

  @Column("int", { nullable: true })
  @Field(() => Int, { nullable: true, description: "IPEDS SECTOR, 0 to 9; null outside IPEDS." })
  sector!: number | null;

  @Column("int", { nullable: true })
  @Field(() => Int, {
    nullable: true,
    description: "Basic Carnegie classification by its code; null when not classified.",
  })
  carnegie!: number | null;

  @Column("int", { nullable: true })
  @Field(() => Int, {
    nullable: true,
    description: "NCES locale, 11 (large city) to 43 (remote rural); null when not known.",
  })
  locale!: number | null;

  @Column("boolean", { nullable: true })
  @Field(() => Boolean, {
    nullable: true,
    description: "Historically Black college or university; null when not known.",
  })
  isHbcu!: boolean | null;

  @Column("boolean", { nullable: true })
  @Field(() => Boolean, { nullable: true, description: "Tribal college; null when not known." })
  isTribal!: boolean | null;

  @Column("boolean", { nullable: true })
  @Field(() => Boolean, { nullable: true, description: "Land-grant institution; null when not known." })
  isLandGrant!: boolean | null;

  @Column("varchar", { length: 12 })
  @Field(() => InstitutionStatus, { description: "Whether it goes on." })
  status!: InstitutionStatus;

  @Column("varchar", { length: 2, nullable: true })
  @Field(() => String, {
    nullable: true,
    description: "Country of its first location, as ISO 3166-1 alpha-2.",
  })
  country!: string | null;

  @Column("varchar", { length: 8, nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      "State or province of its first location: the part of ISO 3166-2 behind the hyphen, as in `OH`.",
  })
  subdivision!: string | null;

  @Column("varchar", { length: 100, nullable: true })
  @Field(() => String, { nullable: true, description: "Town of its first location." })
  city!: string | null;

  @Column("double", { nullable: true })
  @Field(() => Float, { nullable: true, description: "Degrees north of its first location (WGS 84)." })
  latitude!: number | null;

  @Column("double", { nullable: true })
  @Field(() => Float, { nullable: true, description: "Degrees east of its first location (WGS 84)." })
  longitude!: number | null;

  @Column("varchar", { length: 500, nullable: true })
  @Field(() => String, { nullable: true, description: "Address of its website." })
  website!: string | null;

  @Column("varchar", { length: 40, nullable: true })
  @Field(() => ID, {
    nullable: true,
    description: "Its Research Organization Registry id, `https://ror.org/…`; null when it has none.",
  })
  ror!: string | null;

  @Column("varchar", { length: 8, nullable: true })
  @Field(() => ID, { nullable: true, description: "Its IPEDS unit id; null when it has none." })
  unitid!: string | null;

  @Column("int", { nullable: true })
  @Field(() => Int, { nullable: true, description: "Year in which it was founded; null when not known." })
  established!: number | null;

  /** Shown by a resolver, as the institution that it names. */
  @Column("varchar", { length: 8, nullable: true })
  newUnitid!: string | null;

  @Column("boolean")
  @Field(() => Boolean, {
    description: "True for a record of the demo network: made up, not a real institution.",
  })
  isInvented!: boolean;

  @Column("datetime", { precision: 6 })
  createdAt!: string;

  @Column("datetime", { precision: 6 })
  updatedAt!: string;
}

export const InstitutionConnection = connectionOf("Institution", () => Institution);
