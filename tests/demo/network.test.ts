import { CONSORTIA } from "../../shared/demo/network.ts";
import { demoId } from "../../shared/demo/random.ts";
import { DEMO_VIEWERS } from "../../shared/demo/viewers.ts";
import { demoWorld } from "../../shared/demo/world.ts";
import { ID_PREFIXES, typeOfId } from "../../shared/ids.ts";

const TODAY = "2026-11-23";
const UUID_V7 = /^[a-z]+_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const world = demoWorld();
const institutions = [...world.institutions()];
const partners = [...world.partners()];
const partnerships = [...world.partnerships()];
const programs = [...world.programs()];
const organisations = new Map(
  [...institutions, ...partners].map(({ id, consortium }) => [id, { id, consortium }]),
);

const countBy = <T>(records: readonly T[], key: (record: T) => string | number) => {
  const counts: Record<string, number> = {};
  for (const record of records) counts[key(record)] = (counts[key(record)] ?? 0) + 1;
  return counts;
};

describe("The demo network", () => {
  it("has the promised sizes, and multiplies all but its terms, indicators, groups and consortia", () => {
    const sizes = ({ counts, terms, indicators, consortia, groups }: typeof world) => ({
      ...counts,
      terms: terms.length,
      indicators: indicators.length,
      consortia: consortia.length,
      groups: groups.length,
    });
    const fixed = { terms: 8, indicators: 20, consortia: 2, groups: 16 };
    expect(sizes(world)).toEqual({
      institutions: 40,
      partners: 60,
      partnerships: 150,
      programs: 300,
      ...fixed,
    });
    expect([institutions, partners, partnerships, programs].map(({ length }) => length)).toEqual([
      40, 60, 150, 300,
    ]);
    const three = demoWorld({ scale: 3 });
    expect(sizes(three)).toEqual({
      institutions: 120,
      partners: 180,
      partnerships: 450,
      programs: 900,
      ...fixed,
    });
    expect([...three.programs()]).toHaveLength(900);
  });

  it("is the same each time it is made", () => {
    const again = demoWorld();
    expect([...again.institutions()]).toEqual(institutions);
    expect([...again.partners()]).toEqual(partners);
    expect([...again.partnerships()]).toEqual(partnerships);
    expect([...again.programs()]).toEqual(programs);
  });

  it("keeps institutions and partners as they are, and partnerships' ids and visibility, when it grows", () => {
    const larger = demoWorld({ scale: 2 });
    expect([...larger.institutions()].slice(0, 40)).toEqual(institutions);
    expect([...larger.partners()].slice(0, 60)).toEqual(partners);
    const kept = ({ id, visibility, consortiumId }: (typeof partnerships)[number]) => ({
      id,
      visibility,
      consortiumId,
    });
    expect([...larger.partnerships()].slice(0, 150).map(kept)).toEqual(partnerships.map(kept));
    const ofProgram = ({ id, partnership }: (typeof programs)[number]) => [id, partnership.id];
    expect([...larger.programs()].slice(0, 300).map(ofProgram)).toEqual(programs.map(ofProgram));
  });

  it("gives every record an id of its own, shaped like every other id", () => {
    const typed = [
      ...institutions.map(({ id }) => [id, "Institution"] as const),
      ...partners.map(({ id }) => [id, "PartnerOrganization"] as const),
      ...partnerships.map(({ id }) => [id, "Partnership"] as const),
      ...CONSORTIA.map(({ id }) => [id, "Consortium"] as const),
      ...programs.map(
        ({ id, kind }) =>
          [
            id,
            { INTERNSHIP: "Internship", MENTORING: "MentoringProgram", CODING_COURSE: "CodingCourse" }[kind],
          ] as const,
      ),
    ];
    for (const [id, type] of typed) {
      expect(id).toMatch(UUID_V7);
      expect(typeOfId(id)).toBe(type);
    }
    expect(new Set(typed.map(([id]) => id)).size).toBe(typed.length);
    const many = (["Institution", "Partnership", "Internship", "Cohort"] as const).flatMap((type) =>
      Array.from({ length: 30_000 }, (_, index) => demoId(type, index).slice(ID_PREFIXES[type].length)),
    );
    expect(new Set(many).size).toBe(many.length);
  });

  it("calls no two institutions, partners or partnerships the same, at the largest scale either", () => {
    const large = demoWorld({ scale: 100 });
    for (const records of [large.institutions(), large.partners(), large.partnerships()]) {
      const names = [...records].map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      expect(names.filter((name) => /\b(\w+)-\1\b/.test(name))).toEqual([]);
    }
  });

  it("tells of each institution where it stands in IPEDS, its Carnegie class and its locale, where it has them", () => {
    for (const { level, control, type, sector, carnegie, locale } of institutions) {
      const isCollege = level !== null;
      expect(sector).toBe(!isCollege ? null : level === "TWO_YEAR" ? 4 : control === "PUBLIC" ? 1 : 2);
      expect(carnegie !== null).toBe(isCollege);
      if (level === "TWO_YEAR") expect(carnegie!).toBeLessThanOrEqual(9);
      if (type === "UNIVERSITY") expect([15, 16, 17, 18, 19]).toContain(carnegie);
      expect([11, 12, 13, 32]).toContain(locale);
    }
    expect(new Set(institutions.map(({ carnegie }) => carnegie)).size).toBeGreaterThan(8);
  });

  it("has a state with many institutions, and two consortia of unequal size", () => {
    const states = countBy(institutions, ({ subdivision }) => subdivision);
    expect(states["OH"]).toBeGreaterThanOrEqual(8);
    expect(Object.keys(states)).toEqual(expect.arrayContaining(["CA", "NY", "OH", "TX"]));
    expect(countBy(institutions, ({ consortium }) => consortium)).toEqual({ 0: 32, 1: 8 });
  });
});

