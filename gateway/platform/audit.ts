import sql, { join } from "sql-template-tag";
import type { AuditAction } from "../../shared/auth/audit.ts";
import type { Viewer } from "../../shared/auth/viewer.ts";
import { toDatabaseInstant } from "../../shared/clock.ts";
import { insertRows } from "../../shared/data/bulk.ts";
import type { Database, Transaction } from "../../shared/data/database.ts";
import type { Caller } from "../identity/caller.ts";
import type { RecordReads } from "../subgraphs/audited.ts";
import { newId } from "../../shared/ids.ts";

/** Who did something, by what credential and in which request, as far as that is known. */
export interface Actor {
  readonly id: string | null;
  readonly kind: Viewer["kind"] | "CONSOLE";
  /** The API key's id, or the viewer's. */
  readonly credentialId: string | null;
  readonly requestId: string | null;
}

/** The operator at the console, who needs no sign-in: whoever has the database has everything. */
export const CONSOLE: Actor = { id: null, kind: "CONSOLE", credentialId: null, requestId: null };

/** A caller as the one who did something in a request. */
export const actorOf = (
  { viewer, credential }: Pick<Caller, "viewer" | "credential">,
  requestId: string | null,
): Actor => ({
  id: viewer.id,
  kind: viewer.kind,
  credentialId: credential.id,
  requestId,
});

/** Something that is put into the audit log. */
export interface AuditRecord {
  readonly action: AuditAction;
  readonly actor: Actor;
  /** Whose stewards see it: the organisation whose data or key it is about. */
  readonly organisationId?: string | null;
  /** Whose admins see it; where it belongs neither to an organisation nor to a consortium, operators do. */
  readonly consortiumId?: string | null;
  /** What was changed, read or refused: an id, or a field's coordinate. */
  readonly subject?: string | null;
  /** What else there is to know; never a credential. */
  readonly detail?: Readonly<Record<string, string | number | null>>;
  /** When it was; now unless said. */
  readonly at?: Date;
  /** Said where one event may be told twice; it is put down once. */
  readonly id?: string;
}

/** The append-only log of who did what. */
export interface AuditLog {
  /** Puts entries into the log; resolves when they are there for good. */
  record(entries: readonly AuditRecord[]): Promise<void>;
}

/** How reads that subgraphs tell of are put down: by whom, and in which request. */
export const recordReads =
  (log: AuditLog): RecordReads =>
  (reads, { viewer, caller, requestId = null }) =>
    log.record(
      reads.map(({ action, organisationId, consortiumId, count }) => ({
        action,
        actor: actorOf(caller ?? { viewer, credential: { kind: "NONE", id: viewer.id } }, requestId),
        organisationId,
        consortiumId,
        detail: { count },
      })),
    );

const SUBJECT_LENGTH = 200;
const REQUEST_ID_LENGTH = 64;

/** Writes to the audit log of a database. What comes while a write is under way goes into the next one together. */
export function createAuditLog(db: Database): AuditLog {
  let waiting: AuditRecord[] = [];
  let next: Promise<void> | null = null;
  let last: Promise<unknown> = Promise.resolve();
  return {
    record(entries) {
      if (entries.length === 0) return Promise.resolve();
      waiting.push(...entries);
      if (next) return next;
      const write = () => {
        const records = waiting;
        waiting = [];
        next = null;
        return db.write(async (tx) => void (await writeAudit(tx, records)));
      };
      last = next = last.then(write, write);
      return next;
    },
  };
}

/** Puts entries into the log in the transaction of what they tell of; returns which of them were not there yet. */
export async function writeAudit(
  tx: Transaction,
  records: readonly AuditRecord[],
): Promise<readonly AuditRecord[]> {
  const told = records.flatMap(({ id }) => (id === undefined ? [] : [id]));
  const known = new Set(
    told.length === 0
      ? []
      : (await tx.read<{ id: string }>(sql`SELECT id FROM audit_entry WHERE id IN (${join(told)})`)).map(
          ({ id }) => id,
        ),
  );
  const fresh = records.filter(({ id }) => id === undefined || !known.has(id));
  await insertRows(
    tx,
    "audit_entry",
    [
      "id",
      "at",
      "action",
      "actor_id",
      "actor_kind",
      "credential_id",
      "organisation_id",
      "consortium_id",
      "subject",
      "request_id",
      "detail",
    ],
    fresh.map(({ id = newId("AuditEntry"), at = new Date(), action, actor, ...about }) => ({
      id,
      at: toDatabaseInstant(at),
      action,
      actor_id: actor.id,
      actor_kind: actor.kind,
      credential_id: actor.credentialId,
      organisation_id: about.organisationId ?? null,
      consortium_id: about.consortiumId ?? null,
      subject: about.subject?.slice(0, SUBJECT_LENGTH) ?? null,
      request_id: actor.requestId?.slice(0, REQUEST_ID_LENGTH) ?? null,
      detail: JSON.stringify(about.detail ?? {}),
    })),
  );
  return fresh;
}
