import sql, { join } from "sql-template-tag";
import type { RecordSource } from "../../../shared/data/loaders.ts";
import { RoleGrant } from "./role-grant.ts";
import { consortiaWith } from "./roles.ts";

/** Somebody sees their own roles, an admin all of the consortium's. */
export const roleGrants: RecordSource = {
  record: RoleGrant,
  alias: "g",
  visible: (viewer) => {
    const own = sql`g.person_id = ${viewer.id}`;
    const administered = consortiaWith(viewer, "CONSORTIUM_ADMIN");
    return administered.length > 0 ? sql`(${own} OR g.consortium_id IN (${join(administered)}))` : own;
  },
  always: ["id"],
};
