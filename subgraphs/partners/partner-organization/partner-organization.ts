import { Column, Entity, PrimaryColumn } from "typeorm";
import { Directive, Field, Float, ID, Int, ObjectType } from "type-graphql";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { DateScalar } from "../../../shared/graphql/scalars.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";
import type { PartnershipVisibility } from "../partnership/partnership.enums.ts";
import { AgentSector, OrganizationType, SizeBand } from "./partner-organization.enums.ts";

@Entity("partner_organization")
@Directive('@key(fields: "id")')
@ObjectType("PartnerOrganization", {
  description: "A business, government body, non-profit or other organisation that works with institutions.",
})
export class PartnerOrganization {
  @PrimaryColumn("varchar", { length: ID_LENGTH })
  @Field(() => ID)
  id!: string;

  @Column("varchar", { length: ID_LENGTH })
  consortiumId!: string;

  @Column("varchar", { length: 12 })
  visibility!: PartnershipVisibility;

  @Column("varchar", { length: 200 })
  @Field(() => String, { description: "Legal or trading name." })
  name!: string;

  @Column("varchar", { length: 200 })
  nameKey!: string;

  @Column("varchar", { length: 32 })
  @Field(() => OrganizationType, { description: "What kind of organisation it is." })
  orgType!: OrganizationType;

  @Column("varchar", { length: 24 })
  @Field(() => AgentSector, { description: "Public, private for profit, or private non-profit." })
  agentSector!: AgentSector;

  @Column("varchar", { length: 6, nullable: true })
  @Field(() => String, {
    nullable: true,
    description: "Industry by its NAICS code, two to six digits; null when not known.",
  })
  naics!: string | null;

  @Column("varchar", { length: 8, nullable: true })
  @Field(() => SizeBand, { nullable: true, description: "How many people work there; null when not known." })
  sizeBand!: SizeBand | null;

  @Column("text", { nullable: true })
  @Field(() => String, { nullable: true, description: "What it says it is there for." })
  mission!: string | null;

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

  @Column("varchar", { length: 500, nullable: true })
  @Field(() => String, { nullable: true, description: "Address of its website." })
  website!: string | null;

  @Column("date", { nullable: true })
  @Field(() => DateScalar, {
    nullable: true,
    description: "The day from which it takes no part any more; null while it does.",
  })
  retiredOn!: string | null;

  @Column("int")
  @Field(() => Int, {
    description: "Grows by one with each change; a mutation names the one it was made on.",
  })
  version!: number;

  @Column("boolean")
  @Field(() => Boolean, {
    description: "True for a record of the demo network: made up, not a real organisation.",
  })
  isInvented!: boolean;

  @Column("datetime", { precision: 6 })
  createdAt!: string;

  @Column("datetime", { precision: 6 })
  updatedAt!: string;
}

export const PartnerOrganizationConnection = connectionOf("PartnerOrganization", () => PartnerOrganization);
