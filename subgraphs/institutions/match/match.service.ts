import sql from "sql-template-tag";
import { utcNow } from "../../../shared/clock.ts";
import type { Reader, Transaction } from "../../../shared/data/database.ts";
import { DomainError } from "../../../shared/errors.ts";
import { publish } from "../../../shared/feed/outbox.ts";
import type { AuditedChange } from "../../../shared/projection/membership.ts";
import { addPair } from "../import/match-tables.ts";
import { Registry } from "../import/registry.ts";
import type { MatchState } from "./match.enums.ts";
import type { InstitutionMatch, MatchCandidate } from "./match.ts";

const REMARK_LENGTH = 500;

/** A decision on a pair, or the end of one. */
export interface MatchDecision {
  readonly ror: string;
  readonly unitid: string;
  /** Null undoes what was decided. */
  readonly verdict: "JOINED" | "KEPT_APART" | null;
  readonly remark?: string | null;
}

/**
 * Keeps what a person decides of a pair, for this and every later import, and makes the institutions accordingly. A
 * record is one unit at most, and a unit one record: joining a pair ends an earlier decision to join either with
 * another.
 */
export async function decideMatch(
  tx: Transaction,
  { ror, unitid, verdict, remark = null }: MatchDecision,
  change: AuditedChange,
): Promise<void> {
  if (remark !== null && remark.length > REMARK_LENGTH) {
    throw new DomainError(
      "BAD_USER_INPUT",
      `"remark" expects at most ${REMARK_LENGTH} characters; got ${remark.length}.`,
      { field: "remark" },
    );
  }
  const isThere = await addPair(tx, ror, unitid);
  if (isThere !== "ADDED") {
    const [what, field] = isThere === "NO_RECORD" ? ["ROR record", "ror"] : ["IPEDS unit", "unitid"];
    throw new DomainError("NOT_FOUND", `There is no ${what} with this id.`, { field });
  }
  const [before] = await tx.read<{ verdict: string | null }>(
    sql`SELECT verdict FROM match_candidate WHERE ror = ${ror} AND unitid = ${unitid}`,
  );
  if (verdict === null && before!.verdict === null) {
    throw new DomainError("CONFLICT", "Nobody has decided on these two: there is nothing to undo.", {
      field: "unitid",
    });
  }
  if (before!.verdict === verdict) return;
  if (verdict === "JOINED") {
    await tx.run(
      sql`UPDATE match_candidate SET verdict = NULL, decided_at = NULL, decided_by = NULL, remark = NULL
          WHERE verdict = 'JOINED' AND (ror = ${ror} OR unitid = ${unitid})`,
    );
  }
  const [at, by] = verdict === null ? [null, null] : [change.at, change.actorId ?? "console"];
  await tx.run(
    sql`UPDATE match_candidate SET verdict = ${verdict}, decided_at = ${at}, decided_by = ${by}, remark = ${verdict && remark}
        WHERE ror = ${ror} AND unitid = ${unitid}`,
  );
  const registry = new Registry(tx, utcNow());
  await registry.pair();
  await registry.publish();
  await publish(tx, [
    { kind: "institution_match", recordId: `${ror} ${unitid}`, payload: { verdict, remark, change } },
  ]);
}

/** A match with its candidates, as the console lists it. */
export interface ListedMatch extends Pick<
  InstitutionMatch,
  "ror" | "name" | "town" | "state" | "reason" | "unitid"
> {
  readonly candidates: readonly ListedCandidate[];
}

/** A candidate, as the console lists it. */
export type ListedCandidate = Pick<
  MatchCandidate,
  "ror" | "unitid" | "name" | "town" | "totalScore" | "verdict" | "decidedBy" | "remark"
>;

/** All matches that stand in some way, by ROR's names; `DECIDED` are those that a person has decided on. */
export async function listMatches(db: Reader, which: `${MatchState}` | "DECIDED"): Promise<ListedMatch[]> {
  const where =
    which === "DECIDED"
      ? sql`ror IN (SELECT ror FROM match_candidate WHERE verdict IS NOT NULL)`
      : sql`state = ${which}`;
  const matches = await db.read<ListedMatch>(
    sql`SELECT ror, name, town, state, reason, unitid FROM institution_match WHERE ${where} ORDER BY name_key, ror`,
  );
  const candidates = await db.read<ListedCandidate>(
    sql`SELECT ror, unitid, name, town, total_score AS totalScore, verdict, decided_by AS decidedBy, remark FROM match_candidate
        WHERE ror IN (SELECT ror FROM institution_match WHERE ${where}) ORDER BY ror, total_score DESC, unitid`,
  );
  const byRecord = new Map<string, ListedCandidate[]>();
  for (const each of candidates) byRecord.set(each.ror, [...(byRecord.get(each.ror) ?? []), each]);
  return matches.map((match) => ({ ...match, candidates: byRecord.get(match.ror) ?? [] }));
}
