import sql, { join, raw } from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import { consortiaWith } from "../../../shared/auth/rights.ts";
import { today } from "../../../shared/clock.ts";
import type { Viewer } from "../../../shared/auth/viewer.ts";
import { partnershipIsVisible } from "../../../shared/projection/partnership.ts";

/** Named here as well: the list of partnerships takes a rule from this file. */
const PARTY_TABLE = "partnership_party";

/** The rule for records that whoever sees their partnership sees. */
export const visibleWithPartnership = (viewer: Viewer, partnershipColumn: string): Sql =>
  sql`EXISTS (SELECT 1 FROM partnership vp WHERE vp.id = ${raw(partnershipColumn)} AND ${partnershipIsVisible(viewer, "vp", PARTY_TABLE)})`;

/** The rule for records that only the people of a partnership's present parties see. */
export function visibleToParties({ organisationIds }: Viewer, partnershipColumn: string): Sql {
  if (organisationIds.length === 0) return sql`1 = 0`;
  const own = join([...organisationIds]);
  return sql`EXISTS (SELECT 1 FROM partnership_party vpp WHERE vpp.partnership_id = ${raw(partnershipColumn)} AND vpp.party_id IN (${own}) AND (vpp.ends_on IS NULL OR vpp.ends_on >= ${today()}))`;
}

/** The rule for amounts: people of the partnership's present parties, and admins of its consortium. */
export function seesAmounts(viewer: Viewer, partnershipColumn: Sql): Sql {
  const toParties = visibleToParties(viewer, partnershipColumn.sql);
  const administered = consortiaWith(viewer, "CONSORTIUM_ADMIN");
  if (administered.length === 0) return toParties;
  return sql`(${toParties} OR EXISTS (SELECT 1 FROM partnership ap WHERE ap.id = ${partnershipColumn} AND ap.consortium_id IN (${join(administered)})))`;
}
