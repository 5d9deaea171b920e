import { BUSINESS_FIELDS, FIRST_NAMES, NAME_PREFIXES, SURNAMES, TOWNS } from "./names.ts";
import { demoId, mix, Random } from "./random.ts";
import type { DemoContact, DemoInstitution, DemoPartner, DemoPartnership, DemoParty } from "./records.ts";

/** Change it and the whole network is another one. */
export const SEED = 20261123;

/** Records of the demo network at scale 1. */
export const SIZES = { institutions: 40, partners: 60, partnerships: 150, programs: 300 } as const;

/** One in five of everything belongs to the second, smaller consortium, so that their separation can be seen. */
const consortiumIndex = (index: number) => (index % 5 === 4 ? 1 : 0);

/** The eight terms of the demo network. */
export const TERMS: readonly {
  readonly label: string;
  readonly startsOn: string;
  readonly endsOn: string;
}[] = [
  { label: "Fall 2022", startsOn: "2022-08-22", endsOn: "2022-12-16" },
  { label: "Spring 2023", startsOn: "2023-01-17", endsOn: "2023-05-12" },
  { label: "Fall 2023", startsOn: "2023-08-21", endsOn: "2023-12-15" },
  { label: "Spring 2024", startsOn: "2024-01-16", endsOn: "2024-05-10" },
  { label: "Fall 2024", startsOn: "2024-08-26", endsOn: "2024-12-20" },
  { label: "Spring 2025", startsOn: "2025-01-13", endsOn: "2025-05-09" },
  { label: "Fall 2025", startsOn: "2025-08-25", endsOn: "2025-12-19" },
  { label: "Spring 2026", startsOn: "2026-01-12", endsOn: "2026-05-08" },
];

export const CONSORTIA: readonly {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}[] = [
  {
    id: demoId("Consortium", 0),
    name: "Lakes and Plains Education Consortium",
    description:
      "An invented network of schools, colleges and universities that share internships, mentoring and coding courses.",
  },
  {
    id: demoId("Consortium", 1),
    name: "Sun Valley Learning Alliance",
    description: "A smaller invented network, apart from the first, so that their separation can be seen.",
  },
];

const PLACE_NOISE = 0.05;

function place(random: Random, index: number) {
  const [city, subdivision, latitude, longitude, locale] = TOWNS[index % TOWNS.length]!;
  const near = (value: number) => Math.round((value + (random.fraction() - 0.5) * PLACE_NOISE) * 1e4) / 1e4;
  return { city, subdivision, latitude: near(latitude), longitude: near(longitude), locale };
}

const slug = (text: string) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-");

/** The kinds of institutions; of colleges their IPEDS sector and the Carnegie classes that they may have. */
const INSTITUTION_KINDS = [
  {
    type: "UNIVERSITY",
    control: "PUBLIC",
    level: "FOUR_YEAR",
    sector: 1,
    carnegie: [15, 16, 17, 18],
    name: (c: string, s: string) => `${s} State University at ${c}`,
  },
  {
    type: "COMMUNITY_COLLEGE",
    control: "PUBLIC",
    level: "TWO_YEAR",
    sector: 4,
    carnegie: [1, 2, 4, 5],
    name: (c: string, s: string) => `${s} Community College of ${c}`,
  },
  {
    type: "SCHOOL_DISTRICT",
    control: "PUBLIC",
    level: null,
    sector: null,
    carnegie: [],
    name: (c: string, s: string) => `${c} ${s} School District`,
  },
  {
    type: "K12_SCHOOL",
    control: "PUBLIC",
    level: null,
    sector: null,
    carnegie: [],
    name: (c: string, s: string) => `${s} High School, ${c}`,
  },
  {
    type: "COLLEGE",
    control: "PRIVATE_NONPROFIT",
    level: "FOUR_YEAR",
    sector: 2,
    carnegie: [21, 22],
    name: (c: string, s: string) => `${s} College of ${c}`,
  },
  {
    type: "TECHNICAL_COLLEGE",
    control: "PUBLIC",
    level: "TWO_YEAR",
    sector: 4,
    carnegie: [7, 8, 9],
    name: (c: string, s: string) => `${s} Technical College, ${c}`,
  },
  {
    type: "UNIVERSITY",
    control: "PRIVATE_NONPROFIT",
    level: "FOUR_YEAR",
    sector: 2,
    carnegie: [16, 18, 19],
    name: (c: string, s: string) => `${s} University of ${c}`,
  },
] as const;

/** An invented institution in a real town. */
export function institution(index: number): DemoInstitution {
  const random = new Random(mix(SEED, 1, index));
  const kind = INSTITUTION_KINDS[index % INSTITUTION_KINDS.length]!;
  const where = place(random, index);
  const name = kind.name(where.city, surname(index));
  return {
    index,
    id: demoId("Institution", index),
    consortium: consortiumIndex(index),
    name,
    type: kind.type,
    control: kind.control,
    level: kind.level,
    sector: kind.sector,
    carnegie: kind.carnegie[mix(SEED, 33, index) % kind.carnegie.length] ?? null,
    ...where,
    website: `https://${slug(name)}.example`,
    established: random.between(1850, 2005),
  };
}

