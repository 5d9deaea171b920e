import { GROUPS, INDICATORS } from "./indicators.ts";
import { institution, SEED, TERMS } from "./network.ts";
import { mix, Random, splitCount } from "./random.ts";
import type { DemoPartnership, DemoProgram } from "./records.ts";

/** A fact of the demo network. Indicators, terms and groups are named by their places in their lists. */
export interface DemoObservation {
  readonly indicator: number;
  readonly term: number;
  readonly group: number;
  readonly revision: number;
  readonly n: number;
  readonly x: number | null;
  readonly value: number;
  /** When it came to be known, UTC: after its term, a placement half a year later, a correction after what it corrects. */
  readonly recordedAt: string;
}

const DIMENSIONS = [
  "RACE_ETHNICITY",
  "GENDER",
  "FIRST_GENERATION",
  "LOW_INCOME",
  "DISABILITY",
  "LANGUAGE",
] as const;
const INSTITUTION_DIMENSIONS = ["RACE_ETHNICITY", "GENDER", "FIRST_GENERATION"] as const;
const ALL = 0;

const number = new Map(INDICATORS.map(({ code }, index) => [code, index]));
const indicatorOf = (code: string) => number.get(code)!;

const groupsOf = new Map(
  DIMENSIONS.map((dimension) => [
    dimension,
    GROUPS.flatMap((group, index) => (group.dimension === dimension ? [index] : [])),
  ]),
);

/** Days after the end of its term until a figure is known. */
const DAYS_UNTIL = { reported: 14, corrected: 100, placed: 184 } as const;

