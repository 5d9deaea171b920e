import sql, { join, raw } from "sql-template-tag";
import type { RowValues } from "../../../shared/data/bulk.ts";
import { upsertRows } from "../../../shared/data/bulk.ts";
import type { Transaction } from "../../../shared/data/database.ts";
import type { FeedEvent } from "../../../shared/feed/outbox.ts";

/**
 * A dimension: the copy of another subgraph's records that reports filter, group and sort by, fed by that
 * subgraph's feed and never by reading its tables.
 */
interface Dimension {
  readonly kind: string;
  readonly table: string;
  /** Column to the property of the payload that it takes. */
  readonly columns: Readonly<Record<string, string>>;
}

const INSTITUTION: Dimension = {
  kind: "institution",
  table: "institution_dim",
  columns: {
    name: "name",
    type: "type",
    sector: "sector",
    control: "control",
    country: "country",
    subdivision: "subdivision",
    city: "city",
    latitude: "latitude",
    longitude: "longitude",
    status: "status",
  },
};

const PARTNER_ORGANIZATION: Dimension = {
  kind: "partner_organization",
  table: "partner_organization_dim",
  columns: {
    name: "name",
    org_type: "orgType",
    agent_sector: "agentSector",
    size_band: "sizeBand",
    naics: "naics",
    country: "country",
    subdivision: "subdivision",
  },
};

const PARTNERSHIP: Dimension = {
  kind: "partnership",
  table: "partnership_dim",
  columns: {
    consortium_id: "consortiumId",
    name: "name",
    type: "type",
    subtype: "subtype",
    modality: "modality",
    scope: "scope",
    stage: "stage",
    starts_on: "startsOn",
    ends_on: "endsOn",
  },
};

const PROGRAM: Dimension = {
  kind: "program",
  table: "program_dim",
  columns: {
    kind: "kind",
    title: "title",
    partnership_id: "partnershipId",
    provider_id: "providerId",
    host_id: "hostId",
    cip: "cip",
    soc: "soc",
    modality: "modality",
    is_paid: "isPaid",
    starts_on: "startsOn",
    ends_on: "endsOn",
  },
};

/** What the institutions subgraph tells. */
export async function projectInstitutions(tx: Transaction, events: readonly FeedEvent[]): Promise<void> {
  await project(tx, INSTITUTION, events);
}

/** What the partners subgraph tells, besides who may see a partnership. */
export async function projectPartners(tx: Transaction, events: readonly FeedEvent[]): Promise<void> {
  await project(tx, PARTNER_ORGANIZATION, events);
  await project(tx, PARTNERSHIP, events);
}

/** What the programs subgraph tells. A program's figures go with it to the partnership it is run under. */
export async function projectPrograms(tx: Transaction, events: readonly FeedEvent[]): Promise<void> {
  const present = await project(tx, PROGRAM, events);
  if (present.length === 0) return;
  await tx.run(
    sql`UPDATE subject SET partnership_id = (SELECT d.partnership_id FROM program_dim d WHERE d.id = subject.subject_id) WHERE subject_id IN (${join(present)})`,
  );
}

const forget =
  (...dimensions: readonly Dimension[]) =>
  async (tx: Transaction): Promise<void> => {
    for (const { table } of dimensions) await tx.run(sql`DELETE FROM ${raw(table)}`);
  };

/** Forgets what the institutions subgraph has told. */
export const forgetInstitutions = forget(INSTITUTION);

/** Forgets what the partners subgraph has told, besides who may see a partnership. */
export const forgetPartners = forget(PARTNER_ORGANIZATION, PARTNERSHIP);

/** Forgets what the programs subgraph has told. */
export const forgetPrograms = forget(PROGRAM);

/** Brings a dimension up to date; the latest event of each record wins. Returns the ids of those that are there. */
async function project(
  tx: Transaction,
  dimension: Dimension,
  events: readonly FeedEvent[],
): Promise<string[]> {
  const { kind, table, columns } = dimension;
  const latest = new Map(
    events.filter((event) => event.kind === kind).map((event) => [event.recordId, event.payload]),
  );
  const rows: RowValues[] = [];
  const gone: string[] = [];
  for (const [id, payload] of latest) {
    if (payload === null) gone.push(id);
    else rows.push({ id, ...valuesOf(columns, payload) });
  }
  if (rows.length > 0) await upsertRows(tx, table, ["id"], ["id", ...Object.keys(columns)], rows);
  if (gone.length > 0) await tx.run(sql`DELETE FROM ${raw(table)} WHERE id IN (${join(gone)})`);
  return rows.map((row) => row["id"] as string);
}

function valuesOf(columns: Dimension["columns"], payload: Readonly<Record<string, unknown>>): RowValues {
  return Object.fromEntries(
    Object.entries(columns).map(([column, property]) => [
      column,
      (payload[property] ?? null) as RowValues[string],
    ]),
  );
}
