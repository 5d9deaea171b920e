import type { ActionName } from "../../../shared/auth/actions.ts";
import type { Viewer } from "../../../shared/auth/viewer.ts";
import { today, utcNow } from "../../../shared/clock.ts";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { DomainError } from "../../../shared/errors.ts";
import { changeRecord, createRecord, lockRecord } from "../../../shared/write/change.ts";
import { badInput, conflict } from "../../../shared/write/refuse.ts";
import type { PartnershipFacts } from "../partnership/partnership.facts.ts";
import { signatoryIds } from "../partnership/partnership.facts.ts";
import { partnershipKind } from "../partnership/partnership.kind.ts";
import { actsFor } from "../partnership/partnership.policy.ts";
import { LEAST_SIGNATORIES } from "../partnership/partnership.stages.ts";
import { AgreementStatus } from "./agreement.enums.ts";
import { newDraft, shown } from "./agreement.draft.ts";
import type {
  ApproveAgreementInput,
  DraftAgreementInput,
  RenewAgreementInput,
  ReviseAgreementInput,
  TerminateAgreementInput,
} from "./agreement.inputs.ts";
import { agreementKind, statusOf } from "./agreement.kind.ts";
import type { Agreement } from "./agreement.ts";
import {
  addVersion,
  approveVersion,
  MOST_VERSIONS,
  refuseRenewedTwice,
  releasePredecessor,
  supersedePredecessor,
  termsOfVersion,
} from "./agreement.versions.ts";
import { isApprovedByAll } from "./approval.ts";
import { checkedTerms } from "./terms.check.ts";
import { hashed, termsOf } from "./terms.ts";

/** Terms that a draft need not name. */
const UNSAID = { effectiveOn: null, expiresOn: null, noticeDays: null, autoRenew: false, documents: [] };

/** Drafts an agreement of a partnership. */
export function draftAgreement(ctx: SubgraphContext, input: DraftAgreementInput): Promise<string> {
  const { partnershipId } = input;
  const action = "draftAgreement";
  return createRecord(ctx, agreementKind, {
    action,
    input,
    authorize: (tx) => lockRecord(ctx, tx, partnershipKind, action, partnershipId, "partnershipId"),
    make: (id) => newDraft(id, checkedTerms(UNSAID, input), { partnershipId, predecessorId: null }),
    attach: (id, tx) => addVersion(ctx, tx, id, 1, checkedTerms(UNSAID, input)),
  });
}

/** Adds a version to an agreement, which nobody has approved; one in force stays so until all have approved. */
export function reviseAgreement(ctx: SubgraphContext, input: ReviseAgreementInput): Promise<string> {
  const action = "reviseAgreement";
  return changeRecord(ctx, agreementKind, { action, input }, async (before, _facts, tx) => {
    refuseUnless(before, [AgreementStatus.DRAFT, AgreementStatus.APPROVED], "revised");
    const terms = checkedTerms(await termsOfVersion(tx, before.id, before.latestNumber), input);
    const { termsHash } = hashed(terms);
    if (termsHash === before.latestTermsHash) return before;
    const latestNumber = before.latestNumber + 1;
    if (latestNumber > MOST_VERSIONS) {
      throw conflict(`An agreement has at most ${MOST_VERSIONS} versions: draft another one.`);
    }
    await addVersion(ctx, tx, before.id, latestNumber, terms);
    return {
      ...before,
      ...(before.approvedOn === null ? shown(terms, latestNumber) : {}),
      latestNumber,
      latestTermsHash: termsHash,
      isAwaitingApproval: true,
    };
  });
}

/** Approves the latest version for parties; with the last signatory party's approval it is in force. */
export function approveAgreement(ctx: SubgraphContext, input: ApproveAgreementInput): Promise<string> {
  const action = "approveAgreement";
  const { id, termsHash, partyId, reason = null } = input;
  return changeRecord(ctx, agreementKind, { action, input: { id, reason } }, async (before, facts, tx) => {
    refuseUnless(before, [AgreementStatus.DRAFT, AgreementStatus.APPROVED], "approved");
    refuseOtherTerms(before, termsHash);
    const signatories = signatoryIds(facts);
    if (signatories.length < LEAST_SIGNATORIES) {
      throw conflict(
        `An agreement has at least ${LEAST_SIGNATORIES} signatory parties; the partnership has ${signatories.length}.`,
      );
    }
    const { latestNumber: number, approvals } = before;
    const approved = (party: string) =>
      approvals.some((each) => each.partyId === party && each.number === number);
    const added = approvingParties(ctx.viewer, facts, partyId ?? null).filter((each) => !approved(each));
    const after = {
      ...before,
      approvals: [
        ...added.map((each) => ({ partyId: each, number, termsHash, approvedAt: utcNow() })),
        ...approvals.filter((each) => !added.includes(each.partyId)),
      ],
    };
    if (!before.isAwaitingApproval || !isApprovedByAll(after, signatories)) {
      return added.length > 0 ? after : before;
    }
    const terms = await termsOfVersion(tx, id, number);
    await approveVersion(tx, id, number);
    if (before.approvedOn === null) await supersedePredecessor(ctx, tx, before, reason);
    return { ...after, ...shown(terms, number), isAwaitingApproval: false, approvedOn: today() };
  });
}

