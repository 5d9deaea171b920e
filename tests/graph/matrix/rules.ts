import type { Viewer } from "../../../shared/auth/viewer.ts";
import type { Row, World } from "./world.ts";
import { has } from "./world.ts";

/*
 * Who sees what, said once more: of rows in memory, without a line of the code that says it in SQL. Where the two
 * disagree, one of them is wrong.
 */

export type Sees = (row: Row, viewer: Viewer, world: World) => boolean;

const TIERS = ["PROFILE", "PARTNERSHIPS", "FIGURES"];

const everybody: Sees = () => true;

const isOf = (viewer: Viewer, organisationId: string) => viewer.organisationIds.includes(organisationId);
const isMember = (viewer: Viewer, consortiumId: string) =>
  viewer.consortia.some(({ id }) => id === consortiumId);

/** How far a membership shares: nothing before it has begun and after it has ended. */
const levelOf = ({ status, data_sharing_tier: tier }: Row) => (status === "ACTIVE" ? TIERS.indexOf(tier) : 0);

const partiesOf = ({ id }: Row, world: World) =>
  world.by("partnership_party", "partnership_id", id).map(({ party_id }) => party_id as string);

/** A partnership, or what hangs on it and is shared at a tier of its own. */
const partnershipAt =
  (tier: number): Sees =>
  (row, viewer, world) => {
    const parties = partiesOf(row, world);
    if (row["visibility"] === "PUBLIC" || parties.some((id) => isOf(viewer, id))) return true;
    if (row["visibility"] !== "CONSORTIUM" || !isMember(viewer, row["consortium_id"])) return false;
    const levels = parties.flatMap((id) =>
      world
        .by("membership", "institution_id", id)
        .filter(
          ({ consortium_id, joined_on }) => consortium_id === row["consortium_id"] && joined_on !== null,
        )
        .map(levelOf),
    );
    return levels.length > 0 && Math.min(...levels) >= tier;
  };

const partnership = partnershipAt(1);
const partnershipFigures = partnershipAt(2);

const underPartnership =
  (sees: Sees): Sees =>
  ({ partnership_id }, viewer, world) => {
    const above = world.one("partnership", "id", partnership_id);
    return above !== null && sees(above, viewer, world);
  };

const program = underPartnership(partnership);

const cohort: Sees = ({ program_id }, viewer, world) =>
  program(world.one("program", "id", program_id)!, viewer, world);

const partnerOrganization: Sees = (row, viewer) =>
  row["visibility"] === "PUBLIC" ||
  isOf(viewer, row["id"]) ||
  (row["visibility"] === "CONSORTIUM" && isMember(viewer, row["consortium_id"]));

const contact: Sees = ({ organization_id }, viewer, world) =>
  partnerOrganization(world.one("partner_organization", "id", organization_id)!, viewer, world) &&
  (isOf(viewer, organization_id) ||
    world
      .by("partnership_party", "party_id", organization_id)
      .some(({ partnership_id }) =>
        partiesOf({ id: partnership_id }, world).some((party) => isOf(viewer, party)),
      ));

/** Whether somebody may know of an invitation. */
const invitation: Sees = ({ consortium_id, institution_id }, viewer) =>
  has(viewer, ["CONSORTIUM_ADMIN"], consortium_id) ||
  isOf(viewer, institution_id) ||
  has(viewer, ["OPERATOR"]);

const membership: Sees = (row, viewer, world) => row["joined_on"] !== null || invitation(row, viewer, world);

const sharing: Sees = ({ consortium_id, institution_id }, viewer) =>
  isMember(viewer, consortium_id) || isOf(viewer, institution_id);

/** The figures of a subject. */
const subject: Sees = (row, viewer, world) => {
  if (row["kind"] !== "INSTITUTION" || row["partnership_id"] !== null)
    return underPartnership(partnershipFigures)(row, viewer, world);
  if (row["visibility"] === "PUBLIC" || isOf(viewer, row["subject_id"])) return true;
  return (
    row["visibility"] === "CONSORTIUM" &&
    isMember(viewer, row["consortium_id"]) &&
    world
      .by("membership", "institution_id", row["subject_id"])
      .some((each) => each["consortium_id"] === row["consortium_id"] && levelOf(each) >= 2)
  );
};

