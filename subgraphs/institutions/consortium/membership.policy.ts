import sql, { join, raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import { administers as isAdmin, consortiaWith, isOperator } from "../../../shared/auth/rights.ts";
import type { Viewer } from "../../../shared/auth/viewer.ts";
import type { MembershipKey } from "./membership.ts";

const isOf = (viewer: Viewer, { institutionId }: MembershipKey) =>
  viewer.organisationIds.includes(institutionId);

/** Whether a viewer administers the consortium that a membership is of. */
const administers = (viewer: Viewer, { consortiumId }: Pick<MembershipKey, "consortiumId">) =>
  isAdmin(viewer, consortiumId);

/** Who may do what with consortia and memberships. */
export const membershipPolicy = {
  /**
   * People who answer for data or for others already: a new consortium has its maker for an admin, and must not be a way
   * to a role that nobody gave. It shares nothing until institutions accept to join.
   */
  createConsortium: (viewer: Viewer) =>
    viewer.kind === "PERSON" && consortiaWith(viewer, "STEWARD", "CONSORTIUM_ADMIN", "OPERATOR").length > 0,

  /** Its admins. */
  invite: administers,

  /** A steward of the institution: nobody else joins for it. For one that has no steward yet, an operator. */
  admit: (viewer: Viewer, membership: MembershipKey) =>
    isStewardAnywhere(viewer, membership) || isOperator(viewer),

  /** What a new member shares is for its steward to say; one whom an operator admits shares nothing yet. */
  admitSharing: isStewardAnywhere,

  /** What an institution is in a consortium is for the admins of that to say. */
  changeRole: administers,

  /** What it shares is for its own stewards there to say, and for no admin. */
  changeTier: isStewardThere,

  /** Its admins, and a steward of the institution, which may leave. */
  end: (viewer: Viewer, membership: MembershipKey) =>
    administers(viewer, membership) || isStewardThere(viewer, membership),

  /** The same for an invitation, which a steward may decline who has the role elsewhere. */
  endInvitation: (viewer: Viewer, membership: MembershipKey) =>
    administers(viewer, membership) || isStewardAnywhere(viewer, membership),

  /** What an institution shares is known to those whom it shares with. */
  readTier: (viewer: Viewer, membership: MembershipKey) =>
    viewer.consortia.some(({ id }) => id === membership.consortiumId) || isOf(viewer, membership),

  /** An invitation is between the consortium's admins and the institution's people. */
  readInvitation: (viewer: Viewer, membership: MembershipKey) =>
    administers(viewer, membership) || isOf(viewer, membership) || isOperator(viewer),
};

/** A steward of the institution in the consortium that the membership is of. */
function isStewardThere(viewer: Viewer, membership: MembershipKey): boolean {
  return isOf(viewer, membership) && consortiaWith(viewer, "STEWARD").includes(membership.consortiumId);
}

/** A steward of the institution wherever: before it is a member, nobody can have the role there. */
function isStewardAnywhere(viewer: Viewer, membership: MembershipKey): boolean {
  return isOf(viewer, membership) && consortiaWith(viewer, "STEWARD").length > 0;
}

/** Who may see a membership: everybody, once it has begun; `readInvitation` in SQL before that. */
export function membershipIsVisible(viewer: Viewer, alias: string): Sql {
  if (isOperator(viewer)) return sql`1 = 1`;
  const column = (name: string) => raw(`${alias}.${name}`);
  const rules = [sql`${column("joined_on")} IS NOT NULL`];
  const administered = consortiaWith(viewer, "CONSORTIUM_ADMIN");
  if (administered.length > 0) rules.push(sql`${column("consortium_id")} IN (${join(administered)})`);
  if (viewer.organisationIds.length > 0) {
    rules.push(sql`${column("institution_id")} IN (${join([...viewer.organisationIds])})`);
  }
  return sql`(${join(rules, " OR ")})`;
}
