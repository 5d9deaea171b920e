import type { Role, Viewer } from "../../../shared/auth/viewer.ts";
import { typeOfId } from "../../../shared/ids.ts";
import { ROLES } from "./roles.ts";

/** That an institution is an active member of a consortium. */
export interface ActiveMembership {
  readonly consortiumId: string;
  readonly institutionId: string;
}

/** A role that somebody was given in a consortium: as one of an organisation's people, or by itself (null). */
export interface GrantedRole {
  readonly consortiumId: string;
  readonly organisationId: string | null;
  readonly role: Role;
}

export type Consortia = Viewer["consortia"];

/** Whether a role counts right now: one that came with an institution goes with that institution's membership. */
export function counts(
  { consortiumId, organisationId }: GrantedRole,
  organisationIds: readonly string[],
  memberships: readonly ActiveMembership[],
): boolean {
  if (organisationId === null) return true;
  if (!organisationIds.includes(organisationId)) return false;
  if (typeOfId(organisationId) !== "Institution") return true;
  return memberships.some(
    (each) => each.consortiumId === consortiumId && each.institutionId === organisationId,
  );
}

/**
 * The consortia somebody belongs to, with the roles held there: as a member by their institutions' active
 * memberships, and by the roles they were given, as far as those count.
 */
export function rightsOf(
  organisationIds: readonly string[],
  memberships: readonly ActiveMembership[],
  granted: readonly GrantedRole[],
): Consortia {
  const held = new Map<string, Set<Role>>();
  const add = (consortiumId: string, role: Role) =>
    held.set(consortiumId, (held.get(consortiumId) ?? new Set<Role>()).add(role));
  for (const { consortiumId, institutionId } of memberships) {
    if (organisationIds.includes(institutionId)) add(consortiumId, "MEMBER");
  }
  for (const each of granted) {
    if (counts(each, organisationIds, memberships)) add(each.consortiumId, each.role);
  }
  return [...held]
    .map(([id, roles]) => ({ id, roles: ROLES.filter((role) => roles.has(role)) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What is in both: a key has no right that its owner hasn't. */
export function common(some: Consortia, others: Consortia): Consortia {
  return some.flatMap(({ id, roles }) => {
    const other = others.find((each) => each.id === id)?.roles ?? [];
    const kept = roles.filter((role) => other.includes(role));
    return kept.length > 0 ? [{ id, roles: kept }] : [];
  });
}