const rawFigures: Sees = ({ kind, subject_id, consortium_id }, viewer) =>
  kind === "INSTITUTION" && isOf(viewer, subject_id) && has(viewer, ["STEWARD", "ANALYST"], consortium_id);

const apiKey: Sees = ({ id, owner_id }, viewer, world) =>
  viewer.id !== null &&
  (owner_id === viewer.id ||
    id === viewer.id ||
    world
      .by("api_key_role", "key_id", id)
      .some(({ consortium_id }) => has(viewer, ["CONSORTIUM_ADMIN"], consortium_id)));

const roleGrant: Sees = ({ person_id, consortium_id }, viewer) =>
  viewer.id !== null && (person_id === viewer.id || has(viewer, ["CONSORTIUM_ADMIN"], consortium_id));

/** Somebody is known to themselves, and to whoever sees a role that they have or gave, or a key of theirs. */
const person: Sees = ({ id }, viewer, world) =>
  viewer.id !== null &&
  (id === viewer.id ||
    [...world.by("role_grant", "person_id", id), ...world.by("role_grant", "granted_by_id", id)].some((row) =>
      roleGrant(row, viewer, world),
    ) ||
    world.by("api_key", "owner_id", id).some((row) => apiKey(row, viewer, world)));

/** Of somebody's several organisations they may be the steward of one only. */
const stewards = (viewer: Viewer, organisationId: string, world: World) =>
  isOf(viewer, organisationId) &&
  (viewer.kind === "SERVICE"
    ? has(viewer, ["STEWARD"])
    : world
        .by("role_grant", "person_id", viewer.id)
        .some(
          ({ role, organisation_id, consortium_id }) =>
            role === "STEWARD" &&
            organisation_id === organisationId &&
            has(viewer, ["STEWARD"], consortium_id),
        ));

const auditEntry: Sees = ({ organisation_id, consortium_id }, viewer, world) =>
  (organisation_id !== null && stewards(viewer, organisation_id, world)) ||
  (consortium_id !== null && has(viewer, ["CONSORTIUM_ADMIN"], consortium_id)) ||
  (organisation_id === null && consortium_id === null && has(viewer, ["OPERATOR"]));

/** A record or a part of one as an answer has it. */
export type Shown = Readonly<Record<string, any>>;

/** Who sees the records of a type, each of its fields, and what others are told in a field's place. */
export interface TypeRule {
  readonly sees: Sees;
  /** The row that decides of a record; its own by its id where nothing is said. */
  readonly row?: (shown: Shown, above: Shown, world: World) => Row | null;
  /** The fields that whoever sees the record is told; what they lead to goes by its own rule. */
  readonly told: readonly string[];
  /** The fields that not everybody is told who sees the record. */
  readonly guarded?: Readonly<Record<string, GuardedField>>;
}

export interface GuardedField {
  readonly sees: Sees;
  /** What the others are told; null where nothing is said. */
  readonly instead?: (value: unknown, row: Row, viewer: Viewer, world: World) => unknown;
}

/** Today's parties of a partnership. */
const present = ({ id }: Row, world: World) =>
  world
    .by("partnership_party", "partnership_id", id)
    .filter(({ ends_on }) => ends_on === null || ends_on >= new Date().toISOString().slice(0, 10))
    .map(({ party_id }) => party_id as string);

/** Today's parties of a partnership that sign its agreements. */
const signatories = (row: Row, world: World) =>
  present(row, world).filter((id) =>
    world
      .by("partnership_party", "party_id", id)
      .some((each) => each["partnership_id"] === row["id"] && each["is_signatory"]),
  );

const ofParties: Sees = ({ partnership_id }, viewer, world) =>
  present({ id: partnership_id }, world).some((id) => isOf(viewer, id));

