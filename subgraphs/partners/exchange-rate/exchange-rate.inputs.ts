import { Field, ID, InputType } from "type-graphql";
import { changeInputOf, newInputOf } from "../../../shared/write/inputs.ts";
import { ExchangeRate } from "./exchange-rate.ts";

@InputType({ description: "What it takes to set an exchange rate." })
export class SetExchangeRateInput extends newInputOf(ExchangeRate, {
  required: ["currency", "rate", "effectiveOn"],
}) {
  @Field(() => ID, { description: "The consortium that is to use it." })
  consortiumId!: string;

  @Field(() => String, {
    nullable: true,
    description:
      "The currency that the consortium reports in. Its first rate decides on it, USD where that does not say; later ones may leave it out.",
  })
  reportingCurrency?: string | null;
}

@InputType({ description: "The right rate in place of a wrong one. The history keeps what was said before." })
export class CorrectExchangeRateInput extends changeInputOf(ExchangeRate, {}) {
  @Field(() => String, {
    description:
      "Units of the reporting currency for one of the currency, an exact decimal such as `1.0832`.",
  })
  rate!: string;
}
