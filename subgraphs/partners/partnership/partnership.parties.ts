import sql, { join } from "sql-template-tag";
import { today } from "../../../shared/clock.ts";
import { insertRows } from "../../../shared/data/bulk.ts";
import type { Reader, Transaction } from "../../../shared/data/database.ts";
import type { Viewer } from "../../../shared/auth/viewer.ts";
import { newId, typeOfId } from "../../../shared/ids.ts";
import { partnerOrganizationIsVisible } from "../../../shared/projection/partner-organization.ts";
import { deriveSharing } from "../../../shared/projection/sharing.ts";
import type { Check } from "../../../shared/write/check.ts";
import { PartyKind, PartyRole } from "./partnership.enums.ts";
import type { PartyInput } from "./partnership.inputs.ts";
import { PARTNERSHIPS } from "./partnership.list.ts";

const MOST_PARTIES = 50;

/** Checks the parties of a new partnership: two or more, each once, one of them the lead. */
export function checkParties(check: Check<object>, parties: readonly PartyInput[]): void {
  const { length } = parties;
  check.expect(length >= 2 && length <= MOST_PARTIES, "parties", `2 to ${MOST_PARTIES} parties`, length);
  const ids = parties.map(({ partyId }) => partyId);
  ids.forEach((id, index) =>
    check.expect(ids.indexOf(id) === index, `parties[${index}].partyId`, "each party once", id),
  );
  const leads = parties.filter(({ role }) => role === PartyRole.LEAD).length;
  check.expect(leads === 1, "parties", "one party with the role LEAD", `${leads}`);
}

/** Those of some parties that are no institution and no active partner organization that the viewer may see. */
export async function unknownParties(
  reader: Reader,
  viewer: Viewer,
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const wanted = join([...ids]);
  const found = await reader.read<{ id: string }>(
    sql`SELECT i.id FROM institution_projection i WHERE i.id IN (${wanted}) UNION ALL SELECT o.id FROM partner_organization o WHERE o.id IN (${wanted}) AND o.retired_on IS NULL AND ${partnerOrganizationIsVisible(viewer, "o")}`,
  );
  const known = new Set(found.map(({ id }) => id));
  return new Set(ids.filter((id) => !known.has(id)));
}

/** Adds parties to a partnership, behind those at `position`, and derives anew how far it is shared. */
export async function addParties(
  tx: Transaction,
  partnershipId: string,
  parties: readonly PartyInput[],
  position = 0,
): Promise<void> {
  await insertRows(
    tx,
    "partnership_party",
    ["id", "partnership_id", "party_id", "party_kind", "role", "is_signatory", "starts_on", "position"],
    parties.map(({ partyId, role, isSignatory }, index) => ({
      id: newId("PartnershipParty"),
      partnership_id: partnershipId,
      party_id: partyId,
      party_kind:
        typeOfId(partyId) === "Institution" ? PartyKind.INSTITUTION : PartyKind.PARTNER_ORGANIZATION,
      role,
      is_signatory: isSignatory,
      starts_on: position > 0 ? today() : null,
      position: position + index,
    })),
  );
  await deriveSharing(tx, PARTNERSHIPS, [partnershipId]);
}
