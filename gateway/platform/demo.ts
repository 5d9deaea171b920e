import { utcNow } from "../../shared/clock.ts";
import { upsertRows } from "../../shared/data/bulk.ts";
import type { Database } from "../../shared/data/database.ts";
import { DEMO_VIEWERS } from "../../shared/demo/viewers.ts";

/** Who vouches for the demo network's people. */
export const DEMO_ISSUER = "demo";

/** The demo network's people with their organisations and roles; what memberships they have, the feed tells. */
export async function loadDemo(db: Database): Promise<void> {
  const people = DEMO_VIEWERS.flatMap(({ header, viewer }) =>
    viewer.id === null ? [] : [{ ...viewer, id: viewer.id, name: `Demo ${header}` }],
  );
  const now = utcNow();
  await db.write(async (tx) => {
    await upsertRows(
      tx,
      "person",
      ["id"],
      ["id", "issuer", "subject", "name", "created_at"],
      people.map(({ id, name }) => ({ id, issuer: DEMO_ISSUER, subject: id, name, created_at: now })),
    );
    await upsertRows(
      tx,
      "person_organisation",
      ["person_id", "organisation_id"],
      ["person_id", "organisation_id"],
      people.flatMap(({ id, organisationIds }) =>
        organisationIds.map((organisation) => ({ person_id: id, organisation_id: organisation })),
      ),
    );
    await upsertRows(
      tx,
      "role_grant",
      ["id"],
      ["id", "person_id", "consortium_id", "organisation_id", "role", "granted_by_id", "granted_at"],
      people.flatMap(({ id, organisationIds, consortia }) =>
        consortia.flatMap((consortium) =>
          // That they are members comes with their institution's membership.
          consortium.roles
            .filter((role) => role !== "MEMBER")
            .map((role) => ({
              id: `grant:${id}:${role}`,
              person_id: id,
              consortium_id: consortium.id,
              organisation_id: organisationIds[0] ?? null,
              role,
              granted_by_id: null,
              granted_at: now,
            })),
        ),
      ),
    );
  });
}
