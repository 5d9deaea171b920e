import sql, { join } from "sql-template-tag";
import type { Transaction } from "../../../shared/data/database.ts";
import { publish } from "../../../shared/feed/outbox.ts";
import { membershipEvent, membershipGone } from "../consortium/membership.feed.ts";
import { insertMemberships, MEMBERSHIP_COLUMNS } from "../consortium/membership.rows.ts";
import type { Membership } from "../consortium/membership.ts";

/** Two institutions that turned out to be one: the one that goes on, and the one that goes. */
interface MergedPair {
  readonly survivor: string;
  readonly loser: string;
}

/** Moves memberships to the institutions that go on; where those are members already, that stays as it is. */
export async function moveMemberships(tx: Transaction, merges: readonly MergedPair[]): Promise<void> {
  const losers = join(merges.map(({ loser }) => loser));
  const left = await tx.read<Membership>(
    sql`SELECT ${MEMBERSHIP_COLUMNS} FROM membership WHERE institution_id IN (${losers})`,
  );
  if (left.length === 0) return;
  const survivors = new Map(merges.map(({ loser, survivor }) => [loser, survivor]));
  const there = await tx.read<Membership>(
    sql`SELECT ${MEMBERSHIP_COLUMNS} FROM membership WHERE institution_id IN (${join([...survivors.values()])})`,
  );
  const keyOf = ({ consortiumId, institutionId }: Membership) => `${consortiumId} ${institutionId}`;
  const taken = new Set(there.map(keyOf));
  await tx.run(sql`DELETE FROM membership WHERE institution_id IN (${losers})`);
  const moved = left
    .map((each) => ({ ...each, institutionId: survivors.get(each.institutionId)! }))
    .filter((each) => !taken.has(keyOf(each)));
  await insertMemberships(tx, moved);
  const movedIds = new Set(moved.map(({ id }) => id));
  const gone = left.filter(({ id }) => !movedIds.has(id));
  await publish(tx, [...gone.map(membershipGone), ...moved.map((each) => membershipEvent(each, null))]);
}
