import sql, { join, raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import type { QueryRunner } from "typeorm";
import type { Viewer } from "../auth/viewer.ts";
import { upsertRows } from "../data/bulk.ts";
import type { Transaction } from "../data/database.ts";
import { columns, createTable } from "../data/table.ts";
import type { FeedEvent, NewEvent } from "../feed/outbox.ts";
import { ID_PREFIXES } from "../ids.ts";
import type { Visibility } from "./partnership.ts";

/** What the partners subgraph publishes of a partner organisation. */
export interface PartnerOrganizationPayload {
  readonly consortiumId: string;
  readonly visibility: Visibility;
  readonly name: string;
  readonly orgType: string;
  readonly agentSector: string;
  readonly sizeBand: string | null;
  readonly naics: string | null;
  readonly country: string | null;
  readonly subdivision: string | null;
}

/** The event of an organization that was merged into another one: what hangs on it in other subgraphs moves. */
export interface MergedOrganizationPayload {
  readonly into: string;
}

const MERGED = "merged_partner_organization";

/** Tells others of a merge, before the event that tells that the merged organization is gone. */
export const mergedOrganizationEvent = (id: string, payload: MergedOrganizationPayload): NewEvent => ({
  kind: MERGED,
  recordId: id,
  payload: { ...payload },
});

/** The organizations that were merged, in their order: the id that is gone, and the one that goes on. */
export const mergedOrganizations = (events: readonly FeedEvent[]): { from: string; to: string }[] =>
  events
    .filter(({ kind }) => kind === MERGED)
    .map(({ recordId, payload }) => ({
      from: recordId,
      to: (payload as unknown as MergedOrganizationPayload).into,
    }));

/** The copy that programs keep of what decides who may see a partner organisation. */
export const partnerOrganizationProjectionTable = {
  partner_organization_projection: (runner: QueryRunner, table: string) =>
    createTable(runner, table, [
      columns.id("id", { primary: true }),
      columns.id("consortium_id"),
      columns.code("visibility", 12),
    ]),
};

/** Brings the copy up to date with partner organisations that changed or are gone. */
export async function projectPartnerOrganizations(
  tx: Transaction,
  events: readonly FeedEvent[],
): Promise<void> {
  const latest = new Map(
    events
      .filter(({ kind }) => kind === "partner_organization")
      .map(({ recordId, payload }) => [recordId, payload as PartnerOrganizationPayload | null]),
  );
  const gone: string[] = [];
  const rows: { id: string; consortium_id: string; visibility: Visibility }[] = [];
  for (const [id, payload] of latest) {
    if (payload) rows.push({ id, consortium_id: payload.consortiumId, visibility: payload.visibility });
    else gone.push(id);
  }
  const table = "partner_organization_projection";
  await upsertRows(tx, table, ["id"], ["id", "consortium_id", "visibility"], rows);
  if (gone.length > 0) await tx.run(sql`DELETE FROM ${raw(table)} WHERE id IN (${join(gone)})`);
}

/** Forgets all partner organizations. */
export async function forgetPartnerOrganizations(tx: Transaction): Promise<void> {
  await tx.run(sql`DELETE FROM partner_organization_projection`);
}

/**
 * The rule of who may see a partner organisation, over a table that has `id`, `consortium_id` and `visibility`:
 * everybody, or the members of its consortium and its own people, or these alone.
 */
export function partnerOrganizationIsVisible(viewer: Viewer, alias: string): Sql {
  const column = (name: string) => raw(`${alias}.${name}`);
  const rules = [sql`${column("visibility")} = 'PUBLIC'`];
  if (viewer.consortia.length > 0) {
    const consortia = join(viewer.consortia.map(({ id }) => id));
    rules.push(
      sql`(${column("visibility")} = 'CONSORTIUM' AND ${column("consortium_id")} IN (${consortia}))`,
    );
  }
  if (viewer.organisationIds.length > 0) {
    rules.push(sql`${column("id")} IN (${join([...viewer.organisationIds])})`);
  }
  return sql`(${join(rules, " OR ")})`;
}

/** Who may be told of a party by its id alone, by the copy: of an institution everybody; unknown means hidden. */
export function partyIsVisible(viewer: Viewer, partyColumn: string): Sql {
  const party = raw(partyColumn);
  const rule = partnerOrganizationIsVisible(viewer, "ov");
  return sql`(${party} LIKE ${`${ID_PREFIXES.Institution}!_%`} ESCAPE '!' OR EXISTS (SELECT 1 FROM partner_organization_projection ov WHERE ov.id = ${party} AND ${rule}))`;
}
