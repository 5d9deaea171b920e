import sql from "sql-template-tag";
import { today } from "../../../shared/clock.ts";
import type { Reader } from "../../../shared/data/database.ts";
import { inList } from "../../../shared/data/loaders.ts";
import type { Delivery } from "../contribution/contribution.ts";
import { ratesOfConsortia } from "../exchange-rate/rates.ts";
import type { EquityBenefit, EquityContribution } from "./equity.compute.ts";
import { equityOf } from "./equity.compute.ts";
import type { PartnershipEquity } from "./equity.ts";

/** The equity of partnerships, whoever may see it, by four statements however many they are. */
export async function loadEquity(
  reader: Reader,
  ids: readonly string[],
  asOf: string,
): Promise<Map<string, PartnershipEquity>> {
  const rows = await reader.read<{ id: string; consortium_id: string; party_id: string | null }>(
    sql`SELECT p.id, p.consortium_id, pp.party_id FROM partnership p LEFT JOIN partnership_party pp ON pp.partnership_id = p.id AND (pp.ends_on IS NULL OR pp.ends_on >= ${today()}) WHERE p.id IN (${inList(ids)}) ORDER BY pp.position, pp.party_id`,
  );
  if (rows.length === 0) return new Map();
  const byPartnership = grouped(rows, ({ id }) => id);
  const wanted = [...byPartnership.keys()];
  const contributions = await contributionsOf(reader, wanted);
  const benefits = await benefitsOf(reader, wanted);
  const rates = await ratesOfConsortia(reader, [...new Set(rows.map(({ consortium_id: id }) => id))]);
  return new Map(
    wanted.map((id) => {
      const own = byPartnership.get(id)!;
      const equity = equityOf({
        asOf,
        rates: rates(own[0]!.consortium_id),
        partyIds: own.flatMap(({ party_id: partyId }) => partyId ?? []),
        contributions: contributions.get(id) ?? [],
        benefits: benefits.get(id) ?? [],
      });
      return [id, equity];
    }),
  );
}

/** The contributions of partnerships, by one statement. */
async function contributionsOf(reader: Reader, ids: readonly string[]) {
  const rows = await reader.read<
    EquityContribution & { partnershipId: string; deliveries: string | Delivery[] }
  >(
    sql`SELECT id, partnership_id AS partnershipId, party_id AS partyId, category, starts_on AS startsOn, currency, committed_minor AS committedMinor, deliveries FROM contribution WHERE partnership_id IN (${inList(ids)}) ORDER BY starts_on, id`,
  );
  const parsed = rows.map(({ deliveries, ...row }) => ({
    ...row,
    deliveries: (typeof deliveries === "string" ? JSON.parse(deliveries) : deliveries) as Delivery[],
  }));
  return grouped(parsed, ({ partnershipId }) => partnershipId);
}

/** The benefits of partnerships, by one statement. */
async function benefitsOf(reader: Reader, ids: readonly string[]) {
  const rows = await reader.read<EquityBenefit & { partnershipId: string }>(
    sql`SELECT id, partnership_id AS partnershipId, party_id AS partyId, category, received_on AS receivedOn, currency, amount_minor AS amountMinor FROM benefit WHERE partnership_id IN (${inList(ids)}) ORDER BY received_on, id`,
  );
  return grouped(rows, ({ partnershipId }) => partnershipId);
}

function grouped<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}
