import type { DemoObservation } from "../../shared/demo/observations.ts";
import type { DemoSubject } from "../../shared/demo/world.ts";
import { demoWorld } from "../../shared/demo/world.ts";

const NOW = "2026-11-24";
const ALL = 0;
const world = demoWorld();
const programs = new Map([...world.programs()].map((program) => [program.id, program]));
const codeOf = ({ indicator }: DemoObservation) => world.indicators[indicator]!.code;

interface Reported {
  readonly subject: DemoSubject;
  readonly figures: readonly DemoObservation[];
}
const reported: Reported[] = [...world.subjects()].map((subject) => ({
  subject,
  figures: [...subject.observations()],
}));
const everything = reported.flatMap(({ figures }) => figures);

/** The latest figure for everybody, by indicator and term. */
const latest = (figures: readonly DemoObservation[]) =>
  new Map(
    figures
      .filter(({ group }) => group === ALL)
      .map((figure) => [`${codeOf(figure)} ${figure.term}`, figure]),
  );

/** Completed over enrolled of all programs, by term or group. */
function completion(key: (figure: DemoObservation) => number, among: (figure: DemoObservation) => boolean) {
  const sums = new Map<number, [x: number, n: number]>();
  for (const { subject, figures } of reported) {
    if (subject.kind !== "PROGRAM") continue;
    for (const figure of figures) {
      if (codeOf(figure) !== "COMPLETION_RATE" || !among(figure)) continue;
      const [x, n] = sums.get(key(figure)) ?? [0, 0];
      sums.set(key(figure), [x + figure.x!, n + figure.n]);
    }
  }
  return new Map([...sums].map(([at, [x, n]]) => [at, x / n]));
}