const instants = (days: number) =>
  TERMS.map(({ endsOn }) => {
    const day = new Date(Date.parse(`${endsOn}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
    return `${day} 12:00:00.000000`;
  });

/** By what happened, then by term: made once, for there are millions of figures. */
const REPORTED = instants(DAYS_UNTIL.reported);
const CORRECTED = instants(DAYS_UNTIL.corrected);
const PLACED = instants(DAYS_UNTIL.placed);

/** A bad term: everything dipped. */
const DIP = 2;

function rate(base: number, term: number, noise: number): number {
  const trend = base + 0.012 * term - (term === DIP ? 0.07 : 0) + noise;
  return Math.min(Math.max(trend, 0.02), 0.99);
}

/** The dimensions that a partnership and its programs report by. */
function dimensionsOf(partnershipIndex: number) {
  const first = mix(SEED, 20, partnershipIndex) % DIMENSIONS.length;
  const step = 1 + (mix(SEED, 21, partnershipIndex) % (DIMENSIONS.length - 1));
  const second = DIMENSIONS[(first + step) % DIMENSIONS.length]!;
  return mix(SEED, 28, partnershipIndex) % 2 === 0 ? [DIMENSIONS[first]!, second] : [DIMENSIONS[first]!];
}

/** Counts of one indicator for everybody and for each group of some dimensions. */
interface Counts {
  readonly n: number;
  readonly x: number;
  readonly groups: ReadonlyMap<number, { readonly n: number; readonly x: number }>;
}

/** Splits everybody's counts over groups so that each dimension adds up to them. */
function split(
  n: number,
  x: number,
  dimensions: readonly (typeof DIMENSIONS)[number][],
  denominators?: Counts,
): Counts {
  const groups = new Map<number, { n: number; x: number }>();
  for (const dimension of dimensions) {
    const members = groupsOf.get(dimension)!;
    const ns = denominators
      ? members.map((group) => denominators.groups.get(group)!.x)
      : splitCount(
          n,
          members.map((group) => GROUPS[group]!.share),
        );
    const base = x / Math.max(n, 1);
    const xs = splitCount(
      x,
      ns.map((count, index) => count * Math.max(base + GROUPS[members[index]!]!.gap, 0.01)),
      ns,
    );
    members.forEach((group, index) => groups.set(group, { n: ns[index]!, x: xs[index]! }));
  }
  return { n, x, groups };
}

/** Enrolment, completion and placement of one program in one term. */
function programTerm(program: DemoProgram, term: number) {
  const random = new Random(mix(SEED, 22, program.index, term));
  const dimensions = dimensionsOf(program.partnership.index);
  const enrolled = Math.max(4, Math.round(program.capacity * (0.6 + 0.4 * random.fraction())));
  const quality = (mix(SEED, 23, program.index) % 1000) / 1000;
  const completed = Math.round(enrolled * rate(0.55 + 0.3 * quality, term, 0.06 * (random.fraction() - 0.5)));
  const placed = Math.round(completed * rate(0.5 + 0.3 * quality, term, 0.08 * (random.fraction() - 0.5)));
  const completion = split(enrolled, completed, dimensions);
  const placement = split(completed, placed, dimensions, completion);
  return { random, completion, placement };
}

function* rows(code: string, term: number, counts: Counts, revision = 1): Generator<DemoObservation> {
  const indicator = indicatorOf(code);
  const isCount = code === "ENROLLED";
  const recordedAt = (revision > 1 ? CORRECTED : code === "PLACEMENT_RATE" ? PLACED : REPORTED)[term]!;
  const row = (group: number, n: number, x: number): DemoObservation => ({
    indicator,
    term,
    group,
    revision,
    n,
    x: isCount ? null : x,
    value: isCount ? n : n === 0 ? 0 : x / n,
    recordedAt,
  });
  yield row(ALL, counts.n, counts.x);
  for (const [group, { n, x }] of counts.groups) yield row(group, n, x);
}

const single = (code: string, term: number, n: number, x: number | null, value: number): DemoObservation => ({
  indicator: indicatorOf(code),
  term,
  group: ALL,
  revision: 1,
  n,
  x,
  value,
  recordedAt: REPORTED[term]!,
});

const share = (code: string, term: number, n: number, part: number) => {
  const x = Math.round(n * Math.min(Math.max(part, 0), 1));
  return single(code, term, n, x, n === 0 ? 0 : x / n);
};

/** What a program reports: its terms' enrolment, completion and placement by group, and what its kind adds. */
export function* programObservations(program: DemoProgram): Generator<DemoObservation> {
  for (let term = program.firstTerm; term <= program.lastTerm; term++) {
    const { random, completion, placement } = programTerm(program, term);
    const { n, x } = completion;
    const attended = (planned: number) => Math.round(planned * (0.82 + 0.16 * random.fraction()));
    yield* rows("ENROLLED", term, completion);
    if (mix(SEED, 24, program.index, term) % 40 === 0) {
      // First reported one completer short, and corrected since.
      yield* rows(
        "COMPLETION_RATE",
        term,
        split(n, Math.max(x - 1, 0), dimensionsOf(program.partnership.index)),
      );
      yield* rows("COMPLETION_RATE", term, completion, 2);
    } else {
      yield* rows("COMPLETION_RATE", term, completion);
    }
    yield* rows("PLACEMENT_RATE", term, placement);
    yield share("ATTENDANCE_RATE", term, n, 0.75 + 0.2 * random.fraction());
    yield single("SATISFACTION", term, Math.round(n * 0.7), null, round(3.4 + 1.3 * random.fraction(), 2));
    if (program.kind === "INTERNSHIP") {
      const offers = Math.round(x * (0.4 + 0.3 * random.fraction()));
      const accepted = Math.round(offers * (0.6 + 0.3 * random.fraction()));
      yield single("OFFER_RATE", term, x, offers, offers / Math.max(x, 1));
      yield single("ACCEPTANCE_RATE", term, offers, accepted, accepted / Math.max(offers, 1));
      yield single("CONVERSION_RATE", term, x, accepted, accepted / Math.max(x, 1));
      yield single("HOURS_SERVED", term, n, null, attended(n * (program.hoursPlanned ?? 0)));
    } else if (program.kind === "MENTORING") {
      yield single("MENTOR_SESSIONS", term, n, null, attended(n * (program.sessionsPlanned ?? 0)));
    } else {
      yield single("CREDENTIALS_AWARDED", term, x, null, x);
      yield single("LEARNING_GAIN", term, x, null, round(8 + 20 * random.fraction(), 1));
    }
    // Nobody both completes and withdraws.
    const withdrew = Math.min(Math.round(n * (0.03 + 0.1 * random.fraction())), n - x);
    yield single("WITHDRAWAL_RATE", term, n, withdrew, withdrew / n);
  }
}

/** What a partnership reports: the sums of its programs, and what only it knows. */
export function* partnershipObservations(
  partnership: DemoPartnership,
  programs: readonly DemoProgram[],
): Generator<DemoObservation> {
  for (let term = 0; term < TERMS.length; term++) {
    const running = programs.filter(({ firstTerm, lastTerm }) => firstTerm <= term && term <= lastTerm);
    if (running.length === 0) continue;
    const terms = running.map((program) => programTerm(program, term));
    const completion = sum(terms.map((each) => each.completion));
    yield* rows("ENROLLED", term, completion);
    yield* rows("COMPLETION_RATE", term, completion);
    yield* rows("PLACEMENT_RATE", term, sum(terms.map((each) => each.placement)));
    const random = new Random(mix(SEED, 25, partnership.index, term));
    const answers = Math.round(completion.n * 0.6);
    yield single("NPS", term, answers, null, random.between(5, 70));
    yield share("TOP2BOX", term, answers, 0.6 + 0.3 * random.fraction());
    // The donors behind it: a sum tells of nobody when enough gave.
    yield single("FUNDING_RAISED", term, running.length * 10, null, random.between(5, 120) * 1000);
  }
}

/** What an institution reports of its whole student body. */
export function* institutionObservations(index: number): Generator<DemoObservation> {
  const { type, level } = institution(index);
  const size = new Random(mix(SEED, 26, index)).between(
    type === "K12_SCHOOL" ? 400 : 1500,
    type === "UNIVERSITY" ? 22000 : 6000,
  );
  for (let term = 0; term < TERMS.length; term++) {
    const random = new Random(mix(SEED, 27, index, term));
    const n = Math.round(size * (1 + 0.01 * term));
    const first = Math.round(n * 0.24);
    const back = Math.round(first * rate(0.7, term, 0.04 * (random.fraction() - 0.5)));
    yield* rows("ENROLLED", term, split(n, 0, INSTITUTION_DIMENSIONS));
    // A second year after the first is what colleges keep students for; a school has its pupils by law.
    if (level !== null) yield* rows("RETENTION_RATE", term, split(first, back, INSTITUTION_DIMENSIONS));
    const cohort = Math.round(n * 0.2);
    yield* rows(
      "GRADUATION_RATE",
      term,
      split(cohort, Math.round(cohort * rate(0.45, term, 0)), ["RACE_ETHNICITY", "GENDER"]),
    );
    const participants = Math.round(n * (0.03 + 0.05 * random.fraction()));
    yield single("PARTICIPATION_RATE", term, n, participants, participants / n);
    yield share("FIRST_GENERATION_SHARE", term, participants, 0.38 + 0.06 * random.fraction());
    const completed = Math.round(participants * rate(0.7, term, 0.06 * (random.fraction() - 0.5)));
    yield* rows("COMPLETION_RATE", term, split(participants, completed, ["GENDER"]));
  }
}

function sum(parts: readonly Counts[]): Counts {
  const groups = new Map<number, { n: number; x: number }>();
  let [n, x] = [0, 0];
  for (const part of parts) {
    n += part.n;
    x += part.x;
    for (const [group, counts] of part.groups) {
      const known = groups.get(group) ?? { n: 0, x: 0 };
      groups.set(group, { n: known.n + counts.n, x: known.x + counts.x });
    }
  }
  return { n, x, groups };
}

const round = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits;
