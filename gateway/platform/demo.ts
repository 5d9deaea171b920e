import { utcNow } from "../../shared/clock.ts";
import type { RowValues } from "../../shared/data/bulk.ts";
import { insertRows, upsertRows } from "../../shared/data/bulk.ts";
import type { Database, Transaction } from "../../shared/data/database.ts";
import type { DemoViewer } from "../../shared/demo/viewers.ts";
import { DEMO_VIEWERS } from "../../shared/demo/viewers.ts";
import { derivedId } from "../../shared/ids.ts";
import { knowPerson, rolesGiven } from "./person/people.ts";

/** Who vouches for the demo network's people. */
export const DEMO_ISSUER = "demo";

/** The demo network's people with their organisations and roles; what memberships they have, the feed tells. */
export async function loadDemo(db: Database): Promise<void> {
  await db.write(async (tx) => {
    for (const each of DEMO_VIEWERS) {
      if (each.viewer.id !== null) await loadPerson(tx, each, each.viewer.id);
    }
  });
}

/** One of them; who is known already keeps their id and their roles. */
async function loadPerson(tx: Transaction, { header, subject, viewer }: DemoViewer, newId: string) {
  const identity = { issuer: DEMO_ISSUER, subject, name: `Demo ${header}` };
  const id = await knowPerson(tx, identity, newId);
  await upsertRows(
    tx,
    "person_organisation",
    ["person_id", "organisation_id"],
    ["person_id", "organisation_id"],
    viewer.organisationIds.map((organisation) => ({ person_id: id, organisation_id: organisation })),
  );
  const given = await rolesGiven(tx, id);
  const has = (consortiumId: string, role: string) =>
    given.some((grant) => grant.consortiumId === consortiumId && grant.role === role);
  const now = utcNow();
  const grants = viewer.consortia.flatMap((consortium) =>
    // That they are members comes with their institution's membership.
    consortium.roles
      .filter((role) => role !== "MEMBER" && !has(consortium.id, role))
      .map((role): RowValues => ({
        id: derivedId("RoleGrant", subject, role),
        person_id: id,
        consortium_id: consortium.id,
        organisation_id: viewer.organisationIds[0] ?? null,
        role,
        granted_by_id: null,
        granted_at: now,
      })),
  );
  await insertRows(tx, "role_grant", ROLE_COLUMNS, grants);
}

const ROLE_COLUMNS = [
  "id",
  "person_id",
  "consortium_id",
  "organisation_id",
  "role",
  "granted_by_id",
  "granted_at",
];
