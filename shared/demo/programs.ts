import { COURSE_LANGUAGES, FIELDS } from "./names.ts";
import { partnership, SEED, TERMS } from "./network.ts";
import { demoId, mix, Random } from "./random.ts";
import type { DemoPartnership, DemoProgram, DemoProgramKind } from "./records.ts";

/** The last term that a partnership lasts for. */
const lastTermOf = ({ endsOn }: DemoPartnership) =>
  TERMS.findLastIndex((term) => endsOn === null || term.endsOn <= endsOn);

/** Terms by which a program begins later than others: many do, so that the network does not seem to run dry. */
const delayOf = (index: number) => (mix(SEED, 33, index) % 2 === 0 ? 2 + (mix(SEED, 31, index) % 3) : 0);

/** An invented program: two on average run under each partnership. */
export function program(index: number, scale: number): DemoProgram {
  const pair = Math.floor(index / 4);
  // Of four programs in a row, the first one, two or three belong to one partnership and the others to the next.
  const toFirst = 1 + (mix(SEED, 6, pair) % 3);
  const under = partnership(pair * 2 + (index % 4 < toFirst ? 0 : 1), scale);
  const random = new Random(mix(SEED, 7, index));
  const kind = random.weighted<DemoProgramKind>([
    ["INTERNSHIP", 45],
    ["MENTORING", 30],
    ["CODING_COURSE", 25],
  ]);
  const [field, cip, soc] = kind === "CODING_COURSE" ? FIELDS[random.pick([0, 4, 6])]! : random.pick(FIELDS);
  const language = kind === "CODING_COURSE" ? random.pick(COURSE_LANGUAGES) : null;
  const titles = {
    INTERNSHIP: `${field} Internship`,
    MENTORING: `Mentoring for ${field}`,
    CODING_COURSE: `${language} for ${field}`,
  };
  const type = {
    INTERNSHIP: "Internship",
    MENTORING: "MentoringProgram",
    CODING_COURSE: "CodingCourse",
  } as const;
  const isPaid = kind === "INTERNSHIP" && random.chance(0.7);
  const closes = lastTermOf(under);
  const delay = delayOf(index);
  const firstTerm = Math.min(random.between(0, 3) + delay, closes - 1);
  return {
    index,
    id: demoId(type[kind], index),
    kind,
    partnership: under,
    providerId: under.parties[1]?.id ?? under.parties[0]!.id,
    hostId: under.parties[0]!.id,
    title: titles[kind],
    cip,
    soc,
    capacity: random.weighted([
      [random.between(12, 24), 4],
      [random.between(25, 60), 5],
      [random.between(61, 160), 3],
    ]),
    isPaid,
    modality: random.weighted([
      ["IN_PERSON", 6],
      ["HYBRID", 3],
      ["VIRTUAL", 2],
    ]),
    firstTerm,
    lastTerm: Math.min(closes, firstTerm + random.between(3, 6)),
    hoursPlanned: kind === "INTERNSHIP" ? random.pick([120, 160, 240, 320]) : null,
    hourlyWageMinor: isPaid ? random.between(1500, 3200) : null,
    menteesPerMentor: kind === "MENTORING" ? random.between(1, 4) : null,
    sessionsPlanned: kind === "MENTORING" ? random.between(6, 16) : null,
    language,
    level: kind === "CODING_COURSE" ? random.pick(["BEGINNER", "INTERMEDIATE", "ADVANCED"]) : null,
    contactHours: kind === "CODING_COURSE" ? random.pick([30, 45, 60, 90]) : null,
  };
}
