import type { Content } from "../../../shared/write/change.ts";
import type { Agreement } from "./agreement.ts";
import type { Terms } from "./terms.ts";
import { hashed, noticeDay, termsOf } from "./terms.ts";

/** The columns of an agreement that show the terms of one of its versions. */
export const shown = (terms: Terms, number: number) => ({
  ...termsOf(terms),
  sections: [...terms.sections],
  documents: [...terms.documents],
  noticeOn: noticeDay(terms),
  number,
  termsHash: hashed(terms).termsHash,
});

/** A new agreement: a draft with one version that nobody has approved. */
export function newDraft(
  id: string,
  terms: Terms,
  { partnershipId, predecessorId }: Pick<Agreement, "partnershipId" | "predecessorId">,
): Content<Agreement> {
  const first = shown(terms, 1);
  return {
    ...first,
    id,
    partnershipId,
    predecessorId,
    titleKey: "",
    latestNumber: 1,
    latestTermsHash: first.termsHash,
    approvals: [],
    isAwaitingApproval: true,
    approvedOn: null,
    terminatedOn: null,
    supersededOn: null,
  };
}
