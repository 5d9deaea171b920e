import { administers, belongsTo, hasRole } from "../../../shared/auth/rights.ts";
import type { PolicyRule } from "../../../shared/write/record-kind.ts";

/** The facts of a partner organization that decide who may change it. */
export interface OrganizationFacts {
  readonly id: string;
  readonly consortiumId: string;
}

/** Stewards and admins of its consortium, and its own people. */
export const byStewardsAndOwnPeople: PolicyRule<OrganizationFacts> = {
  who: "stewards and admins of its consortium, and its own people.",
  may: (viewer, { id, consortiumId }) =>
    belongsTo(viewer, [id]) || hasRole(viewer, consortiumId, "STEWARD", "CONSORTIUM_ADMIN"),
};

/** Admins of its consortium: what hangs on it moves, or it goes. */
export const byConsortiumAdmins: PolicyRule<OrganizationFacts> = {
  who: "admins of its consortium.",
  may: (viewer, { consortiumId }) => administers(viewer, consortiumId),
};
