import { createHash } from "node:crypto";
import sql, { join, raw } from "sql-template-tag";
import { upsertRows } from "../../../shared/data/bulk.ts";
import type { Transaction } from "../../../shared/data/database.ts";
import type { FeedSubscription } from "../../../shared/feed/consumer.ts";
import type { FeedEvent } from "../../../shared/feed/outbox.ts";
import type { AuditedChange, MembershipPayload } from "../../../shared/projection/membership.ts";
import type { AuditRecord } from "../audit.ts";
import { writeAudit } from "../audit.ts";
import { idOfChange } from "../ids.ts";

/** What the institutions subgraph publishes of a consortium. */
interface ConsortiumPayload {
  readonly name: string;
  readonly change: AuditedChange | null;
}

/**
 * Follows who is a member of what. Whose membership has ended has no role by it any more; every change that somebody
 * made is in the audit log; and whoever creates a consortium becomes its admin.
 */
export const membershipFeed: FeedSubscription = {
  source: "institutions",
  async apply(tx, events) {
    await projectMemberships(tx, events);
    for (const { kind, recordId, payload } of await auditChanges(tx, events)) {
      if (kind === "consortium") await appointCreator(tx, recordId, payload as never);
    }
  },
  /** What is in the audit log stays there, and so do roles: they are the platform's own. */
  async forget(tx) {
    await tx.run(sql`DELETE FROM membership_projection`);
  },
};

async function projectMemberships(tx: Transaction, events: readonly FeedEvent[]): Promise<void> {
  const latest = new Map(
    events
      .filter(({ kind }) => kind === "membership")
      .map(({ recordId, payload }) => [recordId, payload as MembershipPayload | null]),
  );
  if (latest.size === 0) return;
  await tx.run(sql`DELETE FROM membership_projection WHERE membership_id IN (${join([...latest.keys()])})`);
  await upsertRows(
    tx,
    "membership_projection",
    ["institution_id", "consortium_id"],
    ["membership_id", "institution_id", "consortium_id", "is_active"],
    [...latest].flatMap(([id, payload]) => {
      if (!payload) return [];
      const { institutionId, consortiumId, status } = payload;
      return [
        {
          membership_id: id,
          institution_id: institutionId,
          consortium_id: consortiumId,
          is_active: status === "ACTIVE",
        },
      ];
    }),
  );
}

type About = Pick<AuditRecord, "consortiumId" | "organisationId" | "detail">;

/** What an entry in the log says of a change, by the kind of record; a match belongs to no consortium. */
const AUDITED = {
  membership: (_recordId: string, payload: MembershipPayload): About => {
    const { consortiumId, institutionId: organisationId, role, status, dataSharingTier } = payload;
    return { consortiumId, organisationId, detail: { role, status, dataSharingTier } };
  },
  consortium: (recordId: string, { name }: ConsortiumPayload): About => ({
    consortiumId: recordId,
    detail: { name },
  }),
  institution_match: (_recordId: string, { remark }: { readonly remark: string | null }): About => ({
    detail: { remark },
  }),
} as const;

/**
 * Puts what somebody changed into the audit log; returns the events that were not in it yet. A creator whose role has
 * been taken away since doesn't get it back when the feed is read anew.
 */
async function auditChanges(tx: Transaction, events: readonly FeedEvent[]): Promise<FeedEvent[]> {
  const changes = new Map<AuditRecord, FeedEvent>();
  for (const event of events) {
    const { kind, recordId, payload, sequence } = event;
    const change = payload?.["change"] as AuditedChange | null | undefined;
    if (!change || !(kind in AUDITED)) continue;
    const about: About = AUDITED[kind as keyof typeof AUDITED](recordId, payload as never);
    const at = new Date(`${change.at.replace(" ", "T")}Z`);
    // As it was before memberships had ids: an entry keeps its own when it is told of again.
    const named = [about.consortiumId, about.organisationId].filter(Boolean).join("/") || recordId;
    const digest = createHash("sha256").update(`institutions ${sequence} ${named}`).digest();
    const record: AuditRecord = {
      id: idOfChange("AuditEntry", at, digest.subarray(0, 16)),
      at,
      action: change.action,
      actor: {
        id: change.actorId,
        kind: change.actorKind,
        credentialId: null,
        requestId: change.requestId,
      },
      subject: recordId,
      ...about,
    };
    changes.set(record, event);
  }
  return (await writeAudit(tx, [...changes.keys()])).map((record) => changes.get(record)!);
}

/** Nobody but its creator could say who else is to run a new consortium. */
async function appointCreator(
  tx: Transaction,
  consortiumId: string,
  payload: ConsortiumPayload | null,
): Promise<void> {
  const change = payload?.change;
  if (change?.action !== "CONSORTIUM_CREATED" || change.actorKind !== "PERSON") return;
  const orIgnore = raw(tx.dialect === "sqlite" ? "OR IGNORE" : "IGNORE");
  const at = new Date(`${change.at.replace(" ", "T")}Z`);
  const id = idOfChange("RoleGrant", at, createHash("sha256").update(consortiumId).digest().subarray(0, 16));
  await tx.run(
    sql`INSERT ${orIgnore} INTO role_grant (id, person_id, consortium_id, organisation_id, role, granted_by_id, granted_at)
        SELECT ${id}, id, ${consortiumId}, NULL, 'CONSORTIUM_ADMIN', id, ${change.at} FROM person WHERE id = ${change.actorId}`,
  );
}
