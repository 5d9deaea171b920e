import type { Viewer } from "../../../shared/auth/viewer.ts";
import type { Row, World } from "./world.ts";
import { has } from "./world.ts";

/*
 * Who sees what, said once more: of rows in memory, without a line of the code that says it in SQL. Where the two
 * disagree, one of them is wrong.
 */

export type Sees = (row: Row, viewer: Viewer, world: World) => boolean;

const TIERS = ["PROFILE", "PARTNERSHIPS", "FIGURES"];

export const everybody: Sees = () => true;

export const isOf = (viewer: Viewer, organisationId: string) =>
  viewer.organisationIds.includes(organisationId);
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

export const partnership = partnershipAt(1);
const partnershipFigures = partnershipAt(2);

export const underPartnership =
  (sees: Sees): Sees =>
  ({ partnership_id }, viewer, world) => {
    const above = world.one("partnership", "id", partnership_id);
    return above !== null && sees(above, viewer, world);
  };

export const program = underPartnership(partnership);

export const cohort: Sees = ({ program_id }, viewer, world) =>
  program(world.one("program", "id", program_id)!, viewer, world);

export const partnerOrganization: Sees = (row, viewer) =>
  row["visibility"] === "PUBLIC" ||
  isOf(viewer, row["id"]) ||
  (row["visibility"] === "CONSORTIUM" && isMember(viewer, row["consortium_id"]));

export const contact: Sees = ({ organization_id }, viewer, world) =>
  partnerOrganization(world.one("partner_organization", "id", organization_id)!, viewer, world) &&
  (isOf(viewer, organization_id) ||
    world
      .by("partnership_party", "party_id", organization_id)
      .some(({ partnership_id }) =>
        partiesOf({ id: partnership_id }, world).some((party) => isOf(viewer, party)),
      ));

/** Whether somebody may know of an invitation. */
export const invitation: Sees = ({ consortium_id, institution_id }, viewer) =>
  has(viewer, ["CONSORTIUM_ADMIN"], consortium_id) ||
  isOf(viewer, institution_id) ||
  has(viewer, ["OPERATOR"]);

export const membership: Sees = (row, viewer, world) =>
  row["joined_on"] !== null || invitation(row, viewer, world);

export const sharing: Sees = ({ consortium_id, institution_id }, viewer) =>
  isMember(viewer, consortium_id) || isOf(viewer, institution_id);

/** The figures of a subject. */
export const subject: Sees = (row, viewer, world) => {
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

export const rawFigures: Sees = ({ kind, subject_id, consortium_id }, viewer) =>
  kind === "INSTITUTION" && isOf(viewer, subject_id) && has(viewer, ["STEWARD", "ANALYST"], consortium_id);

export const apiKey: Sees = ({ id, owner_id }, viewer, world) =>
  viewer.id !== null &&
  (owner_id === viewer.id ||
    id === viewer.id ||
    world
      .by("api_key_role", "key_id", id)
      .some(({ consortium_id }) => has(viewer, ["CONSORTIUM_ADMIN"], consortium_id)));

export const roleGrant: Sees = ({ person_id, consortium_id }, viewer) =>
  viewer.id !== null && (person_id === viewer.id || has(viewer, ["CONSORTIUM_ADMIN"], consortium_id));

/** Somebody is known to themselves, and to whoever sees a role that they have or gave, or a key of theirs. */
export const person: Sees = ({ id }, viewer, world) =>
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

export const auditEntry: Sees = ({ organisation_id, consortium_id }, viewer, world) =>
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
export const present = ({ id }: Row, world: World) =>
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

export const ofParties: Sees = ({ partnership_id }, viewer, world) =>
  present({ id: partnership_id }, world).some((id) => isOf(viewer, id));

export const ofOwnParty: Sees = ({ party_id }, viewer) => isOf(viewer, party_id);
/** Amounts of a partnership: for people of today's parties, and admins of its consortium. */
export const amounts: Sees = (row, viewer, world) =>
  ofParties(row, viewer, world) ||
  has(
    viewer,
    ["CONSORTIUM_ADMIN"],
    world.one("partnership", "id", row["partnership_id"])!["consortium_id"] as string,
  );

export const AMOUNTS: Readonly<Record<string, readonly string[]>> = {
  contribution:
    words(`valuationMethod currency committedMinor deliveredMinor unit committedQuantity description
    deliveries`),
  benefit: words("valuationMethod currency amountMinor description"),
};

export const guardedAmounts = (...fields: readonly string[]): Readonly<Record<string, GuardedField>> =>
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
export const shownChanges: GuardedField = {
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

export const historyEntry: Sees = ({ kind, record_id }, viewer, world) => {
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
export const OF_ACTION_ITEM = words(
  `CHANGE_ACTION_ITEM COMPLETE_ACTION_ITEM CANCEL_ACTION_ITEM REOPEN_ACTION_ITEM`,
);

/** A field whose value is worked out for each viewer: what one may do with a record. */
export const can = (
  actions: (row: Row, viewer: Viewer, world: World) => readonly string[],
): GuardedField => ({
  sees: () => false,
  instead: (_, row, viewer, world) => (viewer.kind === "VISITOR" ? [] : actions(row, viewer, world)),
});

export const canDo = {
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
export const canPeople = (...actions: readonly string[]) =>
  can((row, viewer, world) => (ofParties(row, viewer, world) ? actions : []));
export const writesOwn = ({ partnership_id, party_id }: Row, viewer: Viewer, world: World): boolean => {
  const above = world.one("partnership", "id", partnership_id)!;
  const isPresent = present(above, world).includes(party_id);
  return (
    has(viewer, ["CONSORTIUM_ADMIN"], above["consortium_id"]) ||
    (isPresent && actsFor(viewer, above["consortium_id"], [party_id]))
  );
};

export function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** Who has approved the latest version of an agreement, seen from the viewer's side. */
export const approvalState: GuardedField = {
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
export const ofAgreement = (_: Shown, above: Shown, world: World) =>
  world.one("agreement", "id", above["id"]);
