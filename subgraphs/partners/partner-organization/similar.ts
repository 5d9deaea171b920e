import sql, { join } from "sql-template-tag";
import type { Viewer } from "../../../shared/auth/viewer.ts";
import type { Reader } from "../../../shared/data/database.ts";
import { fold } from "../../../shared/data/text.ts";
import { partnerOrganizations } from "./partner-organization.list.ts";

/** The part of an organization by which duplicates are found. */
export interface Likeness {
  readonly name: string;
  readonly website?: string | null;
  readonly country?: string | null;
  readonly subdivision?: string | null;
  readonly city?: string | null;
}

/** An organization that may be the same as another one. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  /** From 0 to 1; by name, web domain and place. */
  readonly score: number;
}

/** From this score on, two organizations are held for the same unless somebody says that they are not. */
export const SAME = 0.8;
/** Below this score nobody would think of it. */
const LEAST = 0.5;
const CANDIDATES = 10;
/** Rows that the database gives to be scored: those that share a word of the name, or the domain. */
const SCORED = 500;

/** Words that tell nothing apart. */
const COMMON = new Set([
  "the",
  "of",
  "and",
  "for",
  "inc",
  "llc",
  "ltd",
  "co",
  "corp",
  "company",
  "gmbh",
  "foundation",
]);

const wordsOf = (name: string) =>
  new Set(
    fold(name)
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word.length > 1 && !COMMON.has(word)),
  );

const domainOf = (website: string | null | undefined) =>
  website && URL.canParse(website) ? new URL(website).hostname.replace(/^www\./, "") : null;

/** The share of words that two names have in common (Jaccard index). */
function nameScore(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const common = [...one].filter((word) => other.has(word)).length;
  const all = one.size + other.size - common;
  return all === 0 ? 0 : common / all;
}

/**
 * How alike two organizations are: 0.6 for the name, 0.25 for the web domain, 0.15 for the place. Parts that one of the
 * two has not told are left out, and the others weigh as much more.
 */
export function likenessScore(one: Likeness, other: Likeness): number {
  const [domain, otherDomain] = [domainOf(one.website), domainOf(other.website)];
  const parts = [{ weight: 0.6, score: nameScore(wordsOf(one.name), wordsOf(other.name)) }];
  if (domain && otherDomain) parts.push({ weight: 0.25, score: domain === otherDomain ? 1 : 0 });
  if (one.city && other.city) {
    const isSamePlace =
      fold(one.city) === fold(other.city) && (one.subdivision ?? null) === (other.subdivision ?? null);
    parts.push({ weight: 0.15, score: isSamePlace ? 1 : 0 });
  }
  const weight = parts.reduce((sum, part) => sum + part.weight, 0);
  return parts.reduce((sum, part) => sum + part.weight * part.score, 0) / weight;
}

/** The organizations that a viewer may see and that are like one that is to be registered, the likest first. */
export async function similarOrganizations(
  reader: Reader,
  viewer: Viewer,
  likeness: Likeness,
): Promise<Candidate[]> {
  const words = [...wordsOf(likeness.name)].slice(0, 10);
  const domain = domainOf(likeness.website);
  const conditions = words.map(
    (word) => sql`o.name_key LIKE ${`%${word.replace(/[!%_]/g, "!$&")}%`} ESCAPE '!'`,
  );
  if (domain) conditions.push(sql`o.website LIKE ${`%${domain.replace(/[!%_]/g, "!$&")}%`} ESCAPE '!'`);
  if (conditions.length === 0) return [];
  const rows = await reader.read<Likeness & { id: string }>(
    sql`SELECT o.id, o.name, o.website, o.country, o.subdivision, o.city FROM partner_organization o WHERE (${join(conditions, " OR ")}) AND o.retired_on IS NULL AND ${partnerOrganizations.visible(viewer)} ORDER BY o.id LIMIT ${SCORED}`,
  );
  return rows
    .map((row) => ({ id: row.id, name: row.name, score: likenessScore(likeness, row) }))
    .filter(({ score }) => score >= LEAST)
    .sort((one, other) => other.score - one.score || (one.id < other.id ? -1 : 1))
    .slice(0, CANDIDATES);
}