describe("A demo partnership", () => {
  it("has two to five different parties, all known and of its consortium, a signing lead institution first", () => {
    for (const { parties, consortium } of partnerships) {
      expect(parties.length).toBeGreaterThanOrEqual(2);
      expect(parties.length).toBeLessThanOrEqual(5);
      expect(new Set(parties.map(({ id }) => id)).size).toBe(parties.length);
      expect(parties[0]).toMatchObject({ kind: "INSTITUTION", role: "LEAD", isSignatory: true });
      for (const { id, kind } of parties) {
        expect(organisations.get(id)).toMatchObject({ consortium });
        expect(typeOfId(id)).toBe(kind === "INSTITUTION" ? "Institution" : "PartnerOrganization");
      }
    }
    const ofTwo = partnerships.filter(
      ({ parties }) => parties.filter(({ kind }) => kind === "INSTITUTION").length > 1,
    );
    expect(ofTwo.length).toBeGreaterThan(20);
  });

  it("is public, its consortium's or its parties' own in the promised parts, in both consortia", () => {
    const parts = countBy(partnerships, ({ visibility }) => visibility);
    expect(parts["PUBLIC"]! / 150).toBeCloseTo(0.4, 1);
    expect(parts["CONSORTIUM"]! / 150).toBeCloseTo(0.43, 1);
    expect(parts["PARTIES"]! / 150).toBeCloseTo(0.17, 1);
    for (const { id } of CONSORTIA) {
      const own = partnerships.filter(({ consortiumId }) => consortiumId === id);
      expect(new Set(own.map(({ visibility }) => visibility)).size).toBe(3);
    }
  });

  it("has ended exactly when its last day is over", () => {
    for (const { stage, startsOn, endsOn } of partnerships) {
      expect(startsOn < (endsOn ?? "9999")).toBe(true);
      expect(endsOn !== null && endsOn < TODAY).toBe(stage === "ENDED");
    }
    expect(new Set(partnerships.map(({ stage }) => stage)).size).toBeGreaterThanOrEqual(4);
  });
});

describe("A demo program", () => {
  it("is hosted by an institution and provided by another party of its partnership, and every one has some", () => {
    for (const { partnership, hostId, providerId } of programs) {
      const parties = new Map(partnership.parties.map(({ id, kind }) => [id, kind]));
      expect(parties.get(hostId)).toBe("INSTITUTION");
      expect(parties.has(providerId)).toBe(true);
      expect(providerId).not.toBe(hostId);
      expect(partnership).toEqual(partnerships[partnership.index]);
    }
    expect(new Set(programs.map(({ partnership }) => partnership.id)).size).toBe(partnerships.length);
  });

  it("runs for several terms within its partnership's time", () => {
    for (const { partnership, firstTerm, lastTerm } of programs) {
      expect(lastTerm).toBeGreaterThan(firstTerm);
      expect(world.terms[firstTerm]!.startsOn >= partnership.startsOn).toBe(true);
      expect(world.terms[lastTerm]!.endsOn <= (partnership.endsOn ?? "9999")).toBe(true);
    }
    for (let term = 0; term < world.terms.length; term++)
      expect(programs.some(({ firstTerm, lastTerm }) => firstTerm <= term && term <= lastTerm)).toBe(true);
  });

  it("has what belongs to its kind, and nothing else", () => {
    for (const program of programs) {
      const has = Object.entries(program).flatMap(([key, value]) => (value === null ? [] : [key]));
      const own = {
        INTERNSHIP: ["hoursPlanned"],
        MENTORING: ["menteesPerMentor", "sessionsPlanned"],
        CODING_COURSE: ["contactHours", "language", "level"],
      };
      for (const [kind, keys] of Object.entries(own))
        for (const key of keys) expect(has.includes(key)).toBe(kind === program.kind);
      expect(program.hourlyWageMinor !== null).toBe(program.isPaid);
      expect(program.cip).toMatch(/^\d{2}\.\d{4}$/);
      expect(program.soc).toMatch(/^\d{2}-\d{4}$/);
    }
    const kinds = countBy(programs, ({ kind }) => kind);
    expect(kinds["INTERNSHIP"]! / 300).toBeCloseTo(0.45, 0);
    expect(Math.min(...Object.values(kinds))).toBeGreaterThan(50);
  });
});

describe("The demo viewers", () => {
  it("are one of each kind of user, of organisations and consortia that are there", () => {
    expect(DEMO_VIEWERS.map(({ header }) => header)).toEqual([
      "member",
      "analyst",
      "steward",
      "partner",
      "admin",
      "operator",
      "neighbour",
      "visitor",
    ]);
    for (const { viewer } of DEMO_VIEWERS) {
      for (const id of viewer.organisationIds) expect(organisations.has(id)).toBe(true);
      for (const { id } of viewer.consortia) expect(CONSORTIA.some((each) => each.id === id)).toBe(true);
    }
  });

  it("who belong to an organisation have partnerships that only its parties see", () => {
    for (const { header, viewer } of DEMO_VIEWERS) {
      if (viewer.organisationIds.length === 0) continue;
      const own = partnerships.filter(
        ({ visibility, parties }) =>
          visibility === "PARTIES" && parties.some(({ id }) => viewer.organisationIds.includes(id)),
      );
      expect([header, own.length > 0]).toEqual([header, true]);
    }
  });
});
