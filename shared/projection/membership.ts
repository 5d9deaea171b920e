import sql, { join, raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import type { QueryRunner } from "typeorm";
import type { AuditAction } from "../auth/audit.ts";
import type { Viewer } from "../auth/viewer.ts";
import { upsertRows } from "../data/bulk.ts";
import type { Transaction } from "../data/database.ts";
import { columns, createTable } from "../data/table.ts";
import type { FeedEvent } from "../feed/outbox.ts";
import type { DataSharingTier, PartnershipTables } from "./sharing.ts";
import { deriveSharingOfParties, PROJECTED_PARTNERSHIPS, SHARING_LEVELS } from "./sharing.ts";

/** Who made a change, and when; goes with the event that tells of it, and from there into the audit log. */
export interface AuditedChange {
  readonly action: AuditAction;
  readonly actorId: string | null;
  readonly actorKind: Viewer["kind"];
  /** As both databases keep instants. */
  readonly at: string;
  /** The client's request; null where it isn't known. */
  readonly requestId: string | null;
}

/** What the institutions subgraph publishes of a membership, under `<consortiumId>/<institutionId>`. */
export interface MembershipPayload {
  readonly consortiumId: string;
  readonly institutionId: string;
  readonly role: string;
  readonly status: "INVITED" | "ACTIVE" | "ENDED";
  /** First day of the present membership, or of the one before it ended; null when it never was a member. */
  readonly joinedOn: string | null;
  /** Last day; an institution that is invited again keeps that of its former membership. */
  readonly leftOn: string | null;
  readonly dataSharingTier: DataSharingTier;
  /** Null where nobody decided it: a load, or two records of one institution that were merged. */
  readonly change: AuditedChange | null;
}

/** The copy that partners, programs and metrics keep of what present and former members share. */
export const membershipProjectionTable = {
  membership_projection: (runner: QueryRunner, table: string) =>
    createTable(
      runner,
      table,
      [
        columns.id("consortium_id", { primary: true }),
        columns.id("institution_id", { primary: true }),
        columns.integer("sharing_level"),
      ],
      { clustered: true },
    ),
};

/** The id under which a membership is published. */
export const membershipEventId = (consortiumId: string, institutionId: string): string =>
  `${consortiumId}/${institutionId}`;

/**
 * Brings the copy up to date with memberships that changed or are gone, and with it what members see of the
 * partnerships of those institutions. A former member is kept, as one that shares nothing: it agreed to share while
 * it was a member, and no longer. Whoever never was a member has no part in what others share.
 */
export async function projectMemberships(
  tx: Transaction,
  events: readonly FeedEvent[],
  partnerships: PartnershipTables = PROJECTED_PARTNERSHIPS,
): Promise<void> {
  const latest = new Map(
    events.filter(({ kind }) => kind === "membership").map((event) => [event.recordId, event.payload]),
  );
  if (latest.size === 0) return;
  const kept: MembershipPayload[] = [];
  const gone: { consortiumId: string; institutionId: string }[] = [];
  for (const [recordId, payload] of latest as ReadonlyMap<string, (MembershipPayload & object) | null>) {
    const [consortiumId, institutionId] = recordId.split("/") as [string, string];
    if (payload && payload.joinedOn !== null) kept.push(payload);
    else gone.push({ consortiumId, institutionId });
  }
  await upsertRows(
    tx,
    "membership_projection",
    ["consortium_id", "institution_id"],
    ["consortium_id", "institution_id", "sharing_level"],
    kept.map((each) => ({
      consortium_id: each.consortiumId,
      institution_id: each.institutionId,
      sharing_level: each.status === "ACTIVE" ? SHARING_LEVELS[each.dataSharingTier] : 0,
    })),
  );
  if (gone.length > 0) {
    const keys = gone.map(
      (each) => sql`(consortium_id = ${each.consortiumId} AND institution_id = ${each.institutionId})`,
    );
    await tx.run(sql`DELETE FROM membership_projection WHERE ${join(keys, " OR ")}`);
  }
  const institutions = [...kept, ...gone].map(({ institutionId }) => institutionId);
  await deriveSharingOfParties(tx, partnerships, institutions);
}

/** Forgets all memberships, and with them how far any partnership is shared. */
export async function forgetMemberships(
  tx: Transaction,
  { partnership }: PartnershipTables = PROJECTED_PARTNERSHIPS,
): Promise<void> {
  await tx.run(sql`DELETE FROM membership_projection`);
  await tx.run(sql`UPDATE ${raw(partnership)} SET sharing_level = 0 WHERE sharing_level <> 0`);
}

/** Whether an institution shares at a tier in a consortium, by the copy; unknown means that it doesn't. */
export function institutionShares(
  tier: DataSharingTier,
  consortiumColumn: string,
  institutionColumn: string,
): Sql {
  return sql`EXISTS (SELECT 1 FROM membership_projection mv WHERE mv.consortium_id = ${raw(consortiumColumn)} AND mv.institution_id = ${raw(institutionColumn)} AND mv.sharing_level >= ${raw(String(SHARING_LEVELS[tier]))})`;
}
