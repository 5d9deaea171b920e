import { FieldResolver, Resolver, Root } from "type-graphql";
import { Needs } from "../../../shared/graphql/needs.ts";
import { mutation } from "../../../shared/write/fields.ts";
import { defineNoun } from "../../../shared/write/noun.ts";
import { Consortium } from "../consortium/consortium.stub.ts";
import * as inputs from "./exchange-rate.inputs.ts";
import { exchangeRateKind, exchangeRates } from "./exchange-rate.kind.ts";
import * as service from "./exchange-rate.service.ts";
import { ExchangeRate, ExchangeRateConnection } from "./exchange-rate.ts";

@Resolver(() => ExchangeRate)
class ExchangeRateResolver {
  @Needs("consortiumId")
  @FieldResolver(() => Consortium, { nullable: true, description: "The consortium that uses it." })
  consortium(@Root() { consortiumId }: ExchangeRate): Consortium {
    return { id: consortiumId };
  }
}

/** Exchange rates of consortia. */
export const exchangeRateNoun = defineNoun({
  kind: exchangeRateKind,
  entity: ExchangeRate,
  read: {
    connection: () => ExchangeRateConnection,
    list: exchangeRates,
    one: "exchangeRate",
    many: "exchangeRates",
    plural: "exchange rates of consortia",
  },
  resolvers: [ExchangeRateResolver],
  mutations: {
    setExchangeRate: mutation(
      service.setExchangeRate,
      inputs.SetExchangeRateInput,
      "Sets the rate of a currency from a day on. For admins of the consortium.",
    ),
    correctExchangeRate: mutation(
      service.correctExchangeRate,
      inputs.CorrectExchangeRateInput,
      "Corrects a rate; equity is computed by the right one from then on. For admins of the consortium.",
    ),
  },
});
