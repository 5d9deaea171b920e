import { candidatesFor, comparable, MatchIndex } from "../../../subgraphs/institutions/import/match.ts";
import { pairUp } from "../../../subgraphs/institutions/import/pairing.ts";
import type { SourceInstitution } from "../../../subgraphs/institutions/import/source.ts";
import { siteOf } from "../../../subgraphs/institutions/import/source.ts";

interface Sketch {
  readonly key?: string;
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly host?: string;
  readonly city?: string | null;
  readonly state?: string | null;
  readonly at?: readonly [number, number];
  readonly sector?: number;
  readonly isEducation?: boolean;
  readonly status?: SourceInstitution["status"];
}

const DAYTON = [39.76, -84.19] as const;

function record(source: "IPEDS" | "ROR", sketch: Sketch): SourceInstitution {
  const { key = sketch.name, name, aliases = [], host, city = "Dayton", state = "OH" } = sketch;
  const [latitude, longitude] = sketch.at ?? DAYTON;
  return {
    source,
    key,
    name,
    type: "COLLEGE",
    control: null,
    level: null,
    sector: sketch.sector ?? (source === "IPEDS" ? 1 : null),
    carnegie: null,
    locale: null,
    isHbcu: null,
    isTribal: null,
    isLandGrant: null,
    status: sketch.status ?? "ACTIVE",
    website: host ? `https://${host}` : null,
    established: null,
    isEducation: sketch.isEducation ?? true,
    names: [
      { value: name, kind: "DISPLAY", lang: null },
      ...aliases.map((value) => ({ value, kind: "ALIAS" as const, lang: null })),
    ],
    identifiers: [],
    locations: [{ geonamesId: null, country: "US", subdivision: state, city, latitude, longitude }],
    relationships: [],
    newUnitid: null,
  };
}

/** What becomes of a ROR record before these IPEDS rows: the key that is certain, or how many keys it may be. */
function matched(ror: Sketch, ...rows: Sketch[]): string | number | null {
  const prepared = (each: SourceInstitution) => comparable({ record: each, isCurrent: true });
  const index = new MatchIndex();
  for (const row of rows) index.add(prepared(record("IPEDS", row)));
  const asked = prepared(record("ROR", ror));
  const pairs = candidatesFor(asked, index).map(({ candidate, ...rest }) => ({
    ror: asked.key,
    unitid: candidate.key,
    ...rest,
  }));
  const { joined, ambiguous } = pairUp(pairs, []);
  return joined.get(asked.key) ?? ambiguous.get(asked.key)?.candidates.length ?? null;
}

const ALPHA = { name: "Alpha University", host: "alpha.edu" };

describe("A ROR record and an IPEDS row are certainly one", () => {
  it.each([
    ["by host and name", ALPHA, { ...ALPHA, name: "Alpha University-Main Campus" }],
    ["by name and town, when one has no website", { name: "Alpha University" }, ALPHA],
    ["by name, town and two hosts of one site", { ...ALPHA, host: "new.alpha.edu" }, ALPHA],
    ["by the very name in the town, when the site has moved", { ...ALPHA, host: "alpha.org" }, ALPHA],
    [
      "by an earlier name",
      { name: "Omega University", aliases: ["Alpha University"], host: "omega.edu" },
      ALPHA,
    ],
    [
      "by a site of its own, when a college has become a university",
      { ...ALPHA, name: "Alpha College" },
      ALPHA,
    ],
    [
      "by a host of its own and a shorter name",
      { name: "Alpha College", host: "alpha.beta.edu" },
      { name: "Beta State University-Alpha", host: "alpha.beta.edu" },
    ],
    [
      "by a host of its own and an acronym",
      { name: "Office of the President", aliases: ["UCOP"], host: "ucop.edu" },
      { name: "University of C-System Office", aliases: ["UCOP"], host: "ucop.edu", sector: 0 },
    ],
    ["without a state in ROR, by the distance", { ...ALPHA, state: null }, ALPHA],
    [
      "whatever saint, ampersand, apostrophe and accent",
      { name: "Saint John’s & Zoë's College" },
      { name: "St. Johns and Zoes College" },
    ],
  ] as [string, Sketch, Sketch][])("%s", (_how, ror, row) => {
    expect(matched(ror, row)).toBe(row.name);
  });

  it("when the other campuses are elsewhere or closed", () => {
    expect(
      matched(
        ALPHA,
        { ...ALPHA, name: "Alpha University-North", key: "north", state: "KY", at: [38, -85] },
        { ...ALPHA, name: "The Alpha University", key: "old", status: "INACTIVE" },
        { ...ALPHA, name: "Alpha University-Main Campus", key: "main" },
      ),
    ).toBe("main");
  });
});

describe("A ROR record and an IPEDS row are left to a person", () => {
  it.each([
    [
      "when two campuses are as near",
      ALPHA,
      [
        { ...ALPHA, key: "a" },
        { ...ALPHA, key: "b" },
      ],
      2,
    ],
    [
      "when an alias is of several campuses",
      { ...ALPHA, name: "Alpha, The State University", host: "x.alpha.edu" },
      [
        { name: "Alpha-Dayton", aliases: ["Alpha, The State University"], host: "dayton.alpha.edu" },
        {
          name: "Alpha-Akron",
          aliases: ["Alpha, The State University"],
          host: "akron.alpha.edu",
          city: "Akron",
          at: [41, -81.5],
        },
      ],
      2,
    ],
    [
      "when the row is of two institutions",
      { ...ALPHA, name: "Alpha Denver" },
      [{ ...ALPHA, name: "Alpha Denver/Anschutz", aliases: ["Alpha Denver"] }],
      1,
    ],
    [
      "when the record is the system and the row its flagship",
      { ...ALPHA, name: "Alpha University System" },
      [ALPHA],
      1,
    ],
    [
      "when it is a school of the university",
      { ...ALPHA, name: "Alpha University School of Medicine" },
      [ALPHA],
      1,
    ],
    ["when the name is elsewhere", { name: "Alpha University", city: "Akron", at: [41, -81.5] }, [ALPHA], 1],
    ["when the record was withdrawn", { ...ALPHA, status: "WITHDRAWN" }, [ALPHA], 1],
  ] as [string, Sketch, Sketch[], number][])("%s", (_when, ror, rows, candidates) => {
    expect(matched(ror, ...rows)).toBe(candidates);
  });
});

describe("A ROR record and an IPEDS row have nothing to do with each other", () => {
  it.each([
    ["when the record is no school", { ...ALPHA, isEducation: false }, ALPHA],
    ["when neither name nor site agree", { name: "Gamma University", host: "gamma.edu" }, ALPHA],
    [
      "when only a host of many agrees",
      { name: "Institute for Sleep", host: "sleep.alpha.edu", city: "Akron", at: [41, -81.5] },
      ALPHA,
    ],
  ] as [string, Sketch, Sketch][])("%s", (_when, ror, row) => {
    expect(matched(ror, row)).toBeNull();
  });
});

describe("The site of a host", () => {
  it.each([
    ["trinity.edu", "trinity.edu"],
    ["new.trinity.edu", "trinity.edu"],
    ["www.alpha.ac.uk", "alpha.ac.uk"],
    ["schools.dayton.k12.oh.us", "dayton.k12.oh.us"],
    ["alpha.oh.us", "alpha.oh.us"],
  ])("%s is %s", (host, site) => {
    expect(siteOf(host)).toBe(site);
  });
});
