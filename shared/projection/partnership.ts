import sql, { empty, join, raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import type { QueryRunner } from "typeorm";
import { today } from "../clock.ts";
import type { Viewer } from "../auth/viewer.ts";
import { insertRows, upsertRows } from "../data/bulk.ts";
import type { Transaction } from "../data/database.ts";
import { columns, createTable } from "../data/table.ts";
import type { FeedEvent } from "../feed/outbox.ts";
import type { DataSharingTier } from "./sharing.ts";
import { deriveSharing, PROJECTED_PARTNERSHIPS, SHARING_LEVELS } from "./sharing.ts";

/** Who may see a partnership and all that hangs on it. */
export type Visibility = "PUBLIC" | "CONSORTIUM" | "PARTIES";

/** What the partners subgraph publishes of a partnership. */
export interface PartnershipPayload {
  readonly consortiumId: string;
  readonly visibility: Visibility;
  readonly name: string;
  readonly type: string;
  readonly subtype: string | null;
  readonly modality: string;
  readonly scope: string;
  readonly stage: string;
  readonly startsOn: string | null;
  readonly endsOn: string | null;
  readonly parties: readonly {
    readonly id: string;
    readonly role: string;
    /** Its last day as a party; absent or null while it has none. */
    readonly endsOn?: string | null;
  }[];
}

/** The copy that programs and metrics keep of what decides who may see a partnership. */
export const partnershipProjectionTables = {
  partnership_projection: (runner: QueryRunner, table: string) =>
    createTable(runner, table, [
      columns.id("id", { primary: true }),
      columns.id("consortium_id"),
      columns.code("visibility", 12),
    ]),
  partnership_party_projection: (runner: QueryRunner, table: string) =>
    createTable(
      runner,
      table,
      [columns.id("partnership_id", { primary: true }), columns.id("party_id", { primary: true })],
      { clustered: true, indices: [["party_id"]] },
    ),
};

/** Brings the copy up to date with partnerships that changed or are gone. */
export async function projectPartnerships(tx: Transaction, events: readonly FeedEvent[]): Promise<void> {
  const latest = new Map(
    events.filter(({ kind }) => kind === "partnership").map((event) => [event.recordId, event.payload]),
  );
  if (latest.size === 0) return;
  const ids = join([...latest.keys()]);
  await tx.run(sql`DELETE FROM partnership_party_projection WHERE partnership_id IN (${ids})`);
  const present = [...latest].filter(
    (entry): entry is [string, PartnershipPayload & Record<string, unknown>] => entry[1] !== null,
  );
  await upsertRows(
    tx,
    "partnership_projection",
    ["id"],
    ["id", "consortium_id", "visibility", "sharing_level"],
    present.map(([id, { consortiumId, visibility }]) => ({
      id,
      consortium_id: consortiumId,
      visibility,
      sharing_level: 0,
    })),
  );
  await insertRows(
    tx,
    "partnership_party_projection",
    ["partnership_id", "party_id"],
    present.flatMap(([id, { parties }]) =>
      parties.filter(isParty).map((party) => ({ partnership_id: id, party_id: party.id })),
    ),
  );
  await deriveSharing(
    tx,
    PROJECTED_PARTNERSHIPS,
    present.map(([id]) => id),
  );
  const gone = [...latest].filter(([, payload]) => payload === null).map(([id]) => id);
  if (gone.length > 0) await tx.run(sql`DELETE FROM partnership_projection WHERE id IN (${join(gone)})`);
}

/** Whether a party has not left. */
const isParty = ({ endsOn }: PartnershipPayload["parties"][number]) => endsOn == null || endsOn >= today();

/** Forgets all partnerships. */
export async function forgetPartnerships(tx: Transaction): Promise<void> {
  await tx.run(sql`DELETE FROM partnership_party_projection`);
  await tx.run(sql`DELETE FROM partnership_projection`);
}

/**
 * The rule of who may see a partnership, or what hangs on it and is shared at a tier of its own, over a table that
 * has `id`, `consortium_id`, `visibility` and `sharing_level` and a table of its parties: public ones everybody, those
 * of a consortium its members as far as they are shared with them, the others their parties only. A party that has left
 * is none: the copies do not have it, and the owner's table has its last day.
 */
export function partnershipIsVisible(
  viewer: Viewer,
  alias: string,
  partyTable: string,
  tier: DataSharingTier = "PARTNERSHIPS",
): Sql {
  const column = (name: string) => raw(`${alias}.${name}`);
  const rules = [sql`${column("visibility")} = 'PUBLIC'`];
  if (viewer.consortia.length > 0) {
    const consortia = join(viewer.consortia.map(({ id }) => id));
    const isShared = sql`${column("sharing_level")} >= ${raw(String(SHARING_LEVELS[tier]))}`;
    rules.push(
      sql`(${column("visibility")} = 'CONSORTIUM' AND ${isShared} AND ${column("consortium_id")} IN (${consortia}))`,
    );
  }
  if (viewer.organisationIds.length > 0) {
    const own = join([...viewer.organisationIds]);
    const isCopy = partyTable === PROJECTED_PARTNERSHIPS.party;
    const isNow = isCopy ? empty : sql`AND (own_party.ends_on IS NULL OR own_party.ends_on >= ${today()})`;
    rules.push(
      sql`EXISTS (SELECT 1 FROM ${raw(partyTable)} own_party WHERE own_party.partnership_id = ${column("id")} AND own_party.party_id IN (${own}) ${isNow})`,
    );
  }
  return sql`(${join(rules, " OR ")})`;
}

/** The same rule for a row that belongs to a partnership, by the projected copy; unknown means hidden. */
export function belongsToVisiblePartnership(
  viewer: Viewer,
  partnershipColumn: string,
  tier?: DataSharingTier,
): Sql {
  const rule = partnershipIsVisible(viewer, "pv", PROJECTED_PARTNERSHIPS.party, tier);
  return sql`EXISTS (SELECT 1 FROM partnership_projection pv WHERE pv.id = ${raw(partnershipColumn)} AND ${rule})`;
}
