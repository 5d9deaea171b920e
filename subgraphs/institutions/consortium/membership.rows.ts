import { raw } from "sql-template-tag";
import type { RowValues } from "../../../shared/data/bulk.ts";
import { insertRows, upsertRows } from "../../../shared/data/bulk.ts";
import type { Transaction } from "../../../shared/data/database.ts";
import type { Membership } from "./membership.ts";

/** The columns of a membership, and its properties. */
const COLUMNS = {
  id: "id",
  consortium_id: "consortiumId",
  institution_id: "institutionId",
  role: "role",
  status: "status",
  invited_on: "invitedOn",
  joined_on: "joinedOn",
  left_on: "leftOn",
  data_sharing_tier: "dataSharingTier",
} as const satisfies Readonly<Record<string, keyof Membership>>;

const NAMES = Object.keys(COLUMNS);
const PROPERTIES = Object.values(COLUMNS);

/** What a statement selects to read memberships whole, as writers do. */
export const MEMBERSHIP_COLUMNS = raw(
  Object.entries(COLUMNS)
    .map(([column, property]) => `${column} AS ${property}`)
    .join(", "),
);

const rowOf = (membership: Membership): RowValues =>
  Object.fromEntries(Object.entries(COLUMNS).map(([column, property]) => [column, membership[property]]));

/** Whether two memberships say the same. */
export const isSameMembership = (one: Membership, other: Membership): boolean =>
  PROPERTIES.every((property) => one[property] === other[property]);

/** Writes memberships that were not there. */
export async function insertMemberships(tx: Transaction, memberships: readonly Membership[]): Promise<void> {
  await insertRows(tx, "membership", NAMES, memberships.map(rowOf));
}

/** Writes a membership, whether or not there was one. */
export async function saveMembership(tx: Transaction, membership: Membership): Promise<void> {
  await upsertRows(tx, "membership", ["consortium_id", "institution_id"], NAMES, [rowOf(membership)]);
}
