import type { Role, Viewer } from "./viewer.ts";

/** The consortia in which a viewer has one of some roles. */
export const consortiaWith = ({ consortia }: Viewer, ...roles: readonly Role[]): string[] =>
  consortia.filter((each) => each.roles.some((role) => roles.includes(role))).map(({ id }) => id);

/** Whether a viewer has one of some roles in a consortium. */
export const hasRole = (viewer: Viewer, consortiumId: string, ...roles: readonly Role[]): boolean =>
  consortiaWith(viewer, ...roles).includes(consortiumId);

/** Whether a viewer administers a consortium. */
export const administers = (viewer: Viewer, consortiumId: string): boolean =>
  hasRole(viewer, consortiumId, "CONSORTIUM_ADMIN");

/** Whether a viewer is an operator of the platform. */
export const isOperator = (viewer: Viewer): boolean => consortiaWith(viewer, "OPERATOR").length > 0;

/** Whether a viewer belongs to one of some institutions and partner organizations. */
export const belongsTo = (viewer: Viewer, organizationIds: readonly string[]): boolean =>
  organizationIds.some((id) => viewer.organisationIds.includes(id));

/** Whether a viewer is a steward, in a consortium, of one of some institutions and partner organizations. */
export const stewards = (viewer: Viewer, consortiumId: string, organizationIds: readonly string[]): boolean =>
  belongsTo(viewer, organizationIds) && hasRole(viewer, consortiumId, "STEWARD");
