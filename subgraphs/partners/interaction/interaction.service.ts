import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { changeRecord, createRecord, lockRecord } from "../../../shared/write/change.ts";
import { checked, normalized } from "../../../shared/write/check.ts";
import { partyIds } from "../partnership/partnership.facts.ts";
import { partnershipKind } from "../partnership/partnership.kind.ts";
import type { ChangeInteractionInput, LogInteractionInput } from "./interaction.inputs.ts";
import { interactionKind } from "./interaction.kind.ts";
import { Interaction } from "./interaction.ts";

/** Most people of one party, and characters of a decision and of the roles of a party's people. */
const [PEOPLE, DECISION_LENGTH, ROLES_LENGTH] = [100_000, 2_000, 200];

/** An interaction's fields as they are given; its attendees are of the parties that it may have them of. */
function given<Input extends LogInteractionInput | ChangeInteractionInput>(
  input: Input,
  parties: readonly string[],
) {
  const attendees = input.attendees?.map(({ partyId, count, roles }) => ({
    partyId,
    count,
    roles: roles ? normalized(roles) || null : null,
  }));
  const decisions = input.decisions?.map(normalized);
  const lists = { ...(attendees && { attendees }), ...(decisions && { decisions }) };
  return checked(Interaction, { ...input, ...lists }, (check) => {
    const seen = new Set<string>();
    for (const [index, { partyId, count, roles }] of (attendees ?? []).entries()) {
      const at = (name: string) => `attendees[${index}].${name}`;
      const isParty = parties.includes(partyId) && !seen.has(partyId);
      check.expect(isParty, at("partyId"), "a party's id, each once", partyId);
      check.expect(count >= 1 && count <= PEOPLE, at("count"), `a number from 1 to ${PEOPLE}`, count);
      const { length } = roles ?? "";
      check.expect(length <= ROLES_LENGTH, at("roles"), `at most ${ROLES_LENGTH} characters`, length);
      seen.add(partyId);
    }
    for (const [index, decision] of (decisions ?? []).entries()) {
      const { length } = decision;
      const isRight = length >= 1 && length <= DECISION_LENGTH;
      check.expect(isRight, `decisions[${index}]`, `1 to ${DECISION_LENGTH} characters`, length);
    }
  });
}

/** Logs an interaction of a partnership. */
export function logInteraction(ctx: SubgraphContext, input: LogInteractionInput): Promise<string> {
  const { partnershipId } = input;
  const action = "logInteraction";
  return createRecord(ctx, interactionKind, {
    action,
    input,
    authorize: (tx) => lockRecord(ctx, tx, partnershipKind, action, partnershipId, "partnershipId"),
    make: (id, { facts }) =>
      ({
        place: null,
        minutes: null,
        attendees: [],
        decisions: [],
        ...given(input, partyIds(facts)),
        id,
        partnershipId,
        titleKey: "",
      }) as Interaction,
  });
}

/** Changes an interaction; a party that has left since stays among its attendees. */
export function changeInteraction(ctx: SubgraphContext, input: ChangeInteractionInput): Promise<string> {
  return changeRecord(ctx, interactionKind, { action: "changeInteraction", input }, (before, facts) => {
    const parties = [...partyIds(facts), ...before.attendees.map(({ partyId }) => partyId)];
    return { ...before, ...(given(input, parties) as Partial<Interaction>) };
  });
}
