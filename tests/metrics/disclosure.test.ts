import fc from "fast-check";
import { CellState } from "../../subgraphs/metrics/disclosure/cell.ts";
import { DEFAULT_POLICY } from "../../subgraphs/metrics/disclosure/policy.ts";
import type { Measure, Reported } from "../../subgraphs/metrics/disclosure/protect.ts";
import { protect } from "../../subgraphs/metrics/disclosure/protect.ts";
import { IndicatorType, IndicatorUnit } from "../../subgraphs/metrics/indicator/indicator.enums.ts";

const RATE: Measure = { type: IndicatorType.RATIO, unit: IndicatorUnit.SHARE };
const PEOPLE: Measure = { type: IndicatorType.COUNT, unit: IndicatorUnit.PEOPLE };
const THINGS: Measure = { type: IndicatorType.COUNT, unit: IndicatorUnit.THINGS };
const HOURS: Measure = { type: IndicatorType.SUM, unit: IndicatorUnit.HOURS };
const MEAN: Measure = { type: IndicatorType.MEAN, unit: IndicatorUnit.POINTS };
const NPS: Measure = { type: IndicatorType.NPS, unit: IndicatorUnit.POINTS };

const cell = (reported: Partial<Reported>, measure: Measure) =>
  protect({ n: null, x: null, value: null, ...reported }, measure, DEFAULT_POLICY);
const rate = (x: number, n: number) => cell({ n, x, value: n === 0 ? null : x / n }, RATE);

const hidden = { state: "SUPPRESSED_PRIMARY", value: null, n: null, low: null, high: null };

describe("a protected cell", () => {
  it("is hidden with its number of people when these are fewer than ten", () => {
    for (const measure of [RATE, PEOPLE, THINGS, HOURS, MEAN, NPS]) {
      expect(cell({ n: 9, x: 4, value: 4 }, measure)).toEqual(hidden);
      expect(cell({ n: 1, x: 0, value: 0 }, measure)).toEqual(hidden);
    }
  });

  it("tells nobody from nothing to measure and from nothing reported", () => {
    expect(cell({ n: 0, value: 0 }, PEOPLE)).toMatchObject({ state: "ZERO", value: 0, n: 0 });
    expect(cell({ n: 0, value: 0 }, HOURS)).toMatchObject({ state: "ZERO", value: 0, n: 0 });
    expect(cell({ n: 0, x: 0 }, RATE)).toMatchObject({ state: "NOT_APPLICABLE", value: null, n: 0 });
    expect(cell({ n: 0 }, MEAN)).toMatchObject({ state: "NOT_APPLICABLE", value: null, n: 0 });
    expect(cell({}, RATE)).toMatchObject({ state: "NOT_REPORTED", value: null, n: null });
    expect(cell({ n: 40 }, MEAN)).toMatchObject({ state: "NOT_REPORTED", value: null, n: null });
  });

  it.each([
    // The edges of each band: at the limit it is coded, one person further it is told.
    [2, 10, "RANGE", 0, 0.2],
    [3, 10, "VALUE", 0.3, null],
    [8, 10, "RANGE", 0.8, 1],
    [7, 10, "VALUE", 0.7, null],
    [2, 20, "RANGE", 0, 0.1],
    [3, 20, "VALUE", 0.15, null],
    [18, 20, "RANGE", 0.9, 1],
    [2, 40, "RANGE", 0, 0.05],
    [3, 40, "VALUE", 0.08, null],
    [2, 100, "RANGE", 0, 0.02],
    [3, 100, "VALUE", 0.03, null],
    [98, 100, "RANGE", 0.98, 1],
    [3, 300, "RANGE", 0, 0.01],
    [4, 300, "VALUE", 0.01, null],
    [297, 300, "RANGE", 0.99, 1],
    [0, 5000, "RANGE", 0, 0.01],
    [5000, 5000, "RANGE", 0.99, 1],
  ])("codes the ends of a share by size: %i of %i is %s", (x, n, state, first, high) => {
    const shown = state === "RANGE" ? { low: first, high, value: null } : { value: first, low: null };
    expect(rate(x, n)).toMatchObject({ state, n, ...shown });
  });

  it("hides a share that fewer than three people make, or fail to make, where the bands let it through", () => {
    const policy = { ...DEFAULT_POLICY, bands: [{ from: 10, limit: 0.01 }] };
    expect(protect({ n: 50, x: 2, value: 0.04 }, RATE, policy)).toEqual(hidden);
    expect(protect({ n: 50, x: 48, value: 0.96 }, RATE, policy)).toEqual(hidden);
    expect(protect({ n: 50, x: 3, value: 0.06 }, RATE, policy)).toMatchObject({
      state: "VALUE",
      value: 0.06,
    });
  });

  it("hides a share of a size that no band is for", () => {
    const policy = { ...DEFAULT_POLICY, bands: [{ from: 100, limit: 0.02 }] };
    expect(protect({ n: 50, x: 25, value: 0.5 }, RATE, policy)).toEqual(hidden);
  });

  it("hides a small number of people, and one that leaves a small rest", () => {
    expect(cell({ n: 40, value: 9 }, PEOPLE)).toEqual(hidden);
    expect(cell({ n: 40, value: 38 }, PEOPLE)).toEqual(hidden);
    expect(cell({ n: 40, value: 10 }, PEOPLE)).toMatchObject({ state: "VALUE", value: 10, n: 40 });
    expect(cell({ n: 40, value: 40 }, PEOPLE)).toMatchObject({ state: "VALUE", value: 40, n: 40 });
    expect(cell({ n: 40, value: 0 }, PEOPLE)).toMatchObject({ state: "ZERO", value: 0, n: 40 });
  });

  it("tells totals and means of enough people", () => {
    expect(cell({ n: 12, value: 3 }, THINGS)).toMatchObject({ state: "VALUE", value: 3, n: 12 });
    expect(cell({ n: 12, value: 480.5 }, HOURS)).toMatchObject({ state: "VALUE", value: 480.5, n: 12 });
    expect(cell({ n: 12, value: 0 }, MEAN)).toMatchObject({ state: "VALUE", value: 0, n: 12 });
    expect(cell({ n: 12, value: -17 }, NPS)).toMatchObject({ state: "VALUE", value: -17, n: 12 });
  });

  it("hides what cannot be: no number of people, more than there are, fewer than none", () => {
    expect(cell({ value: 12 }, HOURS)).toEqual(hidden);
    expect(cell({ n: -3, value: 12 }, HOURS)).toEqual(hidden);
    expect(cell({ n: 20, x: 21, value: 1.05 }, RATE)).toEqual(hidden);
    expect(cell({ n: 20, x: -1, value: -0.05 }, RATE)).toEqual(hidden);
    expect(cell({ n: 20, value: 21 }, PEOPLE)).toEqual(hidden);
  });
});

