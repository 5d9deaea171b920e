import { Column } from "typeorm";
import { ObjectType } from "type-graphql";
import { ID_LENGTH } from "../../../shared/ids.ts";
import { VersionedRecordEntity } from "../../../shared/write/versioned-record.ts";

/** The columns of a record that hangs on a partnership; the partnership is shown by `partnershipOf`. */
@ObjectType()
export abstract class PartnershipRecord extends VersionedRecordEntity {
  @Column("varchar", { length: ID_LENGTH })
  partnershipId!: string;
}
