import { Column, Entity } from "typeorm";
import { Directive, Field, ObjectType } from "type-graphql";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { DateScalar } from "../../../shared/graphql/scalars.ts";
import { ID_LENGTH } from "../../../shared/ids.ts";
import { VersionedRecordEntity } from "../../../shared/write/versioned-record.ts";

@Entity("exchange_rate")
@Directive('@key(fields: "id")')
@ObjectType("ExchangeRate", {
  description:
    "The rate by which a consortium converts a currency to its reporting currency, from a day on until its next rate for that currency. Everybody sees it, so that figures can be checked.",
})
export class ExchangeRate extends VersionedRecordEntity {
  /** The consortium that uses it; shown as `consortium`. */
  @Column("varchar", { length: ID_LENGTH })
  consortiumId!: string;

  @Column("varchar", { length: 3 })
  @Field(() => String, { description: "The ISO 4217 currency that is converted." })
  currency!: string;

  @Column("varchar", { length: 3 })
  @Field(() => String, {
    description: "The ISO 4217 currency that the consortium reports in, the same for all its rates.",
  })
  reportingCurrency!: string;

  @Column("varchar", { length: 24 })
  @Field(() => String, {
    description:
      "Units of the reporting currency for one of the currency, an exact decimal such as `1.0832`.",
  })
  rate!: string;

  @Column("date")
  @Field(() => DateScalar, { description: "The first day on which it is in force." })
  effectiveOn!: string;
}

export const ExchangeRateConnection = connectionOf("ExchangeRate", () => ExchangeRate);
