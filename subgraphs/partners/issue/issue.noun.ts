import { mutation } from "../../../shared/write/fields.ts";
import { defineNoun } from "../../../shared/write/noun.ts";
import { onPartnership, partnershipOf } from "../partnership/partnership.fields.ts";
import * as inputs from "./issue.inputs.ts";
import { issueKind, issues } from "./issue.kind.ts";
import * as service from "./issue.service.ts";
import { PartnershipIssue, PartnershipIssueConnection } from "./issue.ts";

/** Issues of partnerships. */
export const issueNoun = defineNoun({
  kind: issueKind,
  entity: PartnershipIssue,
  read: {
    connection: () => PartnershipIssueConnection,
    list: issues,
    one: "partnershipIssue",
    many: "partnershipIssues",
    plural: "issues of partnerships",
    on: [onPartnership("issues", "pi", "The issues that it has, for people of its parties.")],
  },
  resolvers: [partnershipOf(() => PartnershipIssue)],
  mutations: {
    raisePartnershipIssue: mutation(
      service.raisePartnershipIssue,
      inputs.RaisePartnershipIssueInput,
      "Raises an issue of a partnership. For people of its parties.",
    ),
    mitigatePartnershipIssue: mutation(
      service.mitigatePartnershipIssue,
      inputs.MitigatePartnershipIssueInput,
      "Says what is done about an issue. For people of the partnership's parties.",
    ),
    resolvePartnershipIssue: mutation(
      service.resolvePartnershipIssue,
      inputs.ResolvePartnershipIssueInput,
      "Closes an issue. For stewards of the partnership's parties.",
    ),
  },
});
