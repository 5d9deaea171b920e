import { Rates } from "../../subgraphs/partners/exchange-rate/rates.ts";
import type { EquityFacts } from "../../subgraphs/partners/equity/equity.compute.ts";
import { equityOf, gini } from "../../subgraphs/partners/equity/equity.compute.ts";

/*
 * Known answers, worked out by hand in the comments.
 */

const USD = new Rates("USD", []);
const facts = (some: Partial<EquityFacts> = {}): EquityFacts => ({
  asOf: "2025-12-31",
  rates: USD,
  partyIds: ["a", "b"],
  contributions: [],
  benefits: [],
  ...some,
});
const given = (
  partyId: string,
  committedMinor: number,
  deliveries: (readonly [string, number])[],
  more = {},
) => ({
  id: `contrib_${partyId}`,
  partyId,
  category: "CASH",
  startsOn: "2025-01-01",
  currency: "USD",
  committedMinor,
  deliveries: deliveries.map(([deliveredOn, amountMinor]) => ({ deliveredOn, amountMinor, quantity: null })),
  ...more,
});
const got = (partyId: string, amountMinor: number, more = {}) => ({
  id: `benefit_${partyId}`,
  partyId,
  category: "DATA",
  receivedOn: "2025-06-01",
  currency: "USD",
  amountMinor,
  ...more,
});

it("gives each party's shares, balance and fulfilment, and the Gini coefficient", () => {
  // Delivered: a 10,000 + 20,000 = 30,000; b 10,000; Σ 40,000. Shares 30/40 = 0.75 and 10/40 = 0.25.
  // Benefits: a 20,000, b 30,000; Σ 50,000. Shares 0.4 and 0.6. Balance a 0.4/0.75 = 8/15, b 0.6/0.25 = 2.4.
  // Fulfilment: a 30,000/40,000 = 0.75; b 10,000/8,000 = 1.25.
  // Gini: Σᵢ Σⱼ |xᵢ − xⱼ| = 2 · 20,000; 2 n Σ = 2 · 2 · 40,000; 40,000/160,000 = 0.25.
  const equity = equityOf(
    facts({
      contributions: [
        given("a", 40_000, [
          ["2025-02-01", 10_000],
          ["2025-03-01", 20_000],
        ]),
        given("b", 8_000, [["2025-04-01", 10_000]]),
      ],
      benefits: [got("a", 20_000), got("b", 30_000)],
    }),
  );
  const [a, b] = equity.perParty;
  expect(a).toMatchObject({ deliveredMinor: 30_000, share: 0.75, benefitShare: 0.4, fulfilment: 0.75 });
  expect(a!.balance).toBeCloseTo(8 / 15, 12);
  expect(b).toMatchObject({ deliveredMinor: 10_000, share: 0.25, benefitShare: 0.6, fulfilment: 1.25 });
  expect(b!.balance).toBeCloseTo(2.4, 12);
  expect(equity).toMatchObject({ currency: "USD", gini: 0.25, leftOut: [] });
});

it("has no part whose denominator is zero", () => {
  const nothing = { share: null, benefitShare: null, balance: null, fulfilment: null };
  expect(equityOf(facts())).toMatchObject({
    gini: null,
    perParty: [
      { partyId: "a", ...nothing },
      { partyId: "b", ...nothing },
    ],
  });
  // Only b has delivered: a's share is 0, and its balance would be 1/0.
  const { perParty } = equityOf(
    facts({ contributions: [given("b", 0, [["2025-02-01", 5]])], benefits: [got("a", 7)] }),
  );
  expect(perParty).toMatchObject([
    { share: 0, benefitShare: 1, balance: null, fulfilment: null },
    { share: 1, benefitShare: 0, balance: 0, fulfilment: null },
  ]);
});

it("compares any number of parties", () => {
  // 0, 0, 0, 4: the differences are 6 ordered pairs of 4 = 24; 2 · 4 · 4 = 32; 24/32 = 0.75 = (n − 1)/n.
  expect(gini([0, 0, 0, 4])).toBe(0.75);
  expect(gini([3, 3, 3])).toBe(0);
  // 1, 2, 3: pairs (1, 2), (2, 3) of 1 and (1, 3) of 2, each twice = 8; 2 · 3 · 6 = 36; 8/36 = 2/9.
  expect(gini([1, 2, 3])).toBeCloseTo(2 / 9, 12);
  expect(gini([])).toBeNull();
});

