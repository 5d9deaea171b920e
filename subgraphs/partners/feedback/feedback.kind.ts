import sql, { join } from "sql-template-tag";
import type { Viewer } from "../../../shared/auth/viewer.ts";
import { defineFilter } from "../../../shared/graphql/filter.ts";
import { defineList, filterFields, orderFields } from "../../../shared/graphql/list.ts";
import { column, defineOrder } from "../../../shared/graphql/order.ts";
import { ofPartnership } from "../partnership/partnership.kind.ts";
import { visibleToParties } from "../partnership/partnership.visibility.ts";
import { Feedback } from "./feedback.ts";

const forOwnParty = () => ({
  isVisible: ({ organisationIds }: Viewer) =>
    organisationIds.length === 0 ? sql`1 = 0` : sql`fb.party_id IN (${join([...organisationIds])})`,
});

/** How feedback is given and seen: by the people of the parties, its ratings by those of the party it comes from. */
export const feedbackKind = ofPartnership<Feedback>({
  type: "Feedback",
  name: "feedback",
  source: {
    record: Feedback,
    alias: "fb",
    visible: (viewer) => visibleToParties(viewer, "fb.partnership_id"),
    guarded: { communication: forOwnParty(), responsiveness: forOwnParty(), value: forOwnParty() },
    always: ["id"],
  },
  policy: {},
  unpublished: ["personId", "communication", "responsiveness", "value", "comment"],
});

export const feedbackEntries = defineList(
  feedbackKind.source,
  defineFilter("FeedbackFilter", "Which feedback to list.", {
    ...filterFields(Feedback, "fb", ["partyId", "givenOn", "partnershipId"]),
  }),
  defineOrder("FeedbackOrder", orderFields(Feedback, "fb", ["givenOn"]), {
    id: column("fb.id"),
    default: [{ field: "GIVEN_ON", direction: "DESC" as never }],
  }),
);
