import sql, { join, raw } from "sql-template-tag";
import type { Transaction } from "../data/database.ts";

/** What an institution shares with the other members of a consortium; a higher level includes the lower ones. */
export const SHARING_LEVELS = {
  /** Only that it is a member. */
  PROFILE: 0,
  /** Its partnerships of visibility CONSORTIUM, and the programs under them. */
  PARTNERSHIPS: 1,
  /** Figures about it, its partnerships and their programs, too. */
  FIGURES: 2,
} as const;

export type DataSharingTier = keyof typeof SHARING_LEVELS;

/** Where partnerships and their parties stand: in their owner's tables, or in a copy. */
export interface PartnershipTables {
  readonly partnership: string;
  readonly party: string;
}

/** The copy that programs and metrics keep. */
export const PROJECTED_PARTNERSHIPS: PartnershipTables = {
  partnership: "partnership_projection",
  party: "partnership_party_projection",
};

const PARTNERSHIPS_AT_ONCE = 1_000;

/**
 * Works out anew how far partnerships are shared in their consortium: as far as that one of its present and former
 * members among their parties that shares the least; not at all where none is known. It is kept with the partnership,
 * so that no row that is read costs a look at memberships. Whoever writes a partnership or its parties calls this in
 * the same transaction: its locks, and those of whoever changes a membership, make one of the two see the other.
 */
export async function deriveSharing(
  tx: Transaction,
  { partnership, party }: PartnershipTables,
  ids: readonly string[],
): Promise<void> {
  const table = raw(partnership);
  const least = sql`SELECT MIN(m.sharing_level) FROM ${raw(party)} pp JOIN membership_projection m ON m.institution_id = pp.party_id AND m.consortium_id = ${table}.consortium_id WHERE pp.partnership_id = ${table}.id`;
  for (let start = 0; start < ids.length; start += PARTNERSHIPS_AT_ONCE) {
    const some = join(ids.slice(start, start + PARTNERSHIPS_AT_ONCE));
    await tx.run(sql`UPDATE ${table} SET sharing_level = COALESCE((${least}), 0) WHERE id IN (${some})`);
  }
}

/** The same for all partnerships that some institutions are parties of. */
export async function deriveSharingOfParties(
  tx: Transaction,
  tables: PartnershipTables,
  institutionIds: readonly string[],
): Promise<void> {
  // Reads what is committed, not the transaction's snapshot, and keeps others from adding to it.
  const lock = raw(tx.dialect === "mysql" ? "FOR UPDATE" : "");
  const rows = await tx.read<{ id: string }>(
    sql`SELECT pp.partnership_id AS id FROM ${raw(tables.party)} pp WHERE pp.party_id IN (${join([...institutionIds])}) ${lock}`,
  );
  await deriveSharing(tx, tables, [...new Set(rows.map(({ id }) => id))]);
}