/** Renews an approved agreement by a successor with the same terms and another period, which is a draft at first. */
export function renewAgreement(ctx: SubgraphContext, input: RenewAgreementInput): Promise<string> {
  const action: ActionName = "renewAgreement";
  const terms = (predecessor: Agreement) =>
    checkedTerms(termsOf(predecessor), {
      title: input.title,
      noticeDays: input.noticeDays,
      autoRenew: input.autoRenew,
      expiresOn: input.expiresOn,
      effectiveOn: input.effectiveOn ?? nextStart(predecessor),
    });
  return createRecord(ctx, agreementKind, {
    action,
    input,
    authorize: async (tx) => (await lockRecord(ctx, tx, agreementKind, action, input.id)).record,
    async make(id, predecessor, tx) {
      refuseUnless(predecessor, [AgreementStatus.APPROVED, AgreementStatus.EXPIRED], "renewed");
      await refuseRenewedTwice(tx, predecessor.id);
      const { partnershipId, id: predecessorId } = predecessor;
      return newDraft(id, terms(predecessor), { partnershipId, predecessorId });
    },
    attach: (id, tx, predecessor) => addVersion(ctx, tx, id, 1, terms(predecessor)),
  });
}

/** The first day of what follows an agreement: the day after its last one, or today once that has passed. */
function nextStart({ expiresOn }: Agreement): string {
  if (expiresOn === null || expiresOn < today()) return today();
  return new Date(Date.parse(`${expiresOn}T00:00:00Z`) + 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
}

/** Terminates an agreement from today, or withdraws a draft, for a reason. */
export function terminateAgreement(ctx: SubgraphContext, input: TerminateAgreementInput): Promise<string> {
  const action = "terminateAgreement";
  return changeRecord(ctx, agreementKind, { action, input }, async (before, _facts, tx) => {
    refuseUnless(before, [AgreementStatus.DRAFT, AgreementStatus.APPROVED], "terminated");
    if (!input.reason?.trim()) throw badInput("reason", "why it is terminated", "nothing");
    await releasePredecessor(ctx, tx, before, input.reason);
    return { ...before, terminatedOn: today(), isAwaitingApproval: false };
  });
}

/** Throws CONFLICT where an agreement's status does not allow a change. */
function refuseUnless(agreement: Agreement, statuses: readonly AgreementStatus[], done: string): void {
  const status = statusOf(agreement);
  if (statuses.includes(status)) return;
  const { version } = agreement;
  throw conflict(`Only a ${statuses.join(" or ")} agreement is ${done}; this one is ${status}.`, { version });
}

/** Throws CONFLICT, with the present hash, where an approval names other terms than the latest. */
function refuseOtherTerms({ latestTermsHash, version }: Agreement, termsHash: string): void {
  if (termsHash === latestTermsHash) return;
  throw conflict(
    `These are not the latest terms: expected the hash ${latestTermsHash}; got ${JSON.stringify(termsHash.slice(0, 64))}. Read them again.`,
    { field: "termsHash", termsHash: latestTermsHash, version },
  );
}

/** The signatory parties that a viewer approves for: the one that is named, or all that the viewer acts for. */
function approvingParties(viewer: Viewer, facts: PartnershipFacts, partyId: string | null): string[] {
  const signatories = signatoryIds(facts);
  const own = signatories.filter((id) => actsFor(viewer, facts.consortiumId, [id]));
  if (partyId === null) return own;
  if (own.includes(partyId)) return [partyId];
  if (!signatories.includes(partyId)) throw badInput("partyId", "the id of a signatory party", partyId);
  throw new DomainError("FORBIDDEN", "Each party approves for itself: this is for the party's stewards.", {
    field: "partyId",
  });
}
