import sql from "sql-template-tag";
import type { RecordKind, VersionedRecord } from "../../../shared/write/record-kind.ts";
import { defineKind } from "../../../shared/write/record-kind.ts";
import { partnerships } from "./partnership.list.ts";
import type { PartnershipFacts } from "./partnership.facts.ts";
import { partnershipFacts } from "./partnership.facts.ts";
import {
  byPartiesAndAdmins,
  byPeopleOfParties,
  byPersonsOfParties,
  bySignatories,
} from "./partnership.policy.ts";
import type { Partnership } from "./partnership.ts";

/** How partnerships are written. Their parties go with them, in their histories and their events. */
export const partnershipKind = defineKind<Partnership, PartnershipFacts>({
  type: "Partnership",
  name: "partnership",
  source: partnerships,
  facts: (reader, records) =>
    partnershipFacts(
      reader,
      records.map(({ id }) => id),
    ),
  policy: {
    changePartnership: byPartiesAndAdmins,
    advancePartnership: byPartiesAndAdmins,
    suspendPartnership: byPartiesAndAdmins,
    declinePartnership: byPartiesAndAdmins,
    endPartnership: byPartiesAndAdmins,
    renewPartnership: byPartiesAndAdmins,
    joinPartnership: byPartiesAndAdmins,
    leavePartnership: byPartiesAndAdmins,
    changePartyRole: byPartiesAndAdmins,
    raisePartnershipIssue: byPeopleOfParties,
    logInteraction: byPeopleOfParties,
    assignActionItem: byPeopleOfParties,
    giveFeedback: byPersonsOfParties,
    commitContribution: byPartiesAndAdmins,
    recordBenefit: byPartiesAndAdmins,
    draftAgreement: bySignatories,
  },
  context: ({ consortiumId }) => ({ consortiumId, organizationId: null }),
  unpublished: ["sharingLevel", "details", "summary"],
  parts: async (reader, { id }) => {
    const rows = await reader.read<{
      id: string;
      role: string;
      is_signatory: number;
      ends_on: string | null;
    }>(
      sql`SELECT party_id AS id, role, is_signatory, ends_on FROM partnership_party WHERE partnership_id = ${id} ORDER BY position, party_id`,
    );
    return {
      parties: rows.map(({ is_signatory: isSignatory, ends_on: endsOn, ...party }) => ({
        ...party,
        isSignatory: Boolean(isSignatory),
        endsOn,
      })),
    };
  },
});

/** How a noun that hangs on partnerships is written: its changes stand in the partnership's timeline. */
export const ofPartnership = <T extends VersionedRecord & { readonly partnershipId: string }>(
  kind: Omit<RecordKind<T, PartnershipFacts>, "facts" | "context">,
): RecordKind<T, PartnershipFacts> => ({
  ...kind,
  facts: (reader, records) =>
    partnershipFacts(
      reader,
      records.map(({ partnershipId }) => partnershipId),
    ),
  context: ({ partnershipId }, { consortiumId }) => ({
    scopeId: partnershipId,
    consortiumId,
    organizationId: null,
  }),
});
