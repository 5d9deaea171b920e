import { Column, Entity, PrimaryColumn } from "typeorm";
import { createUnionType, Directive, Field, ID, ObjectType } from "type-graphql";
import { DateScalar } from "../../../shared/graphql/scalars.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";
import { Institution } from "../institution/institution.stub.ts";
import { PartnerOrganization } from "../partner-organization/partner-organization.ts";
import { PartyKind, PartyRole } from "./partnership.enums.ts";

/** What a partnership has two or more of. */
export const Party = createUnionType({
  name: "Party",
  description: "What a partnership has two or more of: an institution or a partner organisation.",
  types: () => [Institution, PartnerOrganization] as const,
});

@Entity("partnership_party")
@Directive('@key(fields: "id")')
@ObjectType("PartnershipParty", { description: "One party of a partnership, and what it does there." })
export class PartnershipParty {
  @Column("varchar", { length: ID_LENGTH, unique: true })
  @Field(() => ID)
  id!: string;

  @PrimaryColumn("varchar", { length: ID_LENGTH })
  partnershipId!: string;

  @PrimaryColumn("varchar", { length: ID_LENGTH })
  partyId!: string;

  @Column("varchar", { length: 24 })
  @Field(() => PartyKind, { description: "Whether the party is an institution or a partner organisation." })
  partyKind!: PartyKind;

  @Column("varchar", { length: 16 })
  @Field(() => PartyRole, { description: "What the party does in the partnership." })
  role!: PartyRole;

  @Column("boolean")
  @Field(() => Boolean, { description: "Whether the party signs the partnership's agreements." })
  isSignatory!: boolean;

  @Column("date", { nullable: true })
  @Field(() => DateScalar, { nullable: true, description: "Since when; null for from the start." })
  startsOn!: string | null;

  @Column("date", { nullable: true })
  @Field(() => DateScalar, { nullable: true, description: "Until when; null while it is a party." })
  endsOn!: string | null;

  /** Place in the list of parties; the lead comes first. */
  @Column("int")
  position!: number;
}
