import { fold } from "../../../shared/data/text.ts";
import type { SourceInstitution } from "./source.ts";
import { domainOf } from "./source.ts";

/** How much two records of different registers speak of one institution, part by part, each from 0 to 1. */
export interface MatchScore {
  /** Both use the same web domain. */
  readonly domain: number;
  /** Words that their most alike names share. */
  readonly name: number;
  /** The same state, the same town or a few kilometres apart. */
  readonly place: number;
  /** The weighted mean of the three. */
  readonly total: number;
}

/** A record of the other register that might be the same institution. */
export interface Candidate<T> {
  readonly candidate: T;
  readonly score: MatchScore;
}

/** What comparing found: one that is certain, or those that a person has to look at. */
export type MatchResult<T> =
  | { readonly kind: "certain"; readonly match: Candidate<T> }
  | { readonly kind: "ambiguous"; readonly candidates: readonly Candidate<T>[] }
  | { readonly kind: "none" };

const WEIGHTS = { domain: 0.35, name: 0.45, place: 0.2 } as const;

/** A name this much alike is the same name but for a word of little weight. */
const SAME_NAME = 0.99;
const LIKE_NAME = 0.75;
/** Below this nobody needs to look. */
const WORTH_A_LOOK = 0.55;
/** Another candidate this close makes a match uncertain. */
const MARGIN = 0.08;
const CANDIDATES_SHOWN = 5;

/**
 * Chooses among the records that share a domain or a name with `record`. Certain is only what could hardly be
 * otherwise: the same state, and either domain and name together, or the very same name in the same town, with no
 * second candidate near. Several campuses under one domain and name stay for a person to tell apart.
 */
export function chooseMatch<T extends SourceInstitution>(
  record: SourceInstitution,
  candidates: readonly T[],
): MatchResult<T> {
  const scored = candidates
    .filter((candidate) => candidate.isEducation && record.isEducation)
    .map((candidate) => ({ candidate, score: scoreMatch(record, candidate) }))
    .filter(({ score }) => score.total >= WORTH_A_LOOK)
    .sort((a, b) => b.score.total - a.score.total || (a.candidate.key < b.candidate.key ? -1 : 1));
  const [best, second] = scored;
  if (!best) return { kind: "none" };
  const { domain, name, place } = best.score;
  const isSame =
    (domain === 1 && name >= LIKE_NAME && place >= 0.5) ||
    (name >= SAME_NAME && place === 1 && !contradicts(record, best.candidate));
  const isAlone = !second || best.score.total - second.score.total >= MARGIN;
  const isAlive = record.status !== "WITHDRAWN" && best.candidate.status !== "WITHDRAWN";
  return isSame && isAlone && isAlive
    ? { kind: "certain", match: best }
    : { kind: "ambiguous", candidates: scored.slice(0, CANDIDATES_SHOWN) };
}

/** Compares two records part by part. */
export function scoreMatch(a: SourceInstitution, b: SourceInstitution): MatchScore {
  const theirs = new Set(domainsOf(b));
  const domain = domainsOf(a).some((each) => theirs.has(each)) ? 1 : 0;
  const name = Math.max(...namesOf(a).flatMap((left) => namesOf(b).map((right) => alike(left, right))));
  const place = placeScore(a, b);
  return {
    domain,
    name,
    place,
    total: WEIGHTS.domain * domain + WEIGHTS.name * name + WEIGHTS.place * place,
  };
}

/** Both know their domain and it is another one: the same name in the same town is then not enough. */
function contradicts(a: SourceInstitution, b: SourceInstitution): boolean {
  const [ours, theirs] = [domainsOf(a), domainsOf(b)];
  return ours.length > 0 && theirs.length > 0 && !ours.some((each) => theirs.includes(each));
}

/** The domains of a record, as they stand and without the part of a department or campus. */
export function domainsOf(record: SourceInstitution): string[] {
  const given = record.identifiers.filter(({ scheme }) => scheme === "DOMAIN").map(({ value }) => value);
  const site = domainOf(record.website);
  return [...new Set(site ? [...given, site] : given)];
}

/** Names that may be compared: an acronym alone says too little. */
function namesOf(record: SourceInstitution): string[][] {
  return record.names.filter(({ kind }) => kind !== "ACRONYM").map(({ value }) => wordsOf(value));
}

const EMPTY_WORDS = new Set(["the", "of", "at", "and", "in", "a", "for", "main", "campus", "inc"]);

function wordsOf(name: string): string[] {
  return fold(name)
    .replace(/&/g, " and ")
    .replace(/\bst\b\.?/g, "saint")
    .split(/[^a-z0-9]+/)
    .filter((word) => word && !EMPTY_WORDS.has(word));
}

/** Dice's coefficient over words. */
function alike(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  const left = new Set(a);
  const right = new Set(b);
  let shared = 0;
  for (const word of left) if (right.has(word)) shared++;
  return (2 * shared) / (left.size + right.size);
}

const NEAR_KM = 15;

function placeScore(a: SourceInstitution, b: SourceInstitution): number {
  let best = 0;
  for (const x of a.locations) {
    for (const y of b.locations) {
      const knowsStates = x.subdivision !== null && y.subdivision !== null;
      if (x.country !== y.country || (knowsStates && x.subdivision !== y.subdivision)) continue;
      const isSameTown = knowsStates && x.city !== null && y.city !== null && fold(x.city) === fold(y.city);
      // Without a state on one side only the distance tells; a town's name alone stands in many states.
      best = Math.max(best, isSameTown || isNear(x, y) ? 1 : knowsStates ? 0.5 : 0.25);
    }
  }
  return best;
}

type Point = { readonly latitude: number | null; readonly longitude: number | null };

function isNear(a: Point, b: Point): boolean {
  if (a.latitude === null || a.longitude === null || b.latitude === null || b.longitude === null)
    return false;
  const radians = Math.PI / 180;
  const x = (b.longitude - a.longitude) * radians * Math.cos(((a.latitude + b.latitude) / 2) * radians);
  const y = (b.latitude - a.latitude) * radians;
  return Math.hypot(x, y) * 6371 <= NEAR_KM;
}
