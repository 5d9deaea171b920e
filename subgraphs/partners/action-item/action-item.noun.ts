import { mutation } from "../../../shared/write/fields.ts";
import { defineNoun } from "../../../shared/write/noun.ts";
import { Interaction } from "../interaction/interaction.ts";
import { onPartnership, partnershipOf } from "../partnership/partnership.fields.ts";
import * as inputs from "./action-item.inputs.ts";
import { actionItemKind, actionItems } from "./action-item.kind.ts";
import { ActionItemResolver } from "./action-item.resolver.ts";
import * as service from "./action-item.service.ts";
import { ActionItem, ActionItemConnection } from "./action-item.ts";

const WHO = "For people of the partnership's parties.";

/** Work that parties of partnerships are to do. */
export const actionItemNoun = defineNoun({
  kind: actionItemKind,
  entity: ActionItem,
  read: {
    connection: () => ActionItemConnection,
    list: actionItems,
    one: "actionItem",
    many: "actionItems",
    plural: "action items of partnerships",
    on: [
      onPartnership("actionItems", "ai", "What its parties are to do, for people of its parties."),
      {
        type: () => Interaction,
        field: "actionItems",
        column: "ai.interaction_id",
        description: "The action items that it decided on, for people of the parties.",
      },
    ],
  },
  resolvers: [partnershipOf(() => ActionItem), ActionItemResolver],
  mutations: {
    assignActionItem: mutation(
      service.assignActionItem,
      inputs.AssignActionItemInput,
      "Assigns work to a party of a partnership. For people of its parties.",
    ),
    changeActionItem: mutation(
      service.changeActionItem,
      inputs.ChangeActionItemInput,
      `Changes what an open action item says, who is to do it, or until when. ${WHO}`,
    ),
    completeActionItem: mutation(
      service.completeActionItem,
      inputs.CompleteActionItemInput,
      `Marks an open action item as done. ${WHO}`,
    ),
    cancelActionItem: mutation(
      service.cancelActionItem,
      inputs.CancelActionItemInput,
      `Cancels an open action item. ${WHO}`,
    ),
    reopenActionItem: mutation(
      service.reopenActionItem,
      inputs.ReopenActionItemInput,
      `Opens an action item again that is done or canceled. ${WHO}`,
    ),
  },
});