/** Enough namesakes for any scale: beyond the list they come in pairs, and beyond the pairs with a prefix. */
function surname(index: number): string {
  const count = SURNAMES.length;
  const place = index % count;
  const round = Math.floor(index / count) % count;
  const prefix = NAME_PREFIXES[(Math.floor(index / count ** 2) - 1) % NAME_PREFIXES.length];
  const first = SURNAMES[place]!;
  const paired = (place * 7 + round * 13) % count;
  // Who would be paired with their own name takes the partner that nobody has in round 0.
  const second = SURNAMES[paired === place ? (place * 7) % count : paired]!;
  const name = round === 0 ? first : `${first}-${second}`;
  return prefix === undefined ? name : `${prefix} ${name}`;
}

const PARTNER_KINDS = [
  {
    orgType: "BUSINESS",
    agentSector: "PRIVATE_FOR_PROFIT",
    name: null,
    mission: "Finds and trains the people it will need.",
  },
  {
    orgType: "NONPROFIT",
    agentSector: "PRIVATE_NONPROFIT",
    name: (s: string, c: string) => `${s} Youth Fund of ${c}`,
    mission: "Opens doors for young people who find them shut.",
  },
  {
    orgType: "BUSINESS",
    agentSector: "PRIVATE_FOR_PROFIT",
    name: null,
    mission: "Builds in the region and hires there.",
  },
  {
    orgType: "GOVERNMENT",
    agentSector: "PUBLIC",
    name: (s: string, c: string) => `${c} ${s} Workforce Board`,
    mission: "Brings people and work together.",
  },
  {
    orgType: "PHILANTHROPY",
    agentSector: "PRIVATE_NONPROFIT",
    name: (s: string) => `${s} Foundation`,
    mission: "Gives for learning that lasts.",
  },
  {
    orgType: "COMMUNITY_BASED",
    agentSector: "PRIVATE_NONPROFIT",
    name: (s: string, c: string) => `${s} Neighborhood House, ${c}`,
    mission: "Keeps the door open for its neighbours.",
  },
  {
    orgType: "INDUSTRY_ASSOCIATION",
    agentSector: "PRIVATE_NONPROFIT",
    name: (s: string, c: string) => `${c} ${s} Manufacturers' Association`,
    mission: "Speaks for the makers of the region.",
  },
  {
    orgType: "BUSINESS",
    agentSector: "PRIVATE_FOR_PROFIT",
    name: null,
    mission: "Makes what others rely on.",
  },
] as const;

/** An invented partner organisation. */
export function partner(index: number): DemoPartner {
  const random = new Random(mix(SEED, 2, index));
  const kind = PARTNER_KINDS[index % PARTNER_KINDS.length]!;
  const where = place(random, index * 3 + 1);
  const [field, naics] = BUSINESS_FIELDS[mix(SEED, 3, index) % BUSINESS_FIELDS.length]!;
  const name = kind.name
    ? kind.name(surname(index * 3 + 11), where.city)
    : `${surname(index * 3 + 11)} ${field}`;
  return {
    index,
    id: demoId("PartnerOrganization", index),
    consortium: consortiumIndex(index),
    visibility: "PUBLIC",
    name,
    orgType: kind.orgType,
    agentSector: kind.agentSector,
    naics: kind.name ? null : naics,
    sizeBand: random.weighted([
      ["MICRO", 1],
      ["SMALL", 3],
      ["MEDIUM", 4],
      ["LARGE", 3],
    ]),
    mission: kind.mission,
    ...where,
    website: `https://${slug(name)}.example`,
    contacts: contactsOf(index, slug(name)),
  };
}

const CONTACT_ROLES = ["Partnerships", "Learning and development", "Management"] as const;

/** One to three people of a partner organisation. */
function contactsOf(index: number, domain: string): DemoContact[] {
  return CONTACT_ROLES.slice(0, 1 + (index % CONTACT_ROLES.length)).map((role, place) => {
    const first = FIRST_NAMES[mix(SEED, 31, index, place) % FIRST_NAMES.length]!;
    const last = SURNAMES[mix(SEED, 32, index, place) % SURNAMES.length]!;
    return { name: `${first} ${last}`, role, email: `${slug(`${first} ${last}`)}@${domain}.example` };
  });
}

