import type { MatchScore } from "./match.ts";

/** A ROR record and an IPEDS unit that may be one institution. */
export interface Pair {
  readonly ror: string;
  readonly unitid: string;
  readonly score: MatchScore;
  /** See `Candidate.isSame`. */
  readonly isSame: boolean;
}

/** Why a record is left to a person. */
export type AmbiguityReason =
  /** Another unit is as much alike. */
  | "SEVERAL_UNITS"
  /** Another ROR record is the same unit as certainly, or more so. */
  | "SEVERAL_RECORDS"
  /** Name, site and town do not agree enough for one that is certain. */
  | "UNCERTAIN";

/** What a person has decided of a pair. */
export interface Decision {
  readonly ror: string;
  readonly unitid: string;
  readonly verdict: "JOINED" | "KEPT_APART";
}

/** Which records are one institution, and which a person has to look at. */
export interface Pairing<P extends Pair = Pair> {
  /** ROR id → UNITID. */
  readonly joined: ReadonlyMap<string, string>;
  /** ROR id → why it isn't joined, and the units that it may be. */
  readonly ambiguous: ReadonlyMap<string, { reason: AmbiguityReason; candidates: readonly P[] }>;
}

/** Another candidate this close makes a match uncertain. */
const MARGIN = 0.08;
/** A person is asked from here on, or for the very same name in one state: departments share their school's site. */
const WORTH_A_LOOK = 0.7;
const SAME_NAME = 0.99;
const CANDIDATES_SHOWN = 5;

/**
 * Says which records are one institution: a function of all pairs and of what people have decided, not of what was
 * joined before. Certain is only what could hardly be otherwise, with no second candidate near; several campuses
 * under one host and name stay for a person. `pairs` has those of a record together, the most alike first.
 */
export function pairUp<P extends Pair>(pairs: Iterable<P>, decisions: readonly Decision[]): Pairing<P> {
  const decided = decisions.filter(({ verdict }) => verdict === "JOINED");
  const joined = new Map(decided.map(({ ror, unitid }) => [ror, unitid]));
  const taken = new Set(joined.values());
  const apart = new Set(decisions.filter(({ verdict }) => verdict === "KEPT_APART").map(keyOf));

  const ambiguous = new Map<string, { reason: AmbiguityReason; candidates: P[] }>();
  const claims = new Map<string, P[]>();
  for (const [ror, candidates] of groupByRecord(pairs)) {
    if (joined.has(ror)) continue;
    const open = candidates.filter((pair) => !taken.has(pair.unitid) && !apart.has(keyOf(pair)));
    const [best, second] = open;
    if (!best) continue;
    const isAlone = !second || best.score.total - second.score.total >= MARGIN;
    if (isAlone && best.isSame) claims.set(best.unitid, [...(claims.get(best.unitid) ?? []), best]);
    else {
      const shown = open.filter(isWorthALook).slice(0, CANDIDATES_SHOWN);
      const reason = best.isSame ? "SEVERAL_UNITS" : "UNCERTAIN";
      if (shown.length > 0) ambiguous.set(ror, { reason, candidates: shown });
    }
  }
  // A unit belongs to one record at most: to the one that is clearly the most alike, or to none.
  for (const claimants of claims.values()) {
    const [best, second] = claimants.sort(
      (a, b) => b.score.total - a.score.total || (a.ror < b.ror ? -1 : 1),
    );
    const isClear = !second || best!.score.total - second.score.total >= MARGIN;
    if (isClear) joined.set(best!.ror, best!.unitid);
    for (const claim of isClear ? claimants.slice(1) : claimants)
      ambiguous.set(claim.ror, { reason: "SEVERAL_RECORDS", candidates: [claim] });
  }
  return { joined, ambiguous };
}

const keyOf = ({ ror, unitid }: Pick<Pair, "ror" | "unitid">) => `${ror} ${unitid}`;

const isWorthALook = ({ score }: Pair) =>
  score.total >= WORTH_A_LOOK || (score.name >= SAME_NAME && score.place >= 0.5);

function groupByRecord<P extends Pair>(pairs: Iterable<P>): Map<string, P[]> {
  const groups = new Map<string, P[]>();
  for (const pair of pairs) {
    const group = groups.get(pair.ror);
    if (group) group.push(pair);
    else groups.set(pair.ror, [pair]);
  }
  return groups;
}
