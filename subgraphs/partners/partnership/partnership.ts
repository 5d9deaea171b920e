import { Column, Entity, PrimaryColumn } from "typeorm";
import { Directive, Field, ID, Int, ObjectType } from "type-graphql";
import { DateScalar } from "../../../shared/graphql/scalars.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import {
  Modality,
  PartnershipScope,
  PartnershipStage,
  PartnershipSubtype,
  PartnershipType,
  PartnershipVisibility,
} from "./partnership.enums.ts";
import { PartnershipDetails } from "./partnership-details.ts";

@Entity("partnership")
@Directive('@key(fields: "id")')
@ObjectType("Partnership", {
  description:
    "What two or more parties, each an institution or a partner organisation, have agreed to do together.",
})
export class Partnership {
  @PrimaryColumn("varchar", { length: ID_LENGTH })
  @Field(() => ID)
  id!: string;

  /** The consortium it belongs to; shown as `consortium`. */
  @Column("varchar", { length: ID_LENGTH })
  consortiumId!: string;

  @Column("varchar", { length: 12 })
  @Field(() => PartnershipVisibility, { description: "Who may see it and all that hangs on it." })
  visibility!: PartnershipVisibility;

  /** How far it is shared with the members of its consortium, by what its parties share; see shared/projection. */
  @Column("int")
  sharingLevel!: number;

  @Column("varchar", { length: 200 })
  @Field(() => String, { description: "What its parties call it." })
  name!: string;

  @Column("varchar", { length: 200 })
  nameKey!: string;

  @Column("varchar", { length: 40 })
  @Field(() => PartnershipType, { description: "Its broad kind." })
  type!: PartnershipType;

  @Column("varchar", { length: 40, nullable: true })
  @Field(() => PartnershipSubtype, {
    nullable: true,
    description: "What it is chiefly about; null when not said.",
  })
  subtype!: PartnershipSubtype | null;

  @Column("varchar", { length: 12 })
  @Field(() => Modality, { description: "How its people meet." })
  modality!: Modality;

  @Column("varchar", { length: 16 })
  @Field(() => PartnershipScope, { description: "How far it reaches." })
  scope!: PartnershipScope;

  @Column("varchar", { length: 16 })
  @Field(() => PartnershipStage, { description: "Where it stands in its life." })
  stage!: PartnershipStage;

  @Column("date", { nullable: true })
  @Field(() => DateScalar, {
    nullable: true,
    description: "The day on which it came to its stage; null where that was before it was kept here.",
  })
  stageSince!: string | null;

  @Column("date", { nullable: true })
  @Field(() => DateScalar, { nullable: true, description: "First day; null before it is signed." })
  startsOn!: string | null;

  @Column("date", { nullable: true })
  @Field(() => DateScalar, { nullable: true, description: "Last day; null when it has no end." })
  endsOn!: string | null;

  @Column("text", { nullable: true })
  @Field(() => String, { nullable: true, description: "What it is for, in a few sentences." })
  summary!: string | null;

  @Column("simple-json")
  @Field(() => [String], {
    description: "Targets of the UN Sustainable Development Goals it serves, as in `4.4`.",
  })
  sdgTargets!: string[];

  @Column("simple-json", { nullable: true })
  @Field(() => PartnershipDetails, {
    nullable: true,
    description: "What belongs to its kind; null where nothing has been said.",
  })
  details!: PartnershipDetails | null;

  @Column("int")
  @Field(() => Int, {
    description: "Grows by one with each change; a mutation names the one it was made on.",
  })
  version!: number;

  @Column("boolean")
  @Field(() => Boolean, {
    description: "True for a record of the demo network: made up, not a real partnership.",
  })
  isInvented!: boolean;

  @Column("datetime", { precision: 6 })
  createdAt!: string;

  @Column("datetime", { precision: 6 })
  updatedAt!: string;
}

export const PartnershipConnection = connectionOf("Partnership", () => Partnership);
