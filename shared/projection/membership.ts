import sql, { join, raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import type { QueryRunner } from "typeorm";
import type { AuditAction } from "../auth/audit.ts";
import type { Viewer } from "../auth/viewer.ts";
import { upsertRows } from "../data/bulk.ts";
import type { Transaction } from "../data/database.ts";
import type { IdentifiedTable } from "../data/identify.ts";
import { columns, createTable } from "../data/table.ts";
import type { FeedEvent } from "../feed/outbox.ts";
import type { DataSharingTier, PartnershipTables } from "./sharing.ts";
import { deriveSharingOfParties, PROJECTED_PARTNERSHIPS, SHARING_LEVELS } from "./sharing.ts";

/** Who made a change, and when; goes with the event that tells of it, and from there into the audit log. */
export interface AuditedChange {
  readonly action: AuditAction;
  readonly actorId: string | null;
  readonly actorKind: Viewer["kind"] | "CONSOLE";
  /** As both databases keep instants. */
  readonly at: string;
  /** The client's request; null where it isn't known. */
  readonly requestId: string | null;
}

/** What the institutions subgraph publishes of a membership, under its id. */
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

/** What gives the rows of any copy of memberships the ids that these have. */
export const COPIED_MEMBERSHIPS: IdentifiedTable = {
  table: "membership_projection",
  type: "Membership",
  key: ["consortium_id", "institution_id"],
  column: "membership_id",
};

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
  const before = await forgetMemberships(tx, [...latest.keys()]);
  const kept = ([...latest] as [string, (MembershipPayload & object) | null][]).flatMap(([id, payload]) =>
    payload && payload.joinedOn !== null ? [{ id, ...payload }] : [],
  );
  await upsertRows(
    tx,
    "membership_projection",
    ["consortium_id", "institution_id"],
    ["membership_id", "consortium_id", "institution_id", "sharing_level"],
    kept.map((each) => ({
      membership_id: each.id,
      consortium_id: each.consortiumId,
      institution_id: each.institutionId,
      sharing_level: each.status === "ACTIVE" ? SHARING_LEVELS[each.dataSharingTier] : 0,
    })),
  );
  const institutions = [...before, ...kept.map(({ institutionId }) => institutionId)];
  if (institutions.length > 0) await deriveSharingOfParties(tx, partnerships, institutions);
}

/** Takes memberships out of the copy: a membership may have moved to another institution. Answers whose they were. */
async function forgetMemberships(tx: Transaction, ids: readonly string[]): Promise<string[]> {
  const wanted = join([...ids]);
  const rows = await tx.read<{ id: string }>(
    sql`SELECT institution_id AS id FROM membership_projection WHERE membership_id IN (${wanted})`,
  );
  await tx.run(sql`DELETE FROM membership_projection WHERE membership_id IN (${wanted})`);
  return rows.map(({ id }) => id);
}

/** Forgets all memberships, and with them how far any partnership is shared. */
export async function clearMemberships(
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
