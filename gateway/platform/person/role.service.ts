import sql, { raw } from "sql-template-tag";
import { utcNow } from "../../../shared/clock.ts";
import { insertRows } from "../../../shared/data/bulk.ts";
import type { Transaction } from "../../../shared/data/database.ts";
import { DomainError } from "../../../shared/errors.ts";
import type { Actor } from "../audit.ts";
import { writeAudit } from "../audit.ts";
import { newId } from "../../../shared/ids.ts";
import { membershipsOf, organisationsOf } from "./people.ts";
import type { GrantedRole } from "./rights.ts";
import { counts } from "./rights.ts";

/** A role that somebody is to have. */
export interface RoleDraft extends GrantedRole {
  readonly personId: string;
}

/** A role that somebody has. */
export interface StoredGrant extends RoleDraft {
  readonly id: string;
  readonly grantedById: string | null;
  readonly grantedAt: string;
}

/** Gives somebody a role and answers its id; who has it already keeps it as it is. */
export async function grantRole(tx: Transaction, draft: RoleDraft, actor: Actor): Promise<string> {
  const { personId, consortiumId, organisationId, role } = draft;
  const lock = raw(tx.dialect === "mysql" ? "FOR UPDATE" : "");
  // The lock keeps the same role from being given twice at the same time.
  const [person] = await tx.read(sql`SELECT id FROM person WHERE id = ${personId} ${lock}`);
  if (!person) {
    throw new DomainError(
      "NOT_FOUND",
      "Expected the id of somebody who has signed in before; there is no such person.",
      { field: "personId" },
    );
  }
  await refuseUnfounded(tx, draft);
  const ofOrganisation =
    organisationId === null ? sql`organisation_id IS NULL` : sql`organisation_id = ${organisationId}`;
  const [known] = await tx.read<{ id: string }>(
    sql`SELECT id FROM role_grant WHERE person_id = ${personId} AND consortium_id = ${consortiumId} AND role = ${role} AND ${ofOrganisation}`,
  );
  if (known) return known.id;
  const row = {
    id: newId("RoleGrant"),
    person_id: personId,
    consortium_id: consortiumId,
    organisation_id: organisationId,
    role,
    granted_by_id: actor.id,
    granted_at: utcNow(),
  };
  await insertRows(tx, "role_grant", Object.keys(row), [row]);
  await auditRole(tx, "ROLE_GRANTED", draft, actor);
  return row.id;
}

/** Refuses a role that would count for nothing, or that comes by itself. */
async function refuseUnfounded(
  tx: Transaction,
  { personId, consortiumId, organisationId, role }: RoleDraft,
): Promise<void> {
  if (role === "MEMBER") {
    throw badInput("role", "MEMBER comes with the membership of somebody's institution; it cannot be given.");
  }
  if (organisationId === null) {
    if (role !== "STEWARD") return;
    throw badInput(
      "organisationId",
      "A steward keeps the data of an organisation: expected which; got none.",
    );
  }
  const organisations = await organisationsOf(tx, personId);
  const memberships = await membershipsOf(tx, [organisationId]);
  if (!counts({ consortiumId, organisationId, role }, organisations, memberships)) {
    throw badInput(
      "organisationId",
      "Expected an organisation that the person belongs to and that is a member of the consortium or a partner; got another one.",
    );
  }
}

/** A role that somebody was given, locked for a change; null when there is none. */
export async function lockGrant(tx: Transaction, id: string): Promise<StoredGrant | null> {
  const lock = raw(tx.dialect === "mysql" ? "FOR UPDATE" : "");
  const [grant] = await tx.read<StoredGrant>(
    sql`SELECT id, person_id AS personId, consortium_id AS consortiumId, organisation_id AS organisationId, role, granted_by_id AS grantedById, granted_at AS grantedAt FROM role_grant WHERE id = ${id} ${lock}`,
  );
  return grant ?? null;
}

/** Takes a role away; never the last one that administers a consortium. */
export async function withdrawRole(tx: Transaction, grant: StoredGrant, actor: Actor): Promise<void> {
  if (grant.role === "CONSORTIUM_ADMIN" && !(await isAdministeredWithout(tx, grant))) {
    throw new DomainError(
      "CONFLICT",
      "This is the last admin of the consortium: make somebody else one before.",
    );
  }
  await tx.run(sql`DELETE FROM role_grant WHERE id = ${grant.id}`);
  await auditRole(tx, "ROLE_WITHDRAWN", grant, actor);
}

/** Whether somebody else administers the consortium right now; the lock lets two who go at once go one by one. */
async function isAdministeredWithout(tx: Transaction, { id, consortiumId }: StoredGrant): Promise<boolean> {
  const lock = raw(tx.dialect === "mysql" ? "FOR UPDATE" : "");
  const admins = await tx.read<RoleDraft & { id: string }>(
    sql`SELECT id, person_id AS personId, consortium_id AS consortiumId, organisation_id AS organisationId, role FROM role_grant WHERE consortium_id = ${consortiumId} AND role = 'CONSORTIUM_ADMIN' ${lock}`,
  );
  for (const admin of admins) {
    if (admin.id === id) continue;
    const organisations = await organisationsOf(tx, admin.personId);
    if (counts(admin, organisations, await membershipsOf(tx, organisations))) return true;
  }
  return false;
}

async function auditRole(
  tx: Transaction,
  action: "ROLE_GRANTED" | "ROLE_WITHDRAWN",
  { personId, consortiumId, organisationId, role }: RoleDraft,
  actor: Actor,
): Promise<void> {
  await writeAudit(tx, [
    { action, actor, consortiumId, organisationId, subject: personId, detail: { role } },
  ]);
}

const badInput = (field: string, message: string) => new DomainError("BAD_USER_INPUT", message, { field });
