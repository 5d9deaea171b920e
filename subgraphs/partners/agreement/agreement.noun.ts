import { mutation } from "../../../shared/write/fields.ts";
import { defineNoun } from "../../../shared/write/noun.ts";
import { onPartnership, partnershipOf } from "../partnership/partnership.fields.ts";
import * as inputs from "./agreement.inputs.ts";
import { agreementKind, agreements, agreementVersions } from "./agreement.kind.ts";
import { AgreementApprovalResolver, AgreementResolver } from "./agreement.resolver.ts";
import * as service from "./agreement.service.ts";
import { Agreement, AgreementConnection, AgreementVersion } from "./agreement.ts";

const WHO = "For stewards of the partnership's signatory parties.";

/** Agreements of partnerships, their versions and approvals. */
export const agreementNoun = defineNoun({
  kind: agreementKind,
  entity: Agreement,
  parts: [AgreementVersion],
  read: {
    connection: () => AgreementConnection,
    list: agreements,
    one: "agreement",
    many: "agreements",
    plural: "agreements",
    on: [onPartnership("agreements", "ag", "The agreements of its signatory parties.")],
  },
  resolvers: [partnershipOf(() => Agreement), AgreementResolver, AgreementApprovalResolver],
  fields: { sections: "GUARDED", documents: "GUARDED" },
  types: {
    AgreementVersion: { rows: agreementVersions },
    AgreementApproval: { rows: "PART" },
    AgreementSection: { rows: "PART" },
    AgreementDocument: { rows: "PART" },
    AgreementTermsChange: { rows: "PART" },
  },
  mutations: {
    draftAgreement: mutation(
      service.draftAgreement,
      inputs.DraftAgreementInput,
      `Drafts an agreement, its version 1. ${WHO}`,
    ),
    reviseAgreement: mutation(
      service.reviseAgreement,
      inputs.ReviseAgreementInput,
      `Makes the next version of an agreement's terms, which has no approvals. The version in force stays so until all signatory parties have approved the new one. ${WHO}`,
    ),
    approveAgreement: mutation(
      service.approveAgreement,
      inputs.ApproveAgreementInput,
      `Approves the latest version by the hash of its terms. With the approval of the last signatory party it is in force. ${WHO} Each approves for its own party.`,
    ),
    renewAgreement: mutation(
      service.renewAgreement,
      inputs.RenewAgreementInput,
      `Drafts the successor of an approved agreement, which supersedes it once all have approved it and its first day has come; answers the successor. ${WHO}`,
    ),
    terminateAgreement: mutation(
      service.terminateAgreement,
      inputs.TerminateAgreementInput,
      `Terminates an agreement from today, or withdraws a draft; it is kept. ${WHO}`,
    ),
  },
});
