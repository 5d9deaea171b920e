import type { Delivery } from "../contribution/contribution.ts";
import type { Rates } from "../exchange-rate/rates.ts";
import type { PartnershipEquity } from "./equity.ts";

/** A contribution, as far as equity needs it. */
export interface EquityContribution {
  readonly id: string;
  readonly partyId: string;
  readonly category: string;
  readonly startsOn: string;
  readonly currency: string;
  readonly committedMinor: number;
  readonly deliveries: readonly Delivery[];
}

/** A benefit, as far as equity needs it. */
export interface EquityBenefit {
  readonly id: string;
  readonly partyId: string;
  readonly category: string;
  readonly receivedOn: string;
  readonly currency: string;
  readonly amountMinor: number;
}

/** What the equity of a partnership is computed of. */
export interface EquityFacts {
  readonly asOf: string;
  readonly rates: Rates;
  /** Its present parties, the lead first. */
  readonly partyIds: readonly string[];
  readonly contributions: readonly EquityContribution[];
  readonly benefits: readonly EquityBenefit[];
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
const sumOf = (values: Iterable<number>): number => [...values].reduce((sum, each) => sum + each, 0);

/** The Gini coefficient, Σᵢ Σⱼ |xᵢ − xⱼ| / (2 n Σ x); null where all is nothing. */
export function gini(values: readonly number[]): number | null {
  const total = sumOf(values);
  const differences = sumOf(values.flatMap((one) => values.map((other) => Math.abs(one - other))));
  return ratio(differences, 2 * values.length * total);
}

/** Sums by party. */
class Sums extends Map<string, number> {
  add(partyId: string, value: number): void {
    this.set(partyId, this.of(partyId) + value);
  }

  of(partyId: string): number {
    return this.get(partyId) ?? 0;
  }
}

/**
 * The equity of a partnership: shareᵢ = deliveredᵢ / Σ delivered, benefitShareᵢ likewise, balance = benefitShare /
 * share, fulfilment = delivered / committed. Amounts without an exchange rate are left out, and said to be.
 */
export function equityOf({ asOf, rates, partyIds, contributions, benefits }: EquityFacts): PartnershipEquity {
  const { reportingCurrency } = rates;
  const [delivered, benefited, committed, fulfilled] = [new Sums(), new Sums(), new Sums(), new Sums()];
  const leftOut: (readonly [on: string, sentence: string])[] = [];
  const convert = (amountMinor: number, currency: string, on: string, what: string): number | null => {
    const value = rates.convert(amountMinor, currency, on);
    if (value === null) {
      leftOut.push([
        on,
        `${what} is left out: no exchange rate from ${currency} to ${reportingCurrency} on ${on}.`,
      ]);
    }
    return value;
  };
  const parties = new Set(partyIds);
  for (const { id, partyId, category, startsOn, currency, committedMinor, deliveries } of contributions) {
    const known = deliveries.filter(({ deliveredOn }) => deliveredOn <= asOf);
    if (known.length > 0) parties.add(partyId);
    const name = `${category} contribution ${id}`;
    for (const { amountMinor, deliveredOn } of known) {
      const value = convert(amountMinor, currency, deliveredOn, `A delivery of ${name} on ${deliveredOn}`);
      if (value !== null) delivered.add(partyId, value);
    }
    if (startsOn > asOf) continue;
    parties.add(partyId);
    const promised = convert(committedMinor, currency, startsOn, `The fulfilment of ${name}`);
    if (promised === null) continue;
    committed.add(partyId, promised);
    const amount = sumOf(known.map(({ amountMinor }) => amountMinor));
    fulfilled.add(partyId, rates.convert(amount, currency, startsOn)!);
  }
  for (const { id, partyId, category, receivedOn, currency, amountMinor } of benefits) {
    if (receivedOn > asOf) continue;
    parties.add(partyId);
    const value = convert(amountMinor, currency, receivedOn, `${category} benefit ${id} of ${receivedOn}`);
    if (value !== null) benefited.add(partyId, value);
  }
  const [allDelivered, allBenefits] = [sumOf(delivered.values()), sumOf(benefited.values())];
  const perParty = [...parties].map((partyId) => {
    const share = ratio(delivered.of(partyId), allDelivered);
    const benefitShare = ratio(benefited.of(partyId), allBenefits);
    return {
      partyId,
      deliveredMinor: delivered.of(partyId),
      benefitMinor: benefited.of(partyId),
      share,
      benefitShare,
      balance: share === null || benefitShare === null ? null : ratio(benefitShare, share),
      fulfilment: ratio(fulfilled.of(partyId), committed.of(partyId)),
    };
  });
  return {
    currency: reportingCurrency,
    asOf,
    perParty,
    gini: gini(perParty.map(({ deliveredMinor }) => deliveredMinor)),
    leftOut: leftOut.sort(([one], [other]) => one.localeCompare(other)).map(([, sentence]) => sentence),
  };
}
