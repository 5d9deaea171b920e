import sql, { raw } from "sql-template-tag";
import { BooleanFilter, defineFilter } from "../../../shared/graphql/filter.ts";
import { defineList, filterFields, orderFields } from "../../../shared/graphql/list.ts";
import { column, defineOrder } from "../../../shared/graphql/order.ts";
import { seesAmounts, visibleWithPartnership } from "../partnership/partnership.visibility.ts";
import { Contribution } from "./contribution.ts";
import { byItsPartyAndAdmins, guardedAmounts, ofPartyOfPartnership } from "./party-record.ts";

const PARTNERSHIP = raw("ct.partnership_id");

/** How contributions are written and seen: with their partnership, amounts by parties and admins. */
export const contributionKind = ofPartyOfPartnership<Contribution>({
  type: "Contribution",
  name: "contribution",
  source: {
    record: Contribution,
    alias: "ct",
    visible: (viewer) => visibleWithPartnership(viewer, "ct.partnership_id"),
    guarded: guardedAmounts(PARTNERSHIP, [
      "valuationMethod",
      "currency",
      "committedMinor",
      "deliveredMinor",
      "unit",
      "committedQuantity",
      "description",
      "deliveries",
    ]),
    always: ["id"],
  },
  policy: { deliverContribution: byItsPartyAndAdmins, correctContribution: byItsPartyAndAdmins },
  unpublished: ["description"],
});

export const contributions = defineList(
  contributionKind.source,
  defineFilter("ContributionFilter", "Which contributions to list.", {
    ...filterFields(Contribution, "ct", ["category", "startsOn", "endsOn", "partyId", "partnershipId"]),
    isFulfilled: {
      type: BooleanFilter,
      column: sql`(ct.delivered_minor >= ct.committed_minor)`,
      isVisible: (viewer) => seesAmounts(viewer, PARTNERSHIP),
      description:
        "Whether all that was committed has been delivered; neither where you may not see the amounts. Late are those that are not and whose endsOn has passed.",
    },
  }),
  defineOrder("ContributionOrder", orderFields(Contribution, "ct", ["endsOn", "startsOn", "category"]), {
    id: column("ct.id"),
    default: [{ field: "ENDS_ON" }],
  }),
);
