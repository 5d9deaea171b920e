import { defineFilter } from "../../../shared/graphql/filter.ts";
import { defineList, filterFields, orderFields } from "../../../shared/graphql/list.ts";
import { column, defineOrder } from "../../../shared/graphql/order.ts";
import { ofPartnership } from "../partnership/partnership.kind.ts";
import { byParties, byPeopleOfParties } from "../partnership/partnership.policy.ts";
import { visibleToParties } from "../partnership/partnership.visibility.ts";
import { PartnershipIssue } from "./issue.ts";

/** How issues are written and seen: by the people of the parties. */
export const issueKind = ofPartnership<PartnershipIssue>({
  type: "PartnershipIssue",
  name: "partnership_issue",
  source: {
    record: PartnershipIssue,
    alias: "pi",
    visible: (viewer) => visibleToParties(viewer, "pi.partnership_id"),
    always: ["id"],
  },
  policy: { mitigatePartnershipIssue: byPeopleOfParties, resolvePartnershipIssue: byParties },
});

export const issues = defineList(
  issueKind.source,
  defineFilter("PartnershipIssueFilter", "Which issues to list.", {
    ...filterFields(PartnershipIssue, "pi", [
      "title",
      "category",
      "severity",
      "status",
      "raisedOn",
      "resolvedOn",
      "ownerId",
      "partnershipId",
    ]),
  }),
  defineOrder("PartnershipIssueOrder", orderFields(PartnershipIssue, "pi", ["raisedOn", "title"]), {
    id: column("pi.id"),
    default: [{ field: "RAISED_ON" }],
  }),
);