const RATES = new Rates("USD", [
  { currency: "EUR", rate: "1.10", effectiveOn: "2025-06-01" },
  { currency: "EUR", rate: "1.05", effectiveOn: "2025-01-01" },
  { currency: "JPY", rate: "0.00675", effectiveOn: "2025-01-01" },
]);

it("converts by the rate in force on the day, exactly, and rounds half up once", () => {
  expect(RATES.convert(10_000, "EUR", "2025-05-31")).toBe(10_500);
  expect(RATES.convert(10_000, "EUR", "2025-06-01")).toBe(11_000);
  expect(RATES.convert(10_000, "EUR", "2024-12-31")).toBeNull();
  expect(RATES.convert(10_000, "CAD", "2025-06-01")).toBeNull();
  // The yen has no minor unit, the dollar has two digits: 1,000 yen · 0.00675 = 6.75 dollars = 675 cents.
  expect(RATES.convert(1_000, "JPY", "2025-02-01")).toBe(675);
  // 10 cents · 1.05 = 10.5, up to 11; 9 · 1.05 = 9.45, down to 9.
  expect(RATES.convert(10, "EUR", "2025-02-01")).toBe(11);
  expect(RATES.convert(9, "EUR", "2025-02-01")).toBe(9);
  // 9,007,199,254,740,991 · 1.1 has no exact double on the way: 9,907,919,180,215,090.1 rounds down.
  expect(
    new Rates("USD", [{ currency: "EUR", rate: "1.1", effectiveOn: "2025-01-01" }]).convert(
      8_000_000_000_000_001,
      "EUR",
      "2025-01-01",
    ),
  ).toBe(8_800_000_000_000_001);
});

it("converts deliveries by their day, fulfilment by the first day, and says what it leaves out", () => {
  // a, in euros: delivered 100.00 by 1.05 and 100.00 by 1.10 = 10,500 + 11,000 = 21,500 cents; fulfilment by 1.05
  // alone: 20,000 · 1.05 / (20,000 · 1.05) = 1. b, in Canadian dollars without a rate: nothing is known.
  const equity = equityOf(
    facts({
      rates: RATES,
      contributions: [
        given(
          "a",
          20_000,
          [
            ["2025-02-01", 10_000],
            ["2025-07-01", 10_000],
          ],
          { currency: "EUR" },
        ),
        given("b", 500, [["2025-03-01", 500]], { currency: "CAD", startsOn: "2025-02-02" }),
      ],
      benefits: [got("b", 100, { currency: "EUR", receivedOn: "2024-03-01" })],
    }),
  );
  expect(equity.perParty).toMatchObject([
    { deliveredMinor: 21_500, share: 1, benefitShare: null, fulfilment: 1 },
    { deliveredMinor: 0, share: 0, benefitShare: null, fulfilment: null },
  ]);
  expect(equity.leftOut).toEqual([
    "DATA benefit benefit_b of 2024-03-01 is left out: no exchange rate from EUR to USD on 2024-03-01.",
    "The fulfilment of CASH contribution contrib_b is left out: no exchange rate from CAD to USD on 2025-02-02.",
    "A delivery of CASH contribution contrib_b on 2025-03-01 is left out: no exchange rate from CAD to USD on 2025-03-01.",
  ]);
});

it("looks no further than its day, and knows parties that have left", () => {
  const contributions = [
    given("left", 100, [
      ["2025-02-01", 100],
      ["2025-09-01", 900],
    ]),
    given("a", 300, [["2025-03-01", 300]]),
    given("b", 999, [], { startsOn: "2025-10-01" }),
  ];
  // Until June: a 300, left 100; Σ 400. b's commitment has not begun.
  const equity = equityOf(facts({ asOf: "2025-06-30", contributions }));
  expect(equity.perParty).toMatchObject([
    { partyId: "a", share: 0.75, fulfilment: 1 },
    { partyId: "b", share: 0, fulfilment: null },
    { partyId: "left", share: 0.25, fulfilment: 1 },
  ]);
});
