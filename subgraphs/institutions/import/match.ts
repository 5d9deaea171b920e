import { fold } from "../../../shared/data/text.ts";
import type { SourceInstitution, SourceLocation } from "./source.ts";
import { domainOf, siteOf } from "./source.ts";

/** How much two records of different registers speak of one institution, part by part, each from 0 to 1. */
export interface MatchScore {
  /** 1 for the same web host, a half for two hosts of one site. */
  readonly domain: number;
  /** Words that their most alike names share. */
  readonly name: number;
  /** 1 for the same town or a few kilometres, a half for the same state. */
  readonly place: number;
  /** The weighted mean of the three. */
  readonly total: number;
}

/** A record of a register, and whether its register still has it. */
export interface RegisteredRecord {
  readonly record: SourceInstitution;
  /** False for a unit that the newest file of its register doesn't have any more. */
  readonly isCurrent: boolean;
}

/** What comparing needs of a record, prepared once. */
export interface Comparable {
  readonly key: string;
  readonly name: string;
  /** Town and state, as a person is shown them. */
  readonly town: string | null;
  readonly status: SourceInstitution["status"];
  /** Whether it goes on: neither closed nor gone from its register. */
  readonly isLiving: boolean;
  /** The unit that it has merged into; null for one that goes on. */
  readonly mergedInto: string | null;
  readonly isEducation: boolean;
  readonly isSystem: boolean;
  readonly hosts: readonly string[];
  readonly sites: readonly string[];
  /** The words of each name but acronyms, the one it is shown by first. */
  readonly names: readonly ReadonlySet<string>[];
  readonly acronyms: readonly string[];
  /** What tells its name from others of its kind. */
  readonly core: ReadonlySet<string>;
  readonly locations: readonly SourceLocation[];
}

/** A record of the other register that might be the same institution. */
export interface Candidate {
  readonly candidate: Comparable;
  readonly score: MatchScore;
  /** Whether they certainly are one as long as no other candidate is near. */
  readonly isSame: boolean;
}

const WEIGHTS = { domain: 0.35, name: 0.45, place: 0.2 } as const;

/** A name this much alike is the same name. */
const SAME_NAME = 0.99;
const LIKE_NAME = 0.75;
/** Below this two records are not compared any further. */
const COMPARED = 0.55;
/** What a closed institution is behind a living one that is as much alike. */
const CLOSED = 0.1;
/** Most candidates that are remembered of a record; some more than a person is shown, who may rule out the first. */
const REMEMBERED = 10;

/** Prepares a record for comparison. */
export function comparable({ record, isCurrent }: RegisteredRecord): Comparable {
  const hosts = hostsOf(record);
  const isSystem = record.sector === 0;
  const shown = wordsOf(record.name);
  // A name such as "Denver/Anschutz" puts two institutions into one row; its aliases then name only one of them.
  const others = record.name.includes("/") ? [] : record.names;
  const isLiving = record.status === "ACTIVE" && isCurrent;
  const [place] = record.locations;
  return {
    key: record.key,
    name: record.name,
    town: [place?.city, place?.subdivision ?? place?.country].filter(Boolean).join(", ") || null,
    status: record.status,
    isLiving,
    mergedInto: isLiving ? null : record.newUnitid,
    isEducation: record.isEducation,
    isSystem,
    hosts,
    sites: [...new Set(hosts.map(siteOf))],
    names: [
      new Set(shown),
      ...others
        .filter(({ kind }) => kind !== "ACRONYM")
        .map(({ value }) => new Set(wordsOf(value)))
        .filter(({ size }) => size > 0),
    ],
    acronyms: [
      ...new Set(record.names.map(({ value }) => value.trim()).filter((name) => /^[A-Z]{3,}$/.test(name))),
    ],
    core: new Set(shown.filter((word) => !KIND_WORDS.has(word) && !(isSystem && SYSTEM_WORDS.has(word)))),
    locations: record.locations,
  };
}

/** The records of one register, found by what those of the other may share with them. */
export class MatchIndex {
  private readonly byHost = new Map<string, Comparable[]>();
  private readonly bySite = new Map<string, Comparable[]>();
  private readonly byName = new Map<string, Comparable[]>();
  private readonly byKey = new Map<string, Comparable>();

  add(record: Comparable): void {
    this.byKey.set(record.key, record);
    for (const host of record.hosts) push(this.byHost, host, record);
    for (const site of record.sites) push(this.bySite, site, record);
    for (const key of new Set(record.names.map(keyOf))) push(this.byName, key, record);
  }

