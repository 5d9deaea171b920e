import { today } from "../../../shared/clock.ts";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import type { ActionName } from "../../../shared/auth/actions.ts";
import { changeRecord, createRecord, lockRecord } from "../../../shared/write/change.ts";
import { checked } from "../../../shared/write/check.ts";
import type { ChangedRecordInput } from "../../../shared/write/inputs.ts";
import { conflict } from "../../../shared/write/refuse.ts";
import { readAll } from "../../../shared/write/rows.ts";
import { Interaction } from "../interaction/interaction.ts";
import { partyIds } from "../partnership/partnership.facts.ts";
import type { PartnershipFacts } from "../partnership/partnership.facts.ts";
import { partnershipKind } from "../partnership/partnership.kind.ts";
import type { AssignActionItemInput, ChangeActionItemInput } from "./action-item.inputs.ts";
import { actionItemKind } from "./action-item.kind.ts";
import { ActionItem, ActionItemStatus } from "./action-item.ts";

const given = <Input extends AssignActionItemInput | ChangeActionItemInput>(
  input: Input,
  facts: PartnershipFacts,
  { isOfPartnership }: { readonly isOfPartnership: boolean },
) =>
  checked(ActionItem, input, (check) => {
    const { ownerId } = check.input;
    if (ownerId != null) check.expect(partyIds(facts).includes(ownerId), "ownerId", "a party's id", ownerId);
    const expected = "the id of an interaction of the partnership";
    const { interactionId } = check.input as AssignActionItemInput;
    check.expect(isOfPartnership, "interactionId", expected, interactionId);
  });

/** Assigns work to a party of a partnership. */
export function assignActionItem(ctx: SubgraphContext, input: AssignActionItemInput): Promise<string> {
  const { partnershipId, interactionId = null } = input;
  const action = "assignActionItem";
  return createRecord(ctx, actionItemKind, {
    action,
    input,
    authorize: (tx) => lockRecord(ctx, tx, partnershipKind, action, partnershipId, "partnershipId"),
    async make(id, { facts }, tx) {
      const [interaction] = await readAll<Interaction>(
        tx,
        Interaction,
        interactionId === null ? [] : [interactionId],
      );
      const isOfPartnership = interactionId === null || interaction?.partnershipId === partnershipId;
      return {
        ...given(input, facts, { isOfPartnership }),
        id,
        partnershipId,
        interactionId,
        descriptionKey: "",
        status: ActionItemStatus.OPEN,
        completedOn: null,
      };
    },
  });
}

/** Changes an open action item: what is to be done, by whom, until when. */
export function changeActionItem(ctx: SubgraphContext, input: ChangeActionItemInput): Promise<string> {
  return changeRecord(ctx, actionItemKind, { action: "changeActionItem", input }, (before, facts) => {
    requireOpen(before);
    return { ...before, ...(given(input, facts, { isOfPartnership: true }) as Partial<ActionItem>) };
  });
}

/** Marks an open action item as done; one that is done stays so. */
export const completeActionItem = turnTo("completeActionItem", ActionItemStatus.DONE);
/** Cancels an open action item; one that is canceled stays so. */
export const cancelActionItem = turnTo("cancelActionItem", ActionItemStatus.CANCELED);
/** Opens an action item again. */
export const reopenActionItem = turnTo("reopenActionItem", ActionItemStatus.OPEN);

function turnTo(action: ActionName, status: ActionItemStatus) {
  return (ctx: SubgraphContext, input: ChangedRecordInput): Promise<string> =>
    changeRecord(ctx, actionItemKind, { action, input }, (before) => {
      if (before.status === status) return before;
      if (status !== ActionItemStatus.OPEN) requireOpen(before);
      return { ...before, status, completedOn: status === ActionItemStatus.DONE ? today() : null };
    });
}

function requireOpen({ status, version }: ActionItem): void {
  if (status === ActionItemStatus.OPEN) return;
  throw conflict(`Expected an OPEN action item; got one that is ${status}. Reopen it first.`, { version });
}
