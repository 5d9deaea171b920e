import type { GraphQLResolveInfo } from "graphql";
import sql from "sql-template-tag";
import type { RecordSource, SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadList } from "../../../shared/data/loaders.ts";
import { column, defineOrder } from "../../../shared/graphql/order.ts";
import { Consortium } from "./consortium.ts";
import { membershipIsVisible } from "./membership.policy.ts";
import { Membership } from "./membership.ts";

/** How consortia are read: that they exist, and who belongs or belonged to them, is public. */
export const consortia: RecordSource = {
  record: Consortium,
  alias: "c",
  visible: () => sql`1 = 1`,
  always: ["id"],
};

/** How memberships are read: invitations are for those whom they concern. */
export const memberships: RecordSource = {
  record: Membership,
  alias: "m",
  visible: (viewer) => membershipIsVisible(viewer, "m"),
  always: ["id", "consortiumId", "institutionId"],
};

export const consortiumOrder = defineOrder(
  "ConsortiumOrder",
  { NAME: { expression: column("c.name_key"), description: "By name, whatever its case and accents." } },
  { id: column("c.id"), default: [{ field: "NAME" }] },
);

export const membershipOrder = defineOrder(
  "MembershipOrder",
  {
    JOINED_ON: {
      expression: sql`COALESCE(m.joined_on, '9999-12-31')`,
      description: "By the day of joining; those that have not joined come last.",
    },
  },
  { id: column("m.institution_id"), default: [{ field: "JOINED_ON" }] },
);

/** The memberships of one institution; an institution has a handful at most. */
export function consortiaOfInstitution(
  ctx: SubgraphContext,
  info: GraphQLResolveInfo,
  institutionId: string,
) {
  const parent = { column: column("m.institution_id"), key: institutionId };
  return loadList(
    ctx,
    info,
    memberships,
    parent,
    column("COALESCE(m.joined_on, '9999-12-31'), m.consortium_id"),
  );
}