  get(key: string): Comparable | undefined {
    return this.byKey.get(key);
  }

  /** Every record that shares a site or a name. */
  candidatesOf(record: Comparable): Comparable[] {
    return [
      ...new Set([
        ...record.sites.flatMap((site) => this.bySite.get(site) ?? []),
        ...record.names.flatMap((name) => this.byName.get(keyOf(name)) ?? []),
      ]),
    ];
  }

  isOnlyOneOfHost({ hosts }: Comparable): boolean {
    return hosts.every((host) => this.byHost.get(host)?.length === 1);
  }

  isOnlyOneOfSite({ sites }: Comparable): boolean {
    return sites.every((site) => this.bySite.get(site)?.length === 1);
  }

  /** Whether it alone, in its state, has this name: several campuses may have one alias. */
  isOnlyOneNamed(record: Comparable, name: ReadonlySet<string>): boolean {
    const state = record.locations[0]?.subdivision;
    const others = (this.byName.get(keyOf(name)) ?? []).filter((other) => other !== record);
    return !others.some((other) => other.isLiving && other.locations[0]?.subdivision === state);
  }
}

/**
 * The records that share a site or a name with `record`, the most alike first; how one of them is chosen, or left to a
 * person, is for `pairing.ts` to say. A unit that has merged gives way to the one that it reports under, where both
 * could be meant: a living institution is not the unit that has ended.
 */
export function candidatesFor(record: Comparable, index: MatchIndex): Candidate[] {
  if (!record.isEducation) return [];
  const scored = index
    .candidatesOf(record)
    .filter((candidate) => candidate.isEducation)
    .map((candidate) => ({ candidate, score: scoreMatch(record, candidate) }))
    .filter(({ score }) => score.total >= COMPARED);
  const keys = new Set(scored.map(({ candidate }) => candidate.key));
  return scored
    .filter(({ candidate }) => !(record.isLiving && candidate.mergedInto && keys.has(candidate.mergedInto)))
    .sort((a, b) => b.score.total - a.score.total || (a.candidate.key < b.candidate.key ? -1 : 1))
    .slice(0, REMEMBERED)
    .map((each) => ({ ...each, isSame: isSame(record, each, index) }));
}

/** Compares two records part by part. */
export function scoreMatch(a: Comparable, b: Comparable): MatchScore {
  const domain = shares(a.hosts, b.hosts) ? 1 : shares(a.sites, b.sites) ? 0.5 : 0;
  const name = Math.max(0, ...a.names.flatMap((left) => b.names.map((right) => alike(left, right))));
  const place = placeScore(a.locations, b.locations);
  const total = WEIGHTS.domain * domain + WEIGHTS.name * name + WEIGHTS.place * place;
  return { domain, name, place, total: Math.max(0, total - (a.isLiving === b.isLiving ? 0 : CLOSED)) };
}

/** What makes a match certain: several things that agree, none of which could well be chance. */
function isSame(
  record: Comparable,
  { candidate, score }: Omit<Candidate, "isSame">,
  index: MatchIndex,
): boolean {
  const { domain, name, place } = score;
  if (record.names[0]!.size === 0 || record.status === "WITHDRAWN" || candidate.status === "WITHDRAWN")
    return false;
  // What has ended is no living institution, unless it has the very name: a successor goes on under its site.
  if (!record.isLiving && candidate.isLiving && keyOf(record.names[0]!) !== keyOf(candidate.names[0]!))
    return false;
  // A system and its flagship share site and town; only a name that says so is the system.
  const isOfSystem = candidate.isSystem || candidate.names.some((each) => each.has("system"));
  if (record.names[0]!.has("system") && !isOfSystem) return false;
  // A row for "Denver/Anschutz" is more than either.
  if (candidate.name.includes("/") && name < SAME_NAME) return false;
  if (place < 0.5) return false;

  // The same host and much the same name, in the same state.
  if (domain === 1 && name >= LIKE_NAME) return true;
  if (place < 1) return false;

  // The very same name in the same town, and no other site.
  const same = record.names.filter((each) => candidate.names.some((other) => keyOf(other) === keyOf(each)));
  const own = same.filter((each) => index.isOnlyOneNamed(candidate, each));
  const knowsBothHosts = record.hosts.length > 0 && candidate.hosts.length > 0;
  if (own.length > 0 && (domain > 0 || !knowsBothHosts)) return true;

  // The very name it is shown by, in the same town: a site may have moved.
  const shown = keyOf(candidate.names[0]!);
  if (candidate.core.size > 0 && own.some((each) => keyOf(each) === shown)) return true;

  // A site of its own in the same town, and a name that differs in the kind of school: colleges become universities.
  if (domain > 0 && index.isOnlyOneOfSite(candidate) && isSameCore(record, candidate)) return true;

  // A host of its own in the same town, and a shorter form of the name, or the same acronym.
  return (
    domain === 1 &&
    index.isOnlyOneOfHost(candidate) &&
    ((record.core.size > 0 && isWithin(record.core, candidate.core)) ||
      shares(record.acronyms, candidate.acronyms))
  );
}

