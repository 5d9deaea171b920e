import sql, { join, raw } from "sql-template-tag";
import type { Viewer } from "../../../shared/auth/viewer.ts";
import { utcNow } from "../../../shared/clock.ts";
import type { Reader, Transaction } from "../../../shared/data/database.ts";
import { newId } from "../../../shared/ids.ts";
import type { ActiveMembership, GrantedRole } from "./rights.ts";
import { rightsOf } from "./rights.ts";

/** Who somebody is to the issuer that vouches for them. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  readonly name?: string | null | undefined;
}

const NAME_LENGTH = 200;

/** The id of a person, or null when nobody knows them yet. */
export async function findPerson(db: Reader, { issuer, subject }: Identity): Promise<string | null> {
  const [row] = await db.read<{ id: string }>(
    sql`SELECT id FROM person WHERE issuer = ${issuer} AND subject = ${subject}`,
  );
  return row?.id ?? null;
}

/** The id of a person, who is put down when they are new: from then on they can be given roles. */
export async function knowPerson(tx: Transaction, identity: Identity, id = newId("Person")): Promise<string> {
  const { issuer, subject, name } = identity;
  const orIgnore = raw(tx.dialect === "sqlite" ? "OR IGNORE" : "IGNORE");
  await tx.run(
    sql`INSERT ${orIgnore} INTO person (id, issuer, subject, name, created_at) VALUES (${id}, ${issuer}, ${subject}, ${name?.slice(0, NAME_LENGTH) ?? null}, ${utcNow()})`,
  );
  // Another instance may have been first; the lock shows what it has committed.
  const lock = raw(tx.dialect === "mysql" ? "FOR UPDATE" : "");
  const [row] = await tx.read<{ id: string }>(
    sql`SELECT id FROM person WHERE issuer = ${issuer} AND subject = ${subject} ${lock}`,
  );
  return row!.id;
}

/** Makes somebody one of an organisation's people. */
export async function joinOrganisation(
  tx: Transaction,
  personId: string,
  organisationId: string,
): Promise<void> {
  const orIgnore = raw(tx.dialect === "sqlite" ? "OR IGNORE" : "IGNORE");
  await tx.run(
    sql`INSERT ${orIgnore} INTO person_organisation (person_id, organisation_id) VALUES (${personId}, ${organisationId})`,
  );
}

/** The organisations that somebody belongs to. */
export async function organisationsOf(db: Reader, personId: string): Promise<string[]> {
  const rows = await db.read<{ organisation_id: string }>(
    sql`SELECT organisation_id FROM person_organisation WHERE person_id = ${personId} ORDER BY organisation_id`,
  );
  return rows.map((row) => row.organisation_id);
}

/** The consortia of which some organisations are active members. */
export async function membershipsOf(
  db: Reader,
  organisationIds: readonly string[],
): Promise<ActiveMembership[]> {
  if (organisationIds.length === 0) return [];
  return db.read<ActiveMembership>(
    sql`SELECT consortium_id AS consortiumId, institution_id AS institutionId FROM membership_projection WHERE institution_id IN (${join([...organisationIds])}) AND is_active = 1`,
  );
}

/** The roles that somebody was given, whether they count or not. */
export function rolesGiven(db: Reader, personId: string): Promise<GrantedRole[]> {
  return db.read<GrantedRole>(
    sql`SELECT consortium_id AS consortiumId, organisation_id AS organisationId, role FROM role_grant WHERE person_id = ${personId}`,
  );
}

/** A person as the graph knows them now, or as far as they act for some of their organisations only. */
export async function personAsViewer(
  db: Reader,
  personId: string,
  actsFor: (organisationId: string) => boolean = () => true,
): Promise<Viewer> {
  const [organisations, granted] = await Promise.all([
    organisationsOf(db, personId),
    rolesGiven(db, personId),
  ]);
  const organisationIds = organisations.filter(actsFor);
  const memberships = await membershipsOf(db, organisationIds);
  return {
    id: personId,
    kind: "PERSON",
    organisationIds,
    consortia: rightsOf(organisationIds, memberships, granted),
  };
}
