import type { Viewer } from "../../../shared/auth/viewer.ts";
import type { Transaction } from "../../../shared/data/database.ts";
import { DomainError } from "../../../shared/errors.ts";
import type { Caller } from "../../identity/caller.ts";
import { allow } from "../context.ts";
import { personAsViewer } from "../person/people.ts";
import { consortiaWith, readsRawFigures } from "../person/roles.ts";
import type { KeyRights, StoredKey } from "./key.service.ts";

/**
 * Who may be told the secret of a key with these rights: nobody gets more by a key than they have. A person's own key
 * has at most the roles that they hold by the organisation it acts for. A service's is for those who administer every
 * consortium it acts in; they could give any role there.
 */
export async function refuseBeyond(tx: Transaction, caller: Caller, rights: KeyRights): Promise<void> {
  const { viewer, credential, scopes } = caller;
  const { ownerId, organisationId, roles } = rights;
  if (credential.kind === "API_KEY") {
    const missing = rights.scopes.find((scope) => !scopes?.includes(scope));
    allow(!missing, `A key gives no scope that it hasn't itself; it has not ${missing}.`, "scopes");
  }
  allow(
    organisationId === null || viewer.organisationIds.includes(organisationId),
    "A key acts for an organisation of whoever gets its secret, or for none.",
    "organisationId",
  );
  if (ownerId === null) return refuseService(tx, viewer, rights);
  allow(ownerId === viewer.id, "The secret of a person's key is for that person alone.");
  await refuseUnheld(
    tx,
    viewer,
    roles,
    organisationId,
    "A key has roles that you hold by the organisation it acts for",
  );
}

/** Refuses roles that a caller does not hold by an organisation, or by none. */
async function refuseUnheld(
  tx: Transaction,
  viewer: Viewer,
  roles: KeyRights["roles"],
  organisationId: string | null,
  rule: string,
): Promise<void> {
  const holders =
    viewer.kind === "PERSON"
      ? [viewer, await personAsViewer(tx, viewer.id!, (each) => each === organisationId)]
      : [viewer];
  for (const { consortiumId, role } of roles) {
    const isHeld = holders.every((each) => consortiaWith(each, role).includes(consortiumId));
    allow(isHeld, `${rule}; that is not so of ${role} in ${consortiumId}.`, "roles");
  }
}

async function refuseService(tx: Transaction, viewer: Viewer, rights: KeyRights): Promise<void> {
  const { roles, organisationId } = rights;
  if (roles.length === 0) {
    throw new DomainError("BAD_USER_INPUT", "A service's key takes a role in a consortium; got none.", {
      field: "roles",
    });
  }
  const administered = consortiaWith(viewer, "CONSORTIUM_ADMIN");
  for (const { consortiumId, role } of roles) {
    allow(
      administered.includes(consortiumId),
      "A service's key is for those who administer each consortium that it acts in.",
      "roles",
    );
    allow(
      role !== "OPERATOR" || consortiaWith(viewer, "OPERATOR").includes(consortiumId),
      "OPERATOR is given by operators.",
      "roles",
    );
  }
  const reading = roles.filter(({ role }) => readsRawFigures(role));
  if (organisationId === null || reading.length === 0) return;
  // An admin who is no steward would read their own institution's raw figures by the key.
  await refuseUnheld(
    tx,
    viewer,
    reading,
    organisationId,
    "A service reads the raw figures of an organisation for somebody who may do so themselves",
  );
}

/** Who may know of a key: its owner, itself, and the admins of each consortium that it acts in; they may revoke it. */
export function knows(viewer: Viewer, key: StoredKey): boolean {
  const administered = consortiaWith(viewer, "CONSORTIUM_ADMIN");
  return (
    viewer.id !== null &&
    (key.ownerId === viewer.id ||
      key.id === viewer.id ||
      key.roles.some(({ consortiumId }) => administered.includes(consortiumId)))
  );
}
