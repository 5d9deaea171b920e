import sql from "sql-template-tag";
import { today } from "../../../shared/clock.ts";
import { BooleanFilter, defineFilter } from "../../../shared/graphql/filter.ts";
import { defineList, filterFields, orderFields } from "../../../shared/graphql/list.ts";
import { column, defineOrder } from "../../../shared/graphql/order.ts";
import { ofPartnership } from "../partnership/partnership.kind.ts";
import { byPeopleOfParties } from "../partnership/partnership.policy.ts";
import { visibleToParties } from "../partnership/partnership.visibility.ts";
import { ActionItem } from "./action-item.ts";

/** Whether an action item should have been done by now, as its field and its filter say it. */
export const OVERDUE = "Whether it is open and its last day has passed, in UTC.";

/** How action items are written and seen: by the people of the parties. */
export const actionItemKind = ofPartnership<ActionItem>({
  type: "ActionItem",
  name: "action_item",
  source: {
    record: ActionItem,
    alias: "ai",
    visible: (viewer) => visibleToParties(viewer, "ai.partnership_id"),
    always: ["id"],
  },
  policy: {
    changeActionItem: byPeopleOfParties,
    completeActionItem: byPeopleOfParties,
    cancelActionItem: byPeopleOfParties,
    reopenActionItem: byPeopleOfParties,
  },
  unpublished: ["description"],
});

export const actionItems = defineList(
  actionItemKind.source,
  defineFilter("ActionItemFilter", "Which action items to list.", {
    ...filterFields(ActionItem, "ai", [
      "description",
      "ownerId",
      "dueOn",
      "status",
      "completedOn",
      "partnershipId",
      "interactionId",
    ]),
    isOverdue: {
      type: BooleanFilter,
      column: () => sql`(CASE WHEN ai.status = 'OPEN' AND ai.due_on < ${today()} THEN 1 ELSE 0 END)`,
      description: OVERDUE,
    },
  }),
  defineOrder("ActionItemOrder", orderFields(ActionItem, "ai", ["dueOn", "description", "completedOn"]), {
    id: column("ai.id"),
    default: [{ field: "DUE_ON" }],
  }),
);
