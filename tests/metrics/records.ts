import type { Viewer } from "../../shared/auth/viewer.ts";
import { VISITOR } from "../../shared/auth/viewer.ts";
import type { RowValues } from "../../shared/data/bulk.ts";
import { insertRows } from "../../shared/data/bulk.ts";
import type { Database } from "../../shared/data/database.ts";
import { catchUp } from "../../shared/feed/consumer.ts";
import type { FeedEvent } from "../../shared/feed/outbox.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { derivedId, newId } from "../../shared/ids.ts";
import type { MembershipPayload } from "../../shared/projection/membership.ts";
import type { PartnerOrganizationPayload } from "../../shared/projection/partner-organization.ts";
import type { PartnershipPayload, Visibility } from "../../shared/projection/partnership.ts";

const CONSORTIUM = newId("Consortium");
export const OTHER_CONSORTIUM = newId("Consortium");

/** Members of a consortium that are nobody's party, and people of an organisation that are in no consortium. */
export const memberOf = (...consortia: string[]): Viewer => ({
  id: "member",
  kind: "PERSON",
  organisationIds: [],
  consortia: consortia.map((id) => ({ id, roles: ["MEMBER"] })),
});
export const peopleOf = (...organisationIds: string[]): Viewer => ({
  id: "people",
  kind: "PERSON",
  organisationIds,
  consortia: [],
});
export const viewers = {
  visitor: VISITOR,
  member: memberOf(CONSORTIUM),
  stranger: memberOf(OTHER_CONSORTIUM),
};

/** The feeds that subgraphs were told of, by their source. */
const feeds = new WeakMap<object, Map<string, FeedEvent[]>>();

/** Tells a subgraph of changes as their owner's feed would; events are numbered as they come. */
export async function tell(
  subgraph: Pick<RunningSubgraph, "db" | "definition">,
  source: string,
  events: readonly Omit<FeedEvent, "sequence">[],
): Promise<void> {
  const subscription = subgraph.definition.subscriptions!.find((each) => each.source === source)!;
  const told = feeds.get(subgraph.db) ?? new Map<string, FeedEvent[]>();
  feeds.set(subgraph.db, told);
  const feed = [...(told.get(source) ?? []), ...events.map((event) => ({ ...event, sequence: ++sequence }))];
  told.set(source, feed);
  await catchUp(subgraph.db, subscription, async (after, limit) =>
    feed.filter((event) => event.sequence > after).slice(0, limit),
  );
}
let sequence = 0;

/** A partnership as the partners subgraph publishes it. */
export function partnershipEvent(
  visibility: Visibility,
  parties: readonly string[] = [],
  overrides: Partial<PartnershipPayload> & { id?: string } = {},
): Omit<FeedEvent, "sequence"> & { readonly payload: PartnershipPayload & Record<string, unknown> } {
  const { id = newId("Partnership"), ...rest } = overrides;
  return {
    kind: "partnership",
    recordId: id,
    payload: {
      consortiumId: CONSORTIUM,
      visibility,
      name: `A partnership that ${visibility} may see`,
      type: "COMMUNITY",
      subtype: null,
      modality: "HYBRID",
      scope: "LOCAL",
      stage: "ACTIVE",
      startsOn: "2024-01-01",
      endsOn: null,
      parties: parties.map((party) => ({ id: party, role: "LEAD" })),
      ...rest,
    },
  };
}

/** A partner organisation as the partners subgraph publishes it. */
export function partnerOrganizationEvent(visibility: Visibility): Omit<FeedEvent, "sequence"> {
  const payload: PartnerOrganizationPayload = {
    consortiumId: CONSORTIUM,
    visibility,
    name: `An organisation that ${visibility} may see`,
    orgType: "BUSINESS",
    agentSector: "BUSINESS",
    sizeBand: null,
    naics: null,
    country: "US",
    subdivision: null,
  };
  return {
    kind: "partner_organization",
    recordId: newId("PartnerOrganization"),
    payload: payload as PartnerOrganizationPayload & Record<string, unknown>,
  };
}

/** A membership as the institutions subgraph publishes it: of one that shares everything, unless told otherwise. */
export function membershipEvent(
  institutionId: string,
  overrides: Partial<MembershipPayload> = {},
): Omit<FeedEvent, "sequence"> {
  const payload: MembershipPayload = {
    consortiumId: CONSORTIUM,
    institutionId,
    role: "MEMBER",
    status: "ACTIVE",
    joinedOn: "2020-07-01",
    leftOn: null,
    dataSharingTier: "FIGURES",
    change: null,
    ...overrides,
  };
  return {
    kind: "membership",
    recordId: derivedId("Membership", payload.consortiumId, institutionId),
    payload: { ...payload },
  };
}

/** Inserts one row. */
export function insert(db: Database, table: string, row: RowValues): Promise<number> {
  return db.write((tx) => insertRows(tx, table, Object.keys(row), [row]));
}

/** Indicators, periods and groups for figures to be about. */
export async function registerDimensions(db: Database): Promise<void> {
  const indicator = (no: number, code: string, type: string, unit: string) =>
    insert(db, "indicator", {
      no,
      id: newId("Indicator"),
      code,
      name: code,
      name_key: code.toLowerCase(),
      definition: "What it says.",
      unit,
      direction: "HIGHER_IS_BETTER",
      type,
      additivity: "NON_ADDITIVE",
      version: 1,
      reference_list: '["SDG 4.4"]',
    });
  await indicator(1, "COMPLETION_RATE", "RATIO", "SHARE");
  await indicator(2, "ENROLLED", "COUNT", "PEOPLE");
  for (const [index, label] of ["Fall 2024", "Spring 2025", "Fall 2025"].entries()) {
    await insert(db, "period", {
      id: newId("Period"),
      no: index + 1,
      consortium_id: CONSORTIUM,
      kind: "TERM",
      label,
      starts_on: `202${index + 4}-01-01`,
      ends_on: `202${index + 4}-12-31`,
    });
  }
  const group = (no: number, code: string, dimension: string | null, label: string) =>
    insert(db, "student_group", { id: newId("StudentGroup"), no, code, dimension, label });
  await group(1, "ALL", null, "All students");
  await group(2, "GENDER:FEMALE", "GENDER", "Women");
}

let subjects = 0;

/** Registers something that figures can be about; answers its number. */
export async function aSubject(
  db: Database,
  row: RowValues & { subject_id: string; kind: string },
): Promise<number> {
  const no = ++subjects;
  await insert(db, "subject", {
    no,
    consortium_id: CONSORTIUM,
    visibility: "CONSORTIUM",
    partnership_id: null,
    ...row,
  });
  return no;
}

/** Reports a share of ten out of forty, unless told otherwise. */
export function anObservation(db: Database, row: RowValues & { subject_no: number }): Promise<number> {
  return insert(db, "observation", {
    indicator_no: 1,
    period_no: 1,
    group_no: 1,
    revision: 1,
    version: 1,
    n: 40,
    x: 10,
    value: 0.25,
    recorded_at: "2026-01-01 00:00:00.000000",
    ...row,
  });
}

/** The answer's data; fails on errors, so that a test sees them rather than a null. */
export async function ask<Data>(
  subgraph: Pick<RunningSubgraph, "execute">,
  query: string,
  viewer: Viewer,
  variables: Record<string, unknown> = {},
): Promise<Data> {
  const { data, errors } = await subgraph.execute({ query, variables }, viewer);
  if (errors) throw new Error(errors.map(({ message }) => message).join("\n"));
  return data as Data;
}
