import { mutation } from "../../../shared/write/fields.ts";
import { defineNoun } from "../../../shared/write/noun.ts";
import { onPartnership, partnershipOf } from "../partnership/partnership.fields.ts";
import * as inputs from "./feedback.inputs.ts";
import { feedbackEntries, feedbackKind } from "./feedback.kind.ts";
import { FeedbackSummaryResolver } from "./feedback.resolver.ts";
import * as service from "./feedback.service.ts";
import { Feedback, FeedbackConnection } from "./feedback.ts";

/** Feedback about partnerships. */
export const feedbackNoun = defineNoun({
  kind: feedbackKind,
  entity: Feedback,
  read: {
    connection: () => FeedbackConnection,
    list: feedbackEntries,
    one: "feedback",
    many: "feedbackEntries",
    plural: "feedback about partnerships",
    on: [onPartnership("feedback", "fb", "What people of its parties say of it, for people of its parties.")],
  },
  resolvers: [partnershipOf(() => Feedback), FeedbackSummaryResolver],
  mutations: {
    giveFeedback: mutation(
      service.giveFeedback,
      inputs.GiveFeedbackInput,
      "Gives feedback about a partnership; it counts in the place of what you gave before. For people of its parties, not services.",
    ),
  },
  fields: { communication: "GUARDED", responsiveness: "GUARDED", value: "GUARDED" },
  types: { FeedbackSummary: { rows: "PART" } },
});
