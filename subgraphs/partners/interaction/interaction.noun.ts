import { mutation } from "../../../shared/write/fields.ts";
import { defineNoun } from "../../../shared/write/noun.ts";
import { onPartnership, partnershipOf } from "../partnership/partnership.fields.ts";
import * as inputs from "./interaction.inputs.ts";
import { interactionKind, interactions } from "./interaction.kind.ts";
import { LastInteractionResolver } from "./interaction.resolver.ts";
import * as service from "./interaction.service.ts";
import { Interaction, InteractionConnection } from "./interaction.ts";

/** Interactions of the parties of partnerships. */
export const interactionNoun = defineNoun({
  kind: interactionKind,
  entity: Interaction,
  read: {
    connection: () => InteractionConnection,
    list: interactions,
    one: "interaction",
    many: "interactions",
    plural: "interactions of partnerships",
    on: [onPartnership("interactions", "ia", "How its parties were in touch, latest first.")],
  },
  resolvers: [partnershipOf(() => Interaction), LastInteractionResolver],
  mutations: {
    logInteraction: mutation(
      service.logInteraction,
      inputs.LogInteractionInput,
      "Logs an interaction of a partnership's parties. For people of its parties.",
    ),
    changeInteraction: mutation(
      service.changeInteraction,
      inputs.ChangeInteractionInput,
      "Changes an interaction, such as to add its minutes. For people of the partnership's parties.",
    ),
  },
  fields: { attendees: "GUARDED", decisions: "GUARDED", minutes: "GUARDED" },
  types: { InteractionAttendance: { rows: "PART" } },
});
