import sql, { join } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import type { Viewer } from "../../../shared/auth/viewer.ts";
import type { RecordSource } from "../../../shared/data/loaders.ts";
import { DateTimeFilter, defineFilter, enumFilter, IdFilter } from "../../../shared/graphql/filter.ts";
import { column } from "../../../shared/graphql/order.ts";
import { consortiaWith } from "../person/roles.ts";
import { AuditActionEnum, AuditEntry } from "./audit-entry.ts";

/** How entries are read: a steward sees those of their organisation, an admin those of their consortium. */
export const auditEntries: RecordSource = {
  record: AuditEntry,
  alias: "e",
  visible: (viewer) => {
    const rules: Sql[] = [];
    const stewarded = stewardedBy(viewer);
    if (stewarded) rules.push(sql`e.organisation_id IN (${stewarded})`);
    const administered = consortiaWith(viewer, "CONSORTIUM_ADMIN");
    if (administered.length > 0) rules.push(sql`e.consortium_id IN (${join(administered)})`);
    if (consortiaWith(viewer, "OPERATOR").length > 0) {
      rules.push(sql`(e.organisation_id IS NULL AND e.consortium_id IS NULL)`);
    }
    return rules.length > 0 ? sql`(${join(rules, " OR ")})` : sql`1 = 0`;
  },
  always: ["id"],
};

/** Whether there is a part of the log that a viewer may read. */
export const mayReadAudit = (viewer: Viewer): boolean =>
  stewardedBy(viewer) !== null ||
  consortiaWith(viewer, "CONSORTIUM_ADMIN").length > 0 ||
  consortiaWith(viewer, "OPERATOR").length > 0;

/** The organisations whose data a viewer keeps. Of somebody's several organisations they may be steward of one only. */
function stewardedBy(viewer: Viewer): Sql | null {
  const consortia = consortiaWith(viewer, "STEWARD");
  if (consortia.length === 0 || viewer.organisationIds.length === 0) return null;
  const own = join([...viewer.organisationIds]);
  if (viewer.kind === "SERVICE") return own;
  return sql`SELECT g.organisation_id FROM role_grant g WHERE g.person_id = ${viewer.id} AND g.role = 'STEWARD' AND g.organisation_id IN (${own}) AND g.consortium_id IN (${join(consortia)})`;
}

export const auditFilter = defineFilter("AuditLogFilter", "Which entries to list.", {
  action: {
    type: enumFilter("AuditAction", AuditActionEnum),
    column: column("e.action"),
    description: "What was done.",
  },
  at: { type: DateTimeFilter, column: column("e.at"), description: "When it was." },
  actorId: { type: IdFilter, column: column("e.actor_id"), description: "Who did it." },
  organisationId: {
    type: IdFilter,
    column: column("e.organisation_id"),
    description: "The organisation that it was about.",
  },
  consortiumId: {
    type: IdFilter,
    column: column("e.consortium_id"),
    description: "The consortium that it was about.",
  },
});
