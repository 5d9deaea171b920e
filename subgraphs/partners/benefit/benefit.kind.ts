import { raw } from "sql-template-tag";
import { defineFilter } from "../../../shared/graphql/filter.ts";
import { defineList, filterFields, orderFields } from "../../../shared/graphql/list.ts";
import { column, defineOrder } from "../../../shared/graphql/order.ts";
import { byItsPartyAndAdmins, guardedAmounts, ofPartyOfPartnership } from "../contribution/party-record.ts";
import { visibleWithPartnership } from "../partnership/partnership.visibility.ts";
import { Benefit } from "./benefit.ts";

/** How benefits are written and seen: with their partnership, amounts by parties and admins. */
export const benefitKind = ofPartyOfPartnership<Benefit>({
  type: "Benefit",
  name: "benefit",
  source: {
    record: Benefit,
    alias: "bf",
    visible: (viewer) => visibleWithPartnership(viewer, "bf.partnership_id"),
    guarded: guardedAmounts(raw("bf.partnership_id"), [
      "valuationMethod",
      "currency",
      "amountMinor",
      "description",
    ]),
    always: ["id"],
  },
  policy: { correctBenefit: byItsPartyAndAdmins },
  unpublished: ["description"],
});

export const benefits = defineList(
  benefitKind.source,
  defineFilter(
    "BenefitFilter",
    "Which benefits to list.",
    filterFields(Benefit, "bf", ["category", "receivedOn", "partyId", "partnershipId"]),
  ),
  defineOrder("BenefitOrder", orderFields(Benefit, "bf", ["receivedOn", "category"]), {
    id: column("bf.id"),
    default: [{ field: "RECEIVED_ON" }],
  }),
);