const ofOwnParty: Sees = ({ party_id }, viewer) => isOf(viewer, party_id);
/** Amounts of a partnership: for people of today's parties, and admins of its consortium. */
const amounts: Sees = (row, viewer, world) =>
  ofParties(row, viewer, world) ||
  has(
    viewer,
    ["CONSORTIUM_ADMIN"],
    world.one("partnership", "id", row["partnership_id"])!["consortium_id"] as string,
  );

const AMOUNTS: Readonly<Record<string, readonly string[]>> = {
  contribution:
    words(`valuationMethod currency committedMinor deliveredMinor unit committedQuantity description
    deliveries`),
  benefit: words("valuationMethod currency amountMinor description"),
};

const guardedAmounts = (...fields: readonly string[]): Readonly<Record<string, GuardedField>> =>
  Object.fromEntries(fields.map((field) => [field, { sees: amounts }]));

/** The fields whose changes not everybody sees who sees a record's history, by the kind of the record. */
const GUARDED_CHANGES: Readonly<Record<string, { sees: Sees; fields: readonly string[] }>> = {
  agreement: { sees: ofParties, fields: ["sections", "documents"] },
  contribution: { sees: amounts, fields: AMOUNTS["contribution"]! },
  benefit: { sees: amounts, fields: AMOUNTS["benefit"]! },
  interaction: { sees: ofParties, fields: ["attendees", "decisions", "minutes"] },
  feedback: { sees: ofOwnParty, fields: ["communication", "responsiveness", "value"] },
};

/** The changes of a record, without those of its guarded fields. */
const shownChanges: GuardedField = {
  sees: ({ kind, record_id }, viewer, world) => {
    const guard = GUARDED_CHANGES[kind];
    return !guard || guard.sees(world.one(HISTORIES[kind]!.table, "id", record_id)!, viewer, world);
  },
  instead: (changes, { kind }) =>
    (changes as readonly Shown[]).filter(({ field }) => !GUARDED_CHANGES[kind]!.fields.includes(field)),
};

/** The records that histories are of, by the kind of the record. */
const HISTORIES: Readonly<Record<string, { table: Parameters<World["one"]>[0]; sees: Sees }>> = {
  partnership: { table: "partnership", sees: partnership },
  partner_organization: { table: "partner_organization", sees: partnerOrganization },
  partnership_issue: { table: "partnership_issue", sees: ofParties },
  agreement: { table: "agreement", sees: underPartnership(partnership) },
  interaction: { table: "interaction", sees: program },
  action_item: { table: "action_item", sees: ofParties },
  feedback: { table: "feedback", sees: ofParties },
  contribution: { table: "contribution", sees: underPartnership(partnership) },
  benefit: { table: "benefit", sees: underPartnership(partnership) },
  exchange_rate: { table: "exchange_rate", sees: everybody },
};

const historyEntry: Sees = ({ kind, record_id }, viewer, world) => {
  const { table, sees } = HISTORIES[kind]!;
  return sees(world.one(table, "id", record_id)!, viewer, world);
};

/** Stewards of the institutions among some parties, and people of the partner organisations among them. */
const actsFor = (viewer: Viewer, consortiumId: string, parties: readonly string[]) =>
  parties.some(
    (id) => isOf(viewer, id) && (!id.startsWith("inst_") || has(viewer, ["STEWARD"], consortiumId)),
  );

const OF_PARTNERSHIP = words(`CHANGE_PARTNERSHIP ADVANCE_PARTNERSHIP SUSPEND_PARTNERSHIP DECLINE_PARTNERSHIP
  END_PARTNERSHIP RENEW_PARTNERSHIP JOIN_PARTNERSHIP LEAVE_PARTNERSHIP CHANGE_PARTY_ROLE`);

const OF_PEOPLE = ["LOG_INTERACTION", "ASSIGN_ACTION_ITEM"];
const OF_ACTION_ITEM = words(`CHANGE_ACTION_ITEM COMPLETE_ACTION_ITEM CANCEL_ACTION_ITEM REOPEN_ACTION_ITEM`);

/** A field whose value is worked out for each viewer: what one may do with a record. */
const can = (actions: (row: Row, viewer: Viewer, world: World) => readonly string[]): GuardedField => ({
  sees: () => false,
  instead: (_, row, viewer, world) => (viewer.kind === "VISITOR" ? [] : actions(row, viewer, world)),
});

