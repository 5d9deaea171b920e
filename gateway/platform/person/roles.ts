import { registerEnumType } from "type-graphql";
import type { Role, Viewer } from "../../../shared/auth/viewer.ts";

/** The roles, least first; a viewer's are told in this order. */
export const ROLES = [
  "MEMBER",
  "ANALYST",
  "STEWARD",
  "CONSORTIUM_ADMIN",
  "OPERATOR",
] as const satisfies Role[];

/** The same as GraphQL knows them. */
export const RoleEnum = Object.fromEntries(ROLES.map((role) => [role, role])) as Record<Role, Role>;
registerEnumType(RoleEnum, {
  name: "Role",
  description: "What a member may do in a consortium.",
  valuesConfig: {
    MEMBER: {
      description: "Sees what the consortium's members share; comes with an institution's membership.",
    },
    ANALYST: { description: "Reads figures across the consortium." },
    STEWARD: { description: "Keeps the data of their organisation, and decides what it shares." },
    CONSORTIUM_ADMIN: { description: "Invites and ends members, and says who has which role." },
    OPERATOR: { description: "Runs the platform: sees what members see, and no more." },
  },
});

/** Whether a role lets somebody read the raw figures of their own institution; the metrics subgraph decides on that. */
export const readsRawFigures = (role: Role): boolean => role === "STEWARD" || role === "ANALYST";

/** The ids of the consortia in which a viewer has a role. */
export const consortiaWith = ({ consortia }: Viewer, role: Role): string[] =>
  consortia.filter(({ roles }) => roles.includes(role)).map(({ id }) => id);
