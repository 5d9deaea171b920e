import sql, { raw } from "sql-template-tag";
import type { Transaction } from "../../../shared/data/database.ts";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import type { Check } from "../../../shared/write/check.ts";
import { checked } from "../../../shared/write/check.ts";
import { allow, changeRecord, createRecord } from "../../../shared/write/change.ts";
import { conflict } from "../../../shared/write/refuse.ts";
import { byAdmins } from "../partnership/partnership.policy.ts";
import type { CorrectExchangeRateInput, SetExchangeRateInput } from "./exchange-rate.inputs.ts";
import { exchangeRateKind } from "./exchange-rate.kind.ts";
import { ExchangeRate } from "./exchange-rate.ts";
import { DEFAULT_REPORTING_CURRENCY } from "./rates.ts";

const RATE = /^(0|[1-9]\d{0,8})(\.\d{1,10})?$/;

function checkRate(check: Check<SetExchangeRateInput | CorrectExchangeRateInput>): void {
  const { rate } = check.input;
  if (rate == null) return;
  const isRight = RATE.test(rate) && /[1-9]/.test(rate);
  check.expect(
    isRight,
    "rate",
    "a decimal above 0 with at most 9 digits before its point and 10 behind",
    rate,
  );
}

/** The consortium's rates, locked: two first ones at once must agree on the reporting currency. */
async function ratesOf(tx: Transaction, consortiumId: string) {
  const lock = raw(tx.dialect === "mysql" ? "FOR UPDATE" : "");
  return tx.read<{ id: string; currency: string; reporting_currency: string; effective_on: string }>(
    sql`SELECT id, currency, reporting_currency, effective_on FROM exchange_rate WHERE consortium_id = ${consortiumId} ${lock}`,
  );
}

/** Sets the rate of a currency from a day on. */
export function setExchangeRate(ctx: SubgraphContext, input: SetExchangeRateInput): Promise<string> {
  const { consortiumId, currency, effectiveOn } = input;
  const action = "setExchangeRate";
  return createRecord(ctx, exchangeRateKind, {
    action,
    input,
    authorize: async () => allow({ [action]: byAdmins }, action, ctx.viewer, { consortiumId }),
    async make(id, _parent, tx) {
      const rates = await ratesOf(tx, consortiumId);
      const decided = rates[0]?.reporting_currency;
      const reportingCurrency = input.reportingCurrency ?? decided ?? DEFAULT_REPORTING_CURRENCY;
      const given = checked(ExchangeRate, input, (check) => {
        check.currency("currency");
        check.currency("reportingCurrency");
        checkRate(check);
        check.expect(
          decided === undefined || reportingCurrency === decided,
          "reportingCurrency",
          `${decided}, in which the consortium reports`,
          reportingCurrency,
        );
        check.expect(
          currency !== reportingCurrency,
          "currency",
          "another currency than the reporting one",
          currency,
        );
      });
      const there = rates.find((each) => each.currency === currency && each.effective_on === effectiveOn);
      if (there) {
        throw conflict(
          `The rate of ${currency} from ${effectiveOn} on is set already (${there.id}): correct that one.`,
          { field: "effectiveOn" },
        );
      }
      return { ...given, id, consortiumId, reportingCurrency };
    },
  });
}

/** Corrects a rate. */
export function correctExchangeRate(ctx: SubgraphContext, input: CorrectExchangeRateInput): Promise<string> {
  return changeRecord(ctx, exchangeRateKind, { action: "correctExchangeRate", input }, (before) => {
    const { rate } = checked(ExchangeRate, input, checkRate);
    return rate === before.rate ? before : { ...before, rate };
  });
}
