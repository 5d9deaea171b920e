import type { TypeRule } from "./sees.ts";
import {
  amounts,
  AMOUNTS,
  apiKey,
  approvalState,
  auditEntry,
  can,
  canDo,
  canPeople,
  cohort,
  contact,
  everybody,
  guardedAmounts,
  historyEntry,
  invitation,
  isOf,
  membership,
  OF_ACTION_ITEM,
  ofAgreement,
  ofOwnParty,
  ofParties,
  partnerOrganization,
  partnership,
  person,
  present,
  program,
  rawFigures,
  roleGrant,
  sharing,
  shownChanges,
  subject,
  underPartnership,
  words,
  writesOwn,
} from "./sees.ts";
import { has } from "./world.ts";

const PROGRAM = words(`id kind title cip soc capacity isPaid modality startsOn endsOn isInvented
  partnership provider host cohorts figures`);

const part = (told: string): TypeRule => ({ sees: everybody, row: (shown) => shown, told: words(told) });

/** Every type and every field. A new one has to be put here by whoever has thought of who may see it. */
export const RULES: Readonly<Record<string, TypeRule>> = {
  Institution: {
    sees: everybody,
    told: words(`id ror unitid name type control level sector carnegie locale isHbcu isTribal isLandGrant status
      country subdivision city latitude longitude website established isInvented
      names identifiers locations relationships reportsUnder memberships figures partnerships programs`),
  },
  InstitutionName: part("value kind lang"),
  Identifier: part("scheme value isPreferred"),
  InstitutionLocation: part("geonamesId country subdivision city latitude longitude"),
  InstitutionRelationship: part("kind relatedRor institution"),
  InstitutionMatch: {
    sees: (_, viewer) => has(viewer, ["CONSORTIUM_ADMIN", "OPERATOR"]),
    row: (shown) => shown,
    told: words("ror name town state reason unitid candidates institution"),
  },
  MatchCandidate:
    part(`unitid name town domainScore nameScore placeScore totalScore verdict decidedAt decidedBy remark
    institution`),
  Consortium: { sees: everybody, told: words("id name description isInvented members") },
  Membership: {
    sees: membership,
    told: words("id role joinedOn leftOn institution consortium"),
    guarded: {
      status: { sees: invitation, instead: (status) => (status === "INVITED" ? "ENDED" : status) },
      invitedOn: { sees: invitation },
      dataSharingTier: { sees: sharing },
    },
  },
  PartnerOrganization: {
    sees: partnerOrganization,
    told: words(`id name orgType agentSector naics sizeBand mission country subdivision city latitude longitude website
      isInvented contacts partnerships programs retiredOn version history`),
    guarded: { viewerCan: canDo.partnerOrganization },
  },
  Contact: {
    sees: contact,
    told: words("id name role email"),
  },
  Partnership: {
    sees: partnership,
    told: words(`id visibility name type subtype modality scope stage startsOn endsOn summary sdgTargets isInvented
      parties consortium programs figures stageSince nextStages details version history timeline issues interactions
      lastInteractionOn actionItems feedback agreements contributions benefits`),
    guarded: {
      viewerCan: canDo.partnership,
      feedbackSummary: { sees: (row, viewer, world) => present(row, world).some((id) => isOf(viewer, id)) },
      equity: { sees: ({ id }, ...rest) => amounts({ partnership_id: id }, ...rest) },
    },
  },
  Contribution: {
    sees: underPartnership(partnership),
    told: words("id version category startsOn endsOn partnership party history"),
    guarded: {
      ...guardedAmounts(...AMOUNTS["contribution"]!, "fulfilment"),
      viewerCan: can((...asked) =>
        writesOwn(...asked) ? ["DELIVER_CONTRIBUTION", "CORRECT_CONTRIBUTION"] : [],
      ),
    },
  },
  Delivery: part("deliveredOn amountMinor quantity"),
  Benefit: {
    sees: underPartnership(partnership),
    told: words("id version category receivedOn partnership party history"),
    guarded: {
      ...guardedAmounts(...AMOUNTS["benefit"]!),
      viewerCan: can((...asked) => (writesOwn(...asked) ? ["CORRECT_BENEFIT"] : [])),
    },
  },
  ExchangeRate: {
    sees: everybody,
    told: words("id version currency reportingCurrency rate effectiveOn consortium history"),
    guarded: {
      viewerCan: can(({ consortium_id }, viewer) =>
        has(viewer, ["CONSORTIUM_ADMIN"], consortium_id) ? ["CORRECT_EXCHANGE_RATE"] : [],
      ),
    },
  },
  PartnershipEquity: part("currency asOf perParty gini leftOut"),
  PartyEquity: part("deliveredMinor benefitMinor share benefitShare balance fulfilment party"),
  PartnershipIssue: {
    sees: ofParties,
    told: words(`id version category severity title description ownerId mitigation status raisedOn resolvedOn
      partnership history`),
    guarded: { viewerCan: canDo.issue },
  },
  Agreement: {
    sees: underPartnership(partnership),
    told: words(`id version kind title effectiveOn expiresOn noticeDays noticeOn autoRenew number termsHash latestNumber
      latestTermsHash isAwaitingApproval approvedOn terminatedOn supersededOn status isInForce approvals versions
      predecessor partnership history`),
    guarded: {
      sections: { sees: ofParties },
      documents: { sees: ofParties },
      approvalState,
      viewerCan: canDo.agreement,
    },
  },
  AgreementVersion: {
    sees: ofParties,
    row: ofAgreement,
    told: words("number termsHash canonicalTerms draftedAt draftedBy approvedOn"),
  },
  AgreementApproval: {
    sees: everybody,
    row: ofAgreement,
    told: words("number termsHash approvedAt isCurrent party"),
    guarded: { drift: { sees: ofParties } },
  },
  AgreementTermsChange: part("path from to"),
  AgreementSection: part("heading text"),
  AgreementDocument: part("name address sha256"),
  Interaction: {
    sees: program,
    told: words("id version kind title heldOn place partnership actionItems history"),
    guarded: {
      attendees: { sees: ofParties },
      decisions: { sees: ofParties },
      minutes: { sees: ofParties },
      viewerCan: canPeople("CHANGE_INTERACTION"),
    },
  },
  InteractionAttendance: part("partyId count roles"),
  ActionItem: {
    sees: ofParties,
    told: words(
      `id version description ownerId dueOn status completedOn isOverdue interaction partnership history`,
    ),
    guarded: { viewerCan: canPeople(...OF_ACTION_ITEM) },
  },
  Feedback: {
    sees: ofParties,
    told: words("id version partyId comment givenOn partnership history"),
    guarded: {
      communication: { sees: ofOwnParty },
      responsiveness: { sees: ofOwnParty },
      value: { sees: ofOwnParty },
      viewerCan: can(() => []),
    },
  },
  FeedbackSummary: part("count partyCount communication responsiveness value"),
  PartnershipDetails: part("publicPrivate academic countries platform"),
  PublicPrivateDetails: part("funding infrastructure expertise skillsSought"),
  AcademicDetails: part(
    "jointDegree researchInitiative facultyExchangePlaces studentExchangePlaces courseEquivalences",
  ),
  CourseEquivalence: part("sendingCourse receivingCourse credits"),
  HistoryEntry: {
    sees: historyEntry,
    row: ({ id }, _, world) => world.one("record_history", "id", id),
    told: words("id kind recordId version action at reason"),
    guarded: { changes: shownChanges, actorId: { sees: (_, viewer) => viewer.kind !== "VISITOR" } },
  },
  FieldChange: part("field from to"),
  PartnershipParty: {
    sees: underPartnership(partnership),
    told: words("id partyKind role isSignatory startsOn endsOn party"),
  },
  Internship: { sees: program, told: [...PROGRAM, ...words("hoursPlanned hourlyWageMinor currency")] },
  MentoringProgram: { sees: program, told: [...PROGRAM, ...words("menteesPerMentor sessionsPlanned")] },
  CodingCourse: { sees: program, told: [...PROGRAM, ...words("language level contactHours")] },
  Cohort: { sees: cohort, told: words("id label term startsOn endsOn capacity program") },
  Indicator: {
    sees: everybody,
    told: words(`id code name definition numerator denominator unit direction type additivity version references
      figures`),
  },
  Figure: {
    sees: subject,
    told: words("id indicator period group cell subjectKind institution partnership program"),
    guarded: { raw: { sees: rawFigures } },
  },
  RawFigure: part("value n x"),
  Cell: part("state value n low high"),
  Period: { sees: everybody, told: words("id kind label startsOn endsOn consortium") },
  StudentGroup: { sees: everybody, told: words("id code dimension label") },
  ApiKey: {
    sees: apiKey,
    told: words(
      `id name prefix scopes issuedAt expiresAt rotatedAt revokedAt lastUsedAt owner organisation roles`,
    ),
  },
  ApiKeyRole: part("role consortium"),
  Person: { sees: person, told: words("id name") },
  RoleGrant: { sees: roleGrant, told: words("id role grantedAt person consortium organisation grantedBy") },
  AuditEntry: {
    sees: auditEntry,
    told: words(
      "id at action actorId actorKind credentialId subject requestId organisation consortium details",
    ),
  },
  AuditDetail: part("name value"),
};
