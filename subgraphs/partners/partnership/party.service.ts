import sql from "sql-template-tag";
import type { Transaction } from "../../../shared/data/database.ts";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { deriveSharing } from "../../../shared/projection/sharing.ts";
import { changeRecord } from "../../../shared/write/change.ts";
import { conflict } from "../../../shared/write/refuse.ts";
import { PartyRole } from "./partnership.enums.ts";
import type { PartnershipFacts, PartyFacts } from "./partnership.facts.ts";
import type {
  ChangePartyRoleInput,
  JoinPartnershipInput,
  LeavePartnershipInput,
} from "./partnership.inputs.ts";
import { partnershipKind } from "./partnership.kind.ts";
import { PARTNERSHIPS } from "./partnership.list.ts";
import { addParties } from "./partnership.parties.ts";
import { nextPosition, refuseUnknown } from "./partnership.service.ts";
import { LEAST_SIGNATORIES, UNSIGNED } from "./partnership.stages.ts";
import type { Partnership } from "./partnership.ts";

/** Adds a party; one that has left joins again. */
export function joinPartnership(ctx: SubgraphContext, input: JoinPartnershipInput): Promise<string> {
  const { party } = input;
  return changeRecord(
    ctx,
    partnershipKind,
    { action: "joinPartnership", input },
    async (before, facts, tx) => {
      await refuseUnknown(ctx, tx, [party.partyId], () => "party.partyId");
      if (facts.parties.some(({ id }) => id === party.partyId)) {
        throw conflict("It is a party already; change its role by changePartyRole.", {
          field: "party.partyId",
        });
      }
      const parties = [...facts.parties, { ...party, id: party.partyId }];
      refuseUnlessWhole(before, parties);
      await tx.run(
        sql`DELETE FROM partnership_party WHERE partnership_id = ${before.id} AND party_id = ${party.partyId}`,
      );
      await addParties(tx, before.id, [party], await nextPosition(tx, before.id));
      return { ...before };
    },
  );
}

/** Ends a party's part from today; it stays in the list of parties with its last day. */
export function leavePartnership(ctx: SubgraphContext, input: LeavePartnershipInput): Promise<string> {
  const { partyId } = input;
  return changeRecord(
    ctx,
    partnershipKind,
    { action: "leavePartnership", input },
    async (before, facts, tx) => {
      knownParty(facts, partyId);
      const left = facts.parties.filter(({ id }) => id !== partyId);
      if (left.length < 2)
        throw conflict("A partnership has at least two parties: end it instead.", { field: "partyId" });
      refuseUnlessWhole(before, left);
      // Its last day was yesterday: from today on it is no party, and its people see no more than others.
      const lastDay = new Date(Date.now() - 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
      await tx.run(
        sql`UPDATE partnership_party SET ends_on = ${lastDay} WHERE partnership_id = ${before.id} AND party_id = ${partyId}`,
      );
      await deriveSharing(tx, PARTNERSHIPS, [before.id]);
      return { ...before };
    },
  );
}

/** Gives a party another role, or makes it a signatory or none. */
export function changePartyRole(ctx: SubgraphContext, input: ChangePartyRoleInput): Promise<string> {
  const { partyId, role, isSignatory } = input.party;
  return changeRecord(
    ctx,
    partnershipKind,
    { action: "changePartyRole", input },
    async (before, facts, tx) => {
      const party = knownParty(facts, partyId);
      if (party.role === role && party.isSignatory === isSignatory) return before;
      const others = facts.parties.filter(({ id }) => id !== partyId);
      refuseUnlessWhole(before, [...others, { id: partyId, role, isSignatory }]);
      await updateParty(tx, before.id, { id: partyId, role, isSignatory });
      return { ...before };
    },
  );
}

function knownParty({ parties }: PartnershipFacts, partyId: string): PartyFacts {
  const party = parties.find(({ id }) => id === partyId);
  if (party) return party;
  throw conflict("It is no party of the partnership.", { field: "partyId" });
}

/** A partnership has one lead, and enough signatories once it is signed. */
function refuseUnlessWhole({ stage }: Partnership, parties: readonly PartyFacts[]): void {
  const leads = parties.filter(({ role }) => role === PartyRole.LEAD).length;
  if (leads !== 1) throw conflict(`A partnership has one party with the role LEAD; got ${leads}.`);
  const signatories = parties.filter(({ isSignatory }) => isSignatory).length;
  if (!UNSIGNED.includes(stage) && signatories < LEAST_SIGNATORIES) {
    throw conflict(
      `A partnership that is ${stage} has at least ${LEAST_SIGNATORIES} signatory parties; got ${signatories}.`,
    );
  }
}

async function updateParty(tx: Transaction, partnershipId: string, { id, role, isSignatory }: PartyFacts) {
  await tx.run(
    sql`UPDATE partnership_party SET role = ${role}, is_signatory = ${isSignatory} WHERE partnership_id = ${partnershipId} AND party_id = ${id}`,
  );
}
