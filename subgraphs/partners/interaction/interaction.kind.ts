import type { Viewer } from "../../../shared/auth/viewer.ts";
import { defineFilter } from "../../../shared/graphql/filter.ts";
import { defineList, filterFields, orderFields } from "../../../shared/graphql/list.ts";
import { column, defineOrder } from "../../../shared/graphql/order.ts";
import { ofPartnership } from "../partnership/partnership.kind.ts";
import { byPeopleOfParties } from "../partnership/partnership.policy.ts";
import { visibleToParties, visibleWithPartnership } from "../partnership/partnership.visibility.ts";
import { Interaction } from "./interaction.ts";

const forParties = () => ({
  isVisible: (viewer: Viewer) => visibleToParties(viewer, "ia.partnership_id"),
});

/** How interactions are written and seen: with their partnership, their content by the people of its parties. */
export const interactionKind = ofPartnership<Interaction>({
  type: "Interaction",
  name: "interaction",
  source: {
    record: Interaction,
    alias: "ia",
    visible: (viewer) => visibleWithPartnership(viewer, "ia.partnership_id"),
    guarded: { attendees: forParties(), decisions: forParties(), minutes: forParties() },
    always: ["id"],
  },
  policy: { changeInteraction: byPeopleOfParties },
  unpublished: ["attendees", "decisions", "minutes"],
});

export const interactions = defineList(
  interactionKind.source,
  defineFilter("InteractionFilter", "Which interactions to list.", {
    ...filterFields(Interaction, "ia", ["kind", "title", "heldOn", "place", "partnershipId"]),
  }),
  defineOrder("InteractionOrder", orderFields(Interaction, "ia", ["heldOn", "title"]), {
    id: column("ia.id"),
    default: [{ field: "HELD_ON", direction: "DESC" as never }],
  }),
);
