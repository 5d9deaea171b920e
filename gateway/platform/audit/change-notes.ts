import { createHash } from "node:crypto";
import sql, { raw } from "sql-template-tag";
import type { Transaction } from "../../../shared/data/database.ts";
import type { FeedSubscription } from "../../../shared/feed/consumer.ts";
import type { ChangeNote, FeedEvent } from "../../../shared/feed/outbox.ts";
import { mergedOrganizations } from "../../../shared/projection/partner-organization.ts";
import type { AuditRecord } from "../audit.ts";
import { writeAudit } from "../audit.ts";
import { idOfChange } from "../ids.ts";

/**
 * Writes every change that somebody has made, of whatever record, into the audit log: once, however often its event is
 * told. Loads and imports carry no note and leave no entry.
 */
async function auditChanges(tx: Transaction, source: string, events: readonly FeedEvent[]): Promise<void> {
  await writeAudit(
    tx,
    events.flatMap((event) => (event.change ? [entryOf(source, event, event.change)] : [])),
  );
}

function entryOf(source: string, { sequence, recordId }: FeedEvent, note: ChangeNote): AuditRecord {
  const at = new Date(`${note.at.replace(" ", "T")}Z`);
  const digest = createHash("sha256").update(`${source} ${sequence} ${recordId}`).digest();
  return {
    id: idOfChange("AuditEntry", at, digest.subarray(0, 16)),
    at,
    action: note.action,
    actor: { id: note.actorId, kind: note.actorKind, credentialId: null, requestId: note.requestId },
    consortiumId: note.consortiumId,
    organisationId: note.organizationId,
    subject: recordId,
    detail: note.reason ? { reason: note.reason } : {},
  };
}

/**
 * Follows who has changed partner organizations, partnerships and what hangs on them. People of an organization that
 * was merged belong to the one that goes on.
 */
export const partnerChangesFeed: FeedSubscription = {
  source: "partners",
  async apply(tx, events) {
    await auditChanges(tx, "partners", events);
    for (const { from, to } of mergedOrganizations(events)) await moveMembers(tx, from, to);
  },
  /** What is in the audit log stays there, and people stay where they belong. */
  async forget() {},
};

async function moveMembers(tx: Transaction, from: string, to: string): Promise<void> {
  const orIgnore = raw(tx.dialect === "sqlite" ? "OR IGNORE" : "IGNORE");
  await tx.run(
    sql`INSERT ${orIgnore} INTO person_organisation (person_id, organisation_id) SELECT person_id, ${to} FROM person_organisation WHERE organisation_id = ${from}`,
  );
  await tx.run(sql`DELETE FROM person_organisation WHERE organisation_id = ${from}`);
  await tx.run(sql`UPDATE api_key SET organisation_id = ${to} WHERE organisation_id = ${from}`);
}
