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
  "draftAgreement",
  "reviseAgreement",
  "approveAgreement",
  "renewAgreement",
  "terminateAgreement",
  "logInteraction",
  "changeInteraction",
  "assignActionItem",
  "changeActionItem",
  "completeActionItem",
  "cancelActionItem",
  "reopenActionItem",
  "giveFeedback",
  "commitContribution",
  "deliverContribution",
  "correctContribution",
  "recordBenefit",
  "correctBenefit",
  "setExchangeRate",
  "correctExchangeRate",
] as const;
export type ActionName = (typeof ACTION_NAMES)[number];

/** A name in camelCase as the value of an enum: `inviteInstitution` is `INVITE_INSTITUTION`. */
type Constant<Name extends string> = Name extends `${infer Head}${infer Tail}`
  ? Tail extends Uncapitalize<Tail>
    ? `${Uppercase<Head>}${Constant<Tail>}`
    : `${Uppercase<Head>}_${Constant<Tail>}`
  : Name;

/** A value of the enum `Action`. */
export type Action = Constant<ActionName>;

/** A mutation's value of the enum `Action`. */
export const actionOf = (name: ActionName): Action => name.replace(/[A-Z]/g, "_$&").toUpperCase() as Action;
