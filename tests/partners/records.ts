import { insertRows } from "../../shared/data/bulk.ts";
import type { Transaction } from "../../shared/data/database.ts";
import { fold } from "../../shared/data/text.ts";
import type { PartnershipPayload } from "../../shared/projection/partnership.ts";
import { deriveSharing } from "../../shared/projection/sharing.ts";
import { newId, typeOfId } from "../../shared/ids.ts";
import { PARTNERSHIPS } from "../../subgraphs/partners/partnership/partnership.list.ts";

/** Registers a partnership with its parties, as whoever writes one does. */
export async function registerPartnership(
  tx: Transaction,
  id: string,
  { consortiumId, parties, startsOn, endsOn, ...plain }: PartnershipPayload,
): Promise<void> {
  const row = {
    id,
    consortium_id: consortiumId,
    ...plain,
    name_key: fold(plain.name),
    starts_on: startsOn,
    ends_on: endsOn,
    sdg_targets: "[]",
    is_invented: true,
    created_at: "2026-01-01 00:00:00.000000",
    updated_at: "2026-01-01 00:00:00.000000",
  };
  await insertRows(tx, "partnership", Object.keys(row), [row]);
  await insertRows(
    tx,
    "partnership_party",
    ["id", "partnership_id", "party_id", "party_kind", "role", "is_signatory", "position"],
    parties.map((party, position) => ({
      id: newId("PartnershipParty"),
      partnership_id: id,
      party_id: party.id,
      party_kind: typeOfId(party.id) === "Institution" ? "INSTITUTION" : "PARTNER_ORGANIZATION",
      role: party.role,
      is_signatory: true,
      position,
    })),
  );
  await deriveSharing(tx, PARTNERSHIPS, [id]);
}
