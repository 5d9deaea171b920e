import sql from "sql-template-tag";
import { defineFilter } from "../../../shared/graphql/filter.ts";
import { defineList, filterFields, orderFields } from "../../../shared/graphql/list.ts";
import { column, defineOrder } from "../../../shared/graphql/order.ts";
import { defineKind } from "../../../shared/write/record-kind.ts";
import { byAdmins } from "../partnership/partnership.policy.ts";
import { ExchangeRate } from "./exchange-rate.ts";

/** The consortium of a rate, which is all that its policy has to know. */
interface RateFacts {
  readonly consortiumId: string;
}

/** How exchange rates are written, by admins, and seen, by everybody. */
export const exchangeRateKind = defineKind<ExchangeRate, RateFacts>({
  type: "ExchangeRate",
  name: "exchange_rate",
  source: { record: ExchangeRate, alias: "xr", visible: () => sql`1 = 1`, always: ["id"] },
  facts: (_reader, records) => Promise.resolve(records.map(({ consortiumId }) => ({ consortiumId }))),
  policy: { correctExchangeRate: byAdmins },
  context: (_record, { consortiumId }) => ({ consortiumId, organizationId: null }),
});

export const exchangeRates = defineList(
  exchangeRateKind.source,
  defineFilter(
    "ExchangeRateFilter",
    "Which exchange rates to list.",
    filterFields(ExchangeRate, "xr", ["currency", "reportingCurrency", "effectiveOn", "consortiumId"]),
  ),
  defineOrder("ExchangeRateOrder", orderFields(ExchangeRate, "xr", ["effectiveOn", "currency"]), {
    id: column("xr.id"),
    default: [{ field: "EFFECTIVE_ON" }],
  }),
);
