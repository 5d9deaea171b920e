import sql from "sql-template-tag";
import type { Viewer } from "../../../shared/auth/viewer.ts";
import { today } from "../../../shared/clock.ts";
import type { RecordSource } from "../../../shared/data/loaders.ts";
import { defineFilter, enumFilter } from "../../../shared/graphql/filter.ts";
import { defineList, filterFields, orderFields } from "../../../shared/graphql/list.ts";
import { column, defineOrder } from "../../../shared/graphql/order.ts";
import { ofPartnership } from "../partnership/partnership.kind.ts";
import { bySignatories } from "../partnership/partnership.policy.ts";
import { visibleToParties, visibleWithPartnership } from "../partnership/partnership.visibility.ts";
import { AgreementStatus } from "./agreement.enums.ts";
import { Agreement, AgreementVersion } from "./agreement.ts";

const forParties = { isVisible: (viewer: Viewer) => visibleToParties(viewer, "ag.partnership_id") };

/** How agreements are written and seen: with their partnership, but for the terms, which are for its parties. */
export const agreementKind = ofPartnership<Agreement>({
  type: "Agreement",
  name: "agreement",
  source: {
    record: Agreement,
    alias: "ag",
    visible: (viewer) => visibleWithPartnership(viewer, "ag.partnership_id"),
    guarded: { sections: forParties, documents: forParties },
    always: ["id"],
  },
  policy: {
    reviseAgreement: bySignatories,
    approveAgreement: bySignatories,
    renewAgreement: bySignatories,
    terminateAgreement: bySignatories,
  },
  unpublished: ["sections", "documents"],
});

/** How the versions of agreements are seen: by the people of the parties. */
export const agreementVersions: RecordSource = {
  record: AgreementVersion,
  alias: "av",
  visible: (viewer) =>
    sql`EXISTS (SELECT 1 FROM agreement va WHERE va.id = av.agreement_id AND ${visibleToParties(viewer, "va.partnership_id")})`,
  always: ["agreementId", "number"],
};

/** The dates that decide on an agreement's status. */
type StatusDates = Pick<
  Agreement,
  "approvedOn" | "terminatedOn" | "supersededOn" | "expiresOn" | "autoRenew"
>;

/** An agreement's status today; `statusSql` says the same to the database. */
export function statusOf({
  approvedOn,
  terminatedOn,
  supersededOn,
  expiresOn,
  autoRenew,
}: StatusDates): AgreementStatus {
  if (terminatedOn !== null) return AgreementStatus.TERMINATED;
  if (approvedOn === null) return AgreementStatus.DRAFT;
  if (supersededOn !== null && supersededOn <= today()) return AgreementStatus.SUPERSEDED;
  if (expiresOn !== null && expiresOn < today() && !autoRenew) return AgreementStatus.EXPIRED;
  return AgreementStatus.APPROVED;
}

const statusSql = () =>
  sql`CASE WHEN ag.terminated_on IS NOT NULL THEN 'TERMINATED' WHEN ag.approved_on IS NULL THEN 'DRAFT' WHEN ag.superseded_on <= ${today()} THEN 'SUPERSEDED' WHEN ag.expires_on < ${today()} AND NOT ag.auto_renew THEN 'EXPIRED' ELSE 'APPROVED' END`;

export const agreements = defineList(
  agreementKind.source,
  defineFilter("AgreementFilter", "Which agreements to list.", {
    ...filterFields(Agreement, "ag", [
      "kind",
      "title",
      "effectiveOn",
      "expiresOn",
      "noticeDays",
      "noticeOn",
      "autoRenew",
      "isAwaitingApproval",
      "approvedOn",
      "terminatedOn",
      "supersededOn",
      "predecessorId",
      "partnershipId",
    ]),
    status: {
      type: enumFilter("AgreementStatus", AgreementStatus),
      // Of each request's own day.
      get column() {
        return statusSql();
      },
      description: "Where it stands today.",
    },
  }),
  defineOrder(
    "AgreementOrder",
    orderFields(Agreement, "ag", ["title", "effectiveOn", "expiresOn", "noticeOn", "approvedOn"]),
    { id: column("ag.id"), default: [{ field: "TITLE" }] },
  ),
);
