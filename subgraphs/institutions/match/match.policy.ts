import type { Role, Viewer } from "../../../shared/auth/viewer.ts";

const hasRole = ({ consortia }: Viewer, ...roles: readonly Role[]) =>
  consortia.some((each) => each.roles.some((role) => roles.includes(role)));

/** Who may do what with matches between the registers. */
export const matchPolicy = {
  /** Those who answer for a consortium's data, and operators. */
  read: (viewer: Viewer) => hasRole(viewer, "CONSORTIUM_ADMIN", "OPERATOR"),

  /**
   * Operators: the registry is everybody's, and joining two institutions moves memberships from one to the other. An
   * admin of one consortium must not come by the rights of another's member that way.
   */
  decide: (viewer: Viewer) => hasRole(viewer, "OPERATOR"),
};