function isSameCore(record: Comparable, candidate: Comparable): boolean {
  const core = candidate.isSystem
    ? new Set([...record.core].filter((word) => !SYSTEM_WORDS.has(word)))
    : record.core;
  return core.size > 0 && core.size === candidate.core.size && isWithin(core, candidate.core);
}

const isWithin = (a: ReadonlySet<string>, b: ReadonlySet<string>) => [...a].every((word) => b.has(word));
const shares = (a: readonly string[], b: readonly string[]) => a.some((each) => b.includes(each));
const keyOf = (words: ReadonlySet<string>) => [...words].sort().join(" ");

function push<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** The web hosts of a record. */
function hostsOf(record: SourceInstitution): string[] {
  const given = record.identifiers.filter(({ scheme }) => scheme === "DOMAIN").map(({ value }) => value);
  const own = domainOf(record.website);
  return [...new Set(own ? [...given, own] : given)];
}

const EMPTY_WORDS = new Set(["the", "of", "at", "and", "in", "a", "for", "main", "campus", "inc"]);

/** Words that say what kind of school it is, which changes more often than the rest of a name. */
const KIND_WORDS = new Set([
  "university",
  "college",
  "institute",
  "institution",
  "school",
  "community",
  "junior",
  "technical",
]);

/** Words that say it is what stands above several schools. */
const SYSTEM_WORDS = new Set(["system", "office", "offices", "administration", "central", "district"]);

function wordsOf(name: string): string[] {
  return fold(name)
    .replace(/&/g, " and ")
    .replace(/['’‘ʻʼ`]/g, "")
    .replace(/\bst\b\.?/g, "saint")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word && !EMPTY_WORDS.has(word));
}

/** Dice's coefficient over words. */
function alike(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size + b.size === 0) return 0;
  let shared = 0;
  for (const word of a) if (b.has(word)) shared++;
  return (2 * shared) / (a.size + b.size);
}

const NEAR_KM = 15;
/** Where a state isn't said, places this near count as of one. */
const ONE_STATE_KM = 30;
/** Two places of one name that are farther apart are two towns. */
const ONE_TOWN_KM = 60;

function placeScore(ours: readonly SourceLocation[], theirs: readonly SourceLocation[]): number {
  let best = 0;
  for (const a of ours) {
    for (const b of theirs) {
      const knowsStates = a.subdivision !== null && b.subdivision !== null;
      if (a.country !== b.country || (knowsStates && a.subdivision !== b.subdivision)) continue;
      const km = distance(a, b);
      const isOneName = a.city !== null && b.city !== null && townOf(a.city) === townOf(b.city);
      // Without a state on one side, a town's name alone stands in many states: the distance has to agree.
      const isOneTown = isOneName && (km === null ? knowsStates : km <= ONE_TOWN_KM);
      const isNear = km !== null && km <= NEAR_KM;
      const isOneState = knowsStates || (km !== null && km <= ONE_STATE_KM);
      best = Math.max(best, isOneTown || isNear ? 1 : isOneState ? 0.5 : 0);
    }
  }
  return best;
}

const townOf = (city: string) => wordsOf(city).join(" ");

function distance(a: SourceLocation, b: SourceLocation): number | null {
  if (a.latitude === null || a.longitude === null || b.latitude === null || b.longitude === null) return null;
  const radians = Math.PI / 180;
  const x = (b.longitude - a.longitude) * radians * Math.cos(((a.latitude + b.latitude) / 2) * radians);
  const y = (b.latitude - a.latitude) * radians;
  return Math.hypot(x, y) * 6371;
}