const canDo = {
  partnership: can((row, viewer, world) => {
    const parties = present(row, world);
    const mayWrite =
      actsFor(viewer, row["consortium_id"], parties) ||
      has(viewer, ["CONSORTIUM_ADMIN"], row["consortium_id"]);
    const isParty = parties.some((id) => isOf(viewer, id));
    const signs = actsFor(viewer, row["consortium_id"], signatories(row, world));
    return [
      ...(mayWrite ? OF_PARTNERSHIP : []),
      ...(isParty ? ["RAISE_PARTNERSHIP_ISSUE", ...OF_PEOPLE] : []),
      ...(isParty && viewer.kind === "PERSON" ? ["GIVE_FEEDBACK"] : []),
      ...(mayWrite ? ["COMMIT_CONTRIBUTION", "RECORD_BENEFIT"] : []),
      ...(signs ? ["DRAFT_AGREEMENT"] : []),
    ];
  }),
  partnerOrganization: can(({ id, consortium_id }, viewer) => {
    const mayChange = isOf(viewer, id) || has(viewer, ["STEWARD", "CONSORTIUM_ADMIN"], consortium_id);
    const isAdmin = has(viewer, ["CONSORTIUM_ADMIN"], consortium_id);
    return [
      ...(mayChange ? ["CHANGE_PARTNER_ORGANIZATION"] : []),
      ...(isAdmin ? ["MERGE_PARTNER_ORGANIZATIONS", "RETIRE_PARTNER_ORGANIZATION"] : []),
    ];
  }),
  agreement: can(({ partnership_id }, viewer, world) => {
    const above = world.one("partnership", "id", partnership_id)!;
    const signs = actsFor(viewer, above["consortium_id"], signatories(above, world));
    return signs ? words("REVISE_AGREEMENT APPROVE_AGREEMENT RENEW_AGREEMENT TERMINATE_AGREEMENT") : [];
  }),
  issue: can(({ partnership_id }, viewer, world) => {
    const above = world.one("partnership", "id", partnership_id)!;
    const parties = present(above, world);
    return [
      ...(parties.some((id) => isOf(viewer, id)) ? ["MITIGATE_PARTNERSHIP_ISSUE"] : []),
      ...(actsFor(viewer, above["consortium_id"], parties) ? ["RESOLVE_PARTNERSHIP_ISSUE"] : []),
    ];
  }),
};

/** What people of a partnership's parties may do with a record of it. */
const canPeople = (...actions: readonly string[]) =>
  can((row, viewer, world) => (ofParties(row, viewer, world) ? actions : []));
const writesOwn = ({ partnership_id, party_id }: Row, viewer: Viewer, world: World): boolean => {
  const above = world.one("partnership", "id", partnership_id)!;
  const isPresent = present(above, world).includes(party_id);
  return (
    has(viewer, ["CONSORTIUM_ADMIN"], above["consortium_id"]) ||
    (isPresent && actsFor(viewer, above["consortium_id"], [party_id]))
  );
};

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** Who has approved the latest version of an agreement, seen from the viewer's side. */
const approvalState: GuardedField = {
  sees: () => false,
  instead(_, row, viewer, world) {
    const all = signatories(world.one("partnership", "id", row["partnership_id"])!, world);
    const kept = typeof row["approvals"] === "string" ? JSON.parse(row["approvals"]) : row["approvals"];
    const approved = all.filter((id) =>
      kept.some((each: Shown) => each["partyId"] === id && each["number"] === row["latest_number"]),
    );
    if (approved.length === 0) return "NONE";
    if (approved.length === all.length && all.length > 1) return "BOTH";
    const own = all.filter((id) => isOf(viewer, id));
    return own.length > 0 && own.every((id) => approved.includes(id)) ? "LOCAL_ONLY" : "PARTNER_ONLY";
  },
};

/** Of a part of an agreement, its agreement decides. */
const ofAgreement = (_: Shown, above: Shown, world: World) => world.one("agreement", "id", above["id"]);

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