describe("whatever is reported", () => {
  const measures = fc.constantFrom(RATE, PEOPLE, THINGS, HOURS, MEAN, NPS);
  const counts = fc
    .integer({ min: 0, max: 2000 })
    .chain((n) => fc.record({ n: fc.constant(n), x: fc.integer({ min: 0, max: n }) }));
  const of = ({ n, x }: { n: number; x: number }, measure: Measure) =>
    cell({ n, x, value: measure === RATE ? (n === 0 ? null : x / n) : x }, measure);

  it("shows a number of people of none or at least ten, never one between", () => {
    fc.assert(
      fc.property(counts, measures, (reported, measure) => {
        const { n } = of(reported, measure);
        expect(n === null || n === 0 || n >= DEFAULT_POLICY.threshold).toBe(true);
      }),
    );
  });

  it("gives the same cell for all groups that are hidden for their size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(9), measures, (n, x, measure) => {
        expect(of({ n, x: Math.min(x, n) }, measure)).toEqual(hidden);
      }),
    );
  });

  it("has a value exactly where the state says so, and ends exactly where it is a range", () => {
    fc.assert(
      fc.property(counts, measures, (reported, measure) => {
        const { state, value, low, high } = of(reported, measure);
        expect(value !== null).toBe(state === CellState.VALUE || state === CellState.ZERO);
        expect(low !== null && high !== null).toBe(state === CellState.RANGE);
      }),
    );
  });

  it("never says nobody or everybody of a share, and a range holds the truth", () => {
    fc.assert(
      fc.property(counts, ({ n, x }) => {
        const { state, value, low, high } = rate(x, n);
        if (state === CellState.VALUE) {
          expect(value).toBeGreaterThan(0);
          expect(value).toBeLessThan(1);
          expect(Math.abs(value! - x / n)).toBeLessThanOrEqual(0.005 + 1e-9);
          expect(Math.round(value! * 100) / 100).toBe(value);
        } else if (state === CellState.RANGE) {
          expect(x / n).toBeGreaterThanOrEqual(low! - 1e-9);
          expect(x / n).toBeLessThanOrEqual(high! + 1e-9);
        }
      }),
    );
  });

  it("gives a range that depends on the size of the group and its end alone", () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 2000 }), fc.nat(3), fc.nat(3), (n, a, b) => {
        const [first, second] = [rate(a, n), rate(b, n)];
        if (first.state === CellState.RANGE && second.state === CellState.RANGE)
          expect(first).toEqual(second);
      }),
    );
  });

  it("shows a number of people only where neither it nor the rest is small", () => {
    fc.assert(
      fc.property(counts, ({ n, x }) => {
        const { state, value } = of({ n, x }, PEOPLE);
        if (state !== CellState.VALUE) return;
        expect(value).toBeGreaterThanOrEqual(DEFAULT_POLICY.threshold);
        expect(n - value! === 0 || n - value! >= DEFAULT_POLICY.complementThreshold).toBe(true);
      }),
    );
  });
});
