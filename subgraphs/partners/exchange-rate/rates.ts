import sql from "sql-template-tag";
import type { Reader } from "../../../shared/data/database.ts";
import { inList } from "../../../shared/data/loaders.ts";

/** What a consortium reports in that has set no rate yet. */
export const DEFAULT_REPORTING_CURRENCY = "USD";

/** A rate of a currency and the first day on which it is in force. */
export interface DatedRate {
  readonly currency: string;
  /** An exact decimal, such as `1.0832`. */
  readonly rate: string;
  readonly effectiveOn: string;
}

const digits = new Map<string, number>();

/** How many digits a currency's minor unit stands behind the point: 2 for USD, 0 for JPY. */
function minorDigits(currency: string): number {
  let known = digits.get(currency);
  if (known === undefined) {
    const format = new Intl.NumberFormat("en", { style: "currency", currency });
    digits.set(currency, (known = format.resolvedOptions().maximumFractionDigits ?? 2));
  }
  return known;
}

/** The exchange rates of one consortium, and what they make of amounts. */
export class Rates {
  private readonly byCurrency = new Map<string, DatedRate[]>();

  constructor(
    readonly reportingCurrency: string,
    rates: readonly DatedRate[],
  ) {
    for (const each of [...rates].sort((one, other) => one.effectiveOn.localeCompare(other.effectiveOn))) {
      const known = this.byCurrency.get(each.currency);
      if (known) known.push(each);
      else this.byCurrency.set(each.currency, [each]);
    }
  }

  /**
   * Minor units of a currency in minor units of the reporting currency, by the rate in force on a day, exact but for
   * the last rounding (half up); null without such a rate.
   */
  convert(amountMinor: number, currency: string, on: string): number | null {
    if (currency === this.reportingCurrency) return amountMinor;
    const inForce = this.byCurrency.get(currency)?.findLast(({ effectiveOn }) => effectiveOn <= on);
    if (!inForce) return null;
    const [whole, decimals = ""] = inForce.rate.split(".");
    const shift = minorDigits(this.reportingCurrency) - minorDigits(currency) - decimals.length;
    const product = BigInt(amountMinor) * BigInt(`${whole}${decimals}`);
    if (shift >= 0) return Number(product * 10n ** BigInt(shift));
    const divisor = 10n ** BigInt(-shift);
    return Number((product + divisor / 2n) / divisor);
  }
}

/** The exchange rates of consortia, by one statement. */
export async function ratesOfConsortia(
  reader: Reader,
  consortiumIds: readonly string[],
): Promise<(consortiumId: string) => Rates> {
  const rows = await reader.read<{
    consortium_id: string;
    currency: string;
    reporting_currency: string;
    rate: string;
    effective_on: string;
  }>(
    sql`SELECT consortium_id, currency, reporting_currency, rate, effective_on FROM exchange_rate WHERE consortium_id IN (${inList(consortiumIds)})`,
  );
  const known = new Map(
    [...new Set(consortiumIds)].map((id) => {
      const own = rows.filter(({ consortium_id: consortiumId }) => consortiumId === id);
      const rates = own.map(({ effective_on: effectiveOn, ...each }) => ({ ...each, effectiveOn }));
      return [id, new Rates(own[0]?.reporting_currency ?? DEFAULT_REPORTING_CURRENCY, rates)];
    }),
  );
  return (id) => known.get(id)!;
}