describe("The demo network's figures", () => {
  it("are some 50,000, of every indicator and group, the same each time", () => {
    expect(everything.length).toBeGreaterThan(48_000);
    expect(everything.length).toBeLessThan(52_000);
    expect(new Set(everything.map(({ indicator }) => indicator)).size).toBe(20);
    expect(new Set(everything.map(({ group }) => group)).size).toBe(world.groups.length);
    const again = [...demoWorld().subjects()].flatMap((subject) => [...subject.observations()]);
    expect(again).toEqual(everything);
  });

  it("have one value for each subject, indicator, term, group and revision", () => {
    for (const { figures } of reported) {
      const keys = figures.map(({ indicator, term, group, revision }) =>
        [indicator, term, group, revision].join(),
      );
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  it("are whole counts, no part larger than its whole, and a ratio is its part over its whole", () => {
    const wrong = everything.filter((figure) => {
      const { n, x, value } = figure;
      const isRatio = world.indicators[figure.indicator]!.type === "RATIO";
      return (
        !Number.isInteger(n) ||
        n < 0 ||
        !Number.isFinite(value) ||
        (x !== null && (!Number.isInteger(x) || x < 0 || x > n)) ||
        (isRatio && (x === null || Math.abs(value - (n === 0 ? 0 : x / n)) > 1e-12))
      );
    });
    expect(wrong).toEqual([]);
  });

  it("of the groups of one dimension add up to everybody", () => {
    const wrong: string[] = [];
    for (const { subject, figures } of reported) {
      const sums = new Map<string, [n: number, x: number]>();
      const at = ({ indicator, term, revision }: DemoObservation) => [indicator, term, revision].join();
      for (const figure of figures) {
        if (figure.group === ALL) continue;
        const key = `${at(figure)} ${world.groups[figure.group]!.dimension}`;
        const [n, x] = sums.get(key) ?? [0, 0];
        sums.set(key, [n + figure.n, x + (figure.x ?? 0)]);
      }
      const everybody = new Map(
        figures.filter(({ group }) => group === ALL).map((figure) => [at(figure), figure]),
      );
      for (const [key, [n, x]] of sums) {
        const whole = everybody.get(key.split(" ")[0]!);
        if (whole?.n !== n || (whole.x ?? 0) !== x) wrong.push(`${subject.id} ${key}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("of a program stay within its places and terms, and within each other", () => {
    for (const { subject, figures } of reported) {
      const program = programs.get(subject.id);
      if (!program) continue;
      const known = latest(figures);
      for (let term = 0; term < world.terms.length; term++) {
        const of = (code: string) => known.get(`${code} ${term}`);
        const enrolled = of("ENROLLED");
        expect(enrolled !== undefined).toBe(program.firstTerm <= term && term <= program.lastTerm);
        if (!enrolled) continue;
        const completed = of("COMPLETION_RATE")!;
        expect(enrolled.value).toBeLessThanOrEqual(program.capacity);
        expect(completed.n).toBe(enrolled.value);
        expect(of("PLACEMENT_RATE")!.n).toBe(completed.x);
        expect(completed.x! + of("WITHDRAWAL_RATE")!.x!).toBeLessThanOrEqual(enrolled.value);
        const offers = of("OFFER_RATE");
        expect(offers !== undefined).toBe(program.kind === "INTERNSHIP");
        if (!offers) continue;
        expect(of("ACCEPTANCE_RATE")!.n).toBe(offers.x);
        expect(of("CONVERSION_RATE")).toMatchObject({ n: offers.n, x: of("ACCEPTANCE_RATE")!.x });
      }
    }
  });

  it("of a partnership are the sums of its programs, group by group, as last corrected", () => {
    const expected = new Map<string, [n: number, x: number]>();
    const shared = new Set(["ENROLLED", "COMPLETION_RATE", "PLACEMENT_RATE"]);
    const key = (id: string, figure: DemoObservation) =>
      [id, codeOf(figure), figure.term, figure.group].join(" ");
    for (const { subject, figures } of reported) {
      if (subject.kind !== "PROGRAM") continue;
      const last = new Map<string, DemoObservation>();
      for (const figure of figures)
        if (shared.has(codeOf(figure))) last.set(key(subject.partnershipId!, figure), figure);
      for (const [at, { n, x }] of last) {
        const [sumN, sumX] = expected.get(at) ?? [0, 0];
        expected.set(at, [sumN + n, sumX + (x ?? 0)]);
      }
    }
    const actual = new Map<string, [n: number, x: number]>();
    for (const { subject, figures } of reported)
      if (subject.kind === "PARTNERSHIP")
        for (const figure of figures)
          if (shared.has(codeOf(figure))) actual.set(key(subject.id, figure), [figure.n, figure.x ?? 0]);
    expect(actual).toEqual(expected);
  });

  it("of an institution agree on who took part", () => {
    for (const { subject, figures } of reported) {
      if (subject.kind !== "INSTITUTION") continue;
      const known = latest(figures);
      for (let term = 0; term < world.terms.length; term++) {
        const participation = known.get(`PARTICIPATION_RATE ${term}`)!;
        expect(participation.n).toBe(known.get(`ENROLLED ${term}`)!.value);
        expect(known.get(`FIRST_GENERATION_SHARE ${term}`)!.n).toBe(participation.x);
        // Completed is what was taken part in: some seven in ten do, as in programs.
        const completion = known.get(`COMPLETION_RATE ${term}`)!;
        expect(completion.n).toBe(participation.x);
        expect(Math.abs(completion.value - 0.7)).toBeLessThan(0.15);
      }
    }
  });

  it("rise over the years but for one bad term, and lie apart between groups", () => {
    const byTerm = completion(
      ({ term }) => term,
      ({ group }) => group === ALL,
    );
    expect(byTerm.get(7)!).toBeGreaterThan(byTerm.get(0)! + 0.05);
    expect(byTerm.get(2)!).toBeLessThan(byTerm.get(1)!);
    expect(byTerm.get(3)!).toBeGreaterThan(byTerm.get(2)!);
    const byGroup = completion(
      ({ group }) => group,
      ({ group }) => group !== ALL,
    );
    const of = (code: string) => byGroup.get(world.groups.findIndex((group) => group.code === code))!;
    expect(of("RACE_ETHNICITY:BLACK") / of("RACE_ETHNICITY:ASIAN")).toBeLessThan(0.85);
    expect(of("FIRST_GENERATION:YES")).toBeLessThan(of("FIRST_GENERATION:NO") - 0.05);
  });

  it("have cells so small, so empty and so full that suppression shows", () => {
    const ratios = everything.filter(({ indicator }) => world.indicators[indicator]!.type === "RATIO");
    expect(ratios.filter(({ n }) => n > 0 && n < 10).length).toBeGreaterThan(1000);
    expect(ratios.filter(({ n, x }) => n >= 10 && x === n).length).toBeGreaterThan(10);
    expect(ratios.filter(({ n, x }) => n > 0 && x === 0).length).toBeGreaterThan(10);
    expect(ratios.some(({ n }) => n === 0)).toBe(true);
  });

  it("are known after their term and before today, a correction after what it corrects", () => {
    const wrong = everything.filter(
      ({ recordedAt, term }) => recordedAt <= world.terms[term]!.endsOn || recordedAt >= NOW,
    );
    expect(wrong).toEqual([]);
    let corrections = 0;
    for (const { figures } of reported) {
      const first = new Map<string, string>();
      for (const { indicator, term, group, revision, recordedAt } of figures) {
        const key = [indicator, term, group].join();
        if (revision === 1) first.set(key, recordedAt);
        else {
          corrections++;
          expect(first.get(key)! < recordedAt).toBe(true);
        }
      }
    }
    expect(corrections).toBeGreaterThan(20);
  });
});

/** `DEMO_SCALE=100 npx jest tests/demo/observations` makes the five million of the largest scale. */
const SCALE = Number(process.env["DEMO_SCALE"] ?? 10);

it("makes the demo network's figures one by one, about 50,000 for each step of scale, and keeps none", () => {
  const large = demoWorld({ scale: SCALE });
  let count = 0;
  for (const subject of large.subjects()) for (const _ of subject.observations()) count++;
  expect(count / SCALE).toBeGreaterThan(48_000);
  expect(count / SCALE).toBeLessThan(52_000);
});
