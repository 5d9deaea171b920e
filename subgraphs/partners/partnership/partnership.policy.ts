import { administers, belongsTo, hasRole, stewards } from "../../../shared/auth/rights.ts";
import type { Viewer } from "../../../shared/auth/viewer.ts";
import type { PolicyRule } from "../../../shared/write/record-kind.ts";
import type { PartnershipFacts } from "./partnership.facts.ts";
import { partyIds, signatoryIds } from "./partnership.facts.ts";

/*
 * The rules of who may write what hangs on a partnership; policies of the nouns are made of these. Partner
 * organizations have no stewards of their own consortium: their people act for them.
 */

/** Whether a viewer may act for one of some parties: a steward of an institution, or anybody of a partner organization. */
export function actsFor(viewer: Viewer, consortiumId: string, ids: readonly string[]): boolean {
  const institutions = ids.filter((id) => id.startsWith("inst_"));
  const organizations = ids.filter((id) => !id.startsWith("inst_"));
  return stewards(viewer, consortiumId, institutions) || belongsTo(viewer, organizations);
}

/** Stewards of its parties, and admins of its consortium. */
export const byPartiesAndAdmins: PolicyRule<PartnershipFacts> = {
  who: "stewards of its parties, and admins of its consortium.",
  may: (viewer, facts) =>
    actsFor(viewer, facts.consortiumId, partyIds(facts)) || administers(viewer, facts.consortiumId),
};

/** Stewards of its parties alone: an admin does not speak for them. */
export const byParties: PolicyRule<PartnershipFacts> = {
  who: "stewards of its parties.",
  may: (viewer, facts) => actsFor(viewer, facts.consortiumId, partyIds(facts)),
};

/** Stewards of its signatory parties. */
export const bySignatories: PolicyRule<PartnershipFacts> = {
  who: "stewards of its signatory parties.",
  may: (viewer, facts) => actsFor(viewer, facts.consortiumId, signatoryIds(facts)),
};

/** Everybody who belongs to one of its parties. */
export const byPeopleOfParties: PolicyRule<PartnershipFacts> = {
  who: "people of its parties.",
  may: (viewer, facts) => belongsTo(viewer, partyIds(facts)),
};

/** The same without services, which have no opinion. */
export const byPersonsOfParties: PolicyRule<PartnershipFacts> = {
  who: "people, not services, of its parties.",
  may: (viewer, facts) => viewer.kind === "PERSON" && byPeopleOfParties.may(viewer, facts),
};

/** Admins of its consortium. */
export const byAdmins: PolicyRule<{ readonly consortiumId: string }> = {
  who: "admins of its consortium.",
  may: (viewer, { consortiumId }) => administers(viewer, consortiumId),
};

/** Stewards and admins of a consortium may propose partnerships and register partner organizations in it. */
export const inConsortium: PolicyRule<{ readonly consortiumId: string }> = {
  who: "stewards and admins of the consortium.",
  may: (viewer, { consortiumId }) => hasRole(viewer, consortiumId, "STEWARD", "CONSORTIUM_ADMIN"),
};
