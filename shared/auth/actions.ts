/**
 * The mutations that change records, by name: a closed list. Clients see it as the enum `Action`, in `viewerCan`, in
 * histories and in the audit log.
 */
export const ACTION_NAMES = [
  "createConsortium",
  "inviteInstitution",
  "admitInstitution",
  "changeMembership",
  "endMembership",
  "registerPartnerOrganization",
  "changePartnerOrganization",
  "mergePartnerOrganizations",
  "retirePartnerOrganization",
  "proposePartnership",
  "changePartnership",
  "advancePartnership",
  "suspendPartnership",
  "declinePartnership",
  "endPartnership",
  "renewPartnership",
  "joinPartnership",
  "leavePartnership",
  "changePartyRole",
  "raisePartnershipIssue",
  "mitigatePartnershipIssue",
  "resolvePartnershipIssue",
] as const;
export type ActionName = (typeof ACTION_NAMES)[number];

/** A mutation's value of the enum `Action`: `inviteInstitution` is `INVITE_INSTITUTION`. */
export const actionOf = (name: ActionName): string => name.replace(/[A-Z]/g, "_$&").toUpperCase();