const PARTNERSHIP_KINDS = [
  { type: "PUBLIC_PRIVATE", subtype: "WORK_BASED_LEARNING", name: "Internship Pathway", sdg: ["4.4", "8.6"] },
  { type: "COMMUNITY", subtype: "MENTORING", name: "Mentoring Bridge", sdg: ["4.1", "10.2"] },
  {
    type: "ACADEMIC_COLLABORATION",
    subtype: "ARTICULATION_TRANSFER",
    name: "Transfer Compact",
    sdg: ["4.3"],
  },
  { type: "PUBLIC_PRIVATE", subtype: "CURRICULUM", name: "Coding Partnership", sdg: ["4.4", "9.5"] },
  { type: "PHILANTHROPIC", subtype: "DIGITAL_TOOLS", name: "Digital Access Fund", sdg: ["4.a", "10.2"] },
  { type: "GOVERNMENT", subtype: "DUAL_ENROLLMENT", name: "Early College Program", sdg: ["4.3", "4.5"] },
  {
    type: "ACADEMIC_COLLABORATION",
    subtype: "RESEARCH_INITIATIVE",
    name: "Research Initiative",
    sdg: ["9.5"],
  },
  { type: "PUBLIC_PRIVATE", subtype: "PROFESSIONAL_DEVELOPMENT", name: "Teachers in Industry", sdg: ["4.c"] },
] as const;

/** Draws the n-th member of a consortium out of records that are dealt out one in five. */
function memberIndex(n: number, consortium: number): number {
  return consortium === 1 ? n * 5 + 4 : Math.floor(n / 4) * 5 + (n % 4);
}

/**
 * Some 40 % of partnerships are public, 43 % their consortium's, 17 % their parties' own. Each consortium deals them
 * out by itself, or the smaller one would have none of some kind.
 */
function visibilityOf(index: number, consortium: number): DemoPartnership["visibility"] {
  const [place, open, shared] =
    consortium === 1 ? [(Math.floor(index / 5) * 7 + 3) % 10, 5, 9] : [(index * 7 + 3) % 20, 8, 17];
  return place < open ? "PUBLIC" : place < shared ? "CONSORTIUM" : "PARTIES";
}

/** The last day of a partnership, or null when none is agreed: what runs has not run out yet. */
function endOf(index: number, stage: string, startYear: number, random: Random): string | null {
  if (stage === "ENDED") return mix(SEED, 30, index) % 3 === 0 ? "2025-06-30" : "2026-06-30";
  return random.chance(0.5) ? `${Math.max(startYear + random.between(4, 8), 2027)}-06-30` : null;
}

/** An invented partnership of two to five parties, all of one consortium. */
export function partnership(index: number, scale: number): DemoPartnership {
  const random = new Random(mix(SEED, 4, index));
  const consortium = consortiumIndex(index);
  const share = consortium === 1 ? 1 / 5 : 4 / 5;
  const draw = (count: number) =>
    memberIndex(Math.floor(random.fraction() ** 1.3 * count * scale * share), consortium);
  const lead = institution(draw(SIZES.institutions));
  const ids = new Set([lead.id]);
  const parties: DemoParty[] = [{ id: lead.id, kind: "INSTITUTION", role: "LEAD", isSignatory: true }];
  const add = (id: string, kind: DemoParty["kind"], role: string) => {
    if (ids.has(id)) return;
    ids.add(id);
    parties.push({ id, kind, role, isSignatory: random.chance(0.7) });
  };
  add(
    demoId("PartnerOrganization", draw(SIZES.partners)),
    "PARTNER_ORGANIZATION",
    random.pick(["CO_LEAD", "CONTRIBUTOR"]),
  );
  if (random.chance(0.35)) add(demoId("Institution", draw(SIZES.institutions)), "INSTITUTION", "CONTRIBUTOR");
  if (random.chance(0.5))
    add(demoId("PartnerOrganization", draw(SIZES.partners)), "PARTNER_ORGANIZATION", "FUNDER");
  if (random.chance(0.2))
    add(demoId("PartnerOrganization", draw(SIZES.partners)), "PARTNER_ORGANIZATION", "EVALUATOR");

  const kind = PARTNERSHIP_KINDS[mix(SEED, 5, index) % PARTNERSHIP_KINDS.length]!;
  // All are agreed before the first term, so that no program runs ahead of its partnership.
  const startYear = random.between(2019, 2022);
  const stage = random.weighted([
    // All have programs that have run, so none is before ACTIVE.
    ["ACTIVE", 63],
    ["UNDER_REVIEW", 10],
    ["RENEWING", 12],
    ["ENDED", 12],
    ["SUSPENDED", 3],
  ]);
  return {
    index,
    id: demoId("Partnership", index),
    consortium,
    consortiumId: CONSORTIA[consortium]!.id,
    visibility: visibilityOf(index, consortium),
    name: `${lead.city} ${surname(index * 11 + 3)} ${kind.name}`,
    type: kind.type,
    subtype: kind.subtype,
    modality: random.weighted([
      ["IN_PERSON", 5],
      ["HYBRID", 4],
      ["VIRTUAL", 1],
    ]),
    scope: random.weighted([
      ["LOCAL", 5],
      ["REGIONAL", 4],
      ["NATIONAL", 2],
      ["INTERNATIONAL", 1],
    ]),
    stage,
    startsOn: `${startYear}-${String(random.between(1, 8)).padStart(2, "0")}-01`,
    endsOn: endOf(index, stage, startYear, random),
    summary: `${lead.name} and its partners work together on a shared ${kind.name.toLowerCase()}. Made up for the demo network.`,
    sdgTargets: kind.sdg,
    parties,
  };
}
