import sql from "sql-template-tag";
import { today } from "../../../shared/clock.ts";
import type { Reader } from "../../../shared/data/database.ts";
import { inList } from "../../../shared/data/loaders.ts";

/** One party of a partnership, as far as policies and rules have to know it. */
export interface PartyFacts {
  readonly id: string;
  readonly role: string;
  readonly isSignatory: boolean;
}

/** The facts of a partnership that decide who may do what with it and with what hangs on it. */
export interface PartnershipFacts {
  readonly consortiumId: string;
  /** Its parties of today, the lead first. */
  readonly parties: readonly PartyFacts[];
}

/** The facts of partnerships by their ids, in the order of the ids, by one statement. */
export async function partnershipFacts(reader: Reader, ids: readonly string[]): Promise<PartnershipFacts[]> {
  if (ids.length === 0) return [];
  const rows = await reader.read<{
    id: string;
    consortium_id: string;
    party_id: string | null;
    role: string;
    is_signatory: number;
  }>(
    sql`SELECT p.id, p.consortium_id, pp.party_id, pp.role, pp.is_signatory FROM partnership p LEFT JOIN partnership_party pp ON pp.partnership_id = p.id AND (pp.ends_on IS NULL OR pp.ends_on >= ${today()}) WHERE p.id IN (${inList(ids)}) ORDER BY pp.position`,
  );
  const facts = new Map<string, { consortiumId: string; parties: PartyFacts[] }>();
  for (const row of rows) {
    const { id, consortium_id: consortiumId, party_id: partyId, role, is_signatory: isSignatory } = row;
    let known = facts.get(id);
    if (!known) facts.set(id, (known = { consortiumId, parties: [] }));
    if (partyId) known.parties.push({ id: partyId, role, isSignatory: Boolean(isSignatory) });
  }
  return ids.map((id) => facts.get(id)!);
}

/** The ids of all parties. */
export const partyIds = ({ parties }: PartnershipFacts): string[] => parties.map(({ id }) => id);

/** The ids of the parties that sign agreements. */
export const signatoryIds = ({ parties }: PartnershipFacts): string[] =>
  parties.filter(({ isSignatory }) => isSignatory).map(({ id }) => id);
