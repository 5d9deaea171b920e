import sql, { raw } from "sql-template-tag";
import type { AuditAction } from "../../../shared/auth/audit.ts";
import { today } from "../../../shared/clock.ts";
import type { Transaction } from "../../../shared/data/database.ts";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { DomainError } from "../../../shared/errors.ts";
import { publish } from "../../../shared/feed/outbox.ts";
import { newId } from "../../../shared/ids.ts";
import { allow, change, changeBy } from "./change.ts";
import type {
  AdmitInstitutionInput,
  ChangeMembershipInput,
  EndMembershipInput,
  InviteInstitutionInput,
} from "./consortium.inputs.ts";
import { DataSharingTier, MembershipStatus } from "./membership.enums.ts";
import { membershipEvent } from "./membership.feed.ts";
import { membershipPolicy } from "./membership.policy.ts";
import { isSameMembership, MEMBERSHIP_COLUMNS, saveMembership } from "./membership.rows.ts";
import type { Membership, MembershipKey } from "./membership.ts";

/** Invites an institution; one that is invited in the same role stays so. */
export function inviteInstitution(ctx: SubgraphContext, input: InviteInstitutionInput): Promise<Membership> {
  const { role } = input;
  return changeMembershipRow(ctx, input, "MEMBERSHIP_INVITED", (before, key) => {
    allow(
      membershipPolicy.invite(ctx.viewer, key),
      "Institutions are invited by an admin of the consortium.",
    );
    if (before?.status === MembershipStatus.ACTIVE) throw conflict("The institution is a member already.");
    if (before?.status === MembershipStatus.INVITED) {
      if (before.role === role) return before;
      throw conflict(
        `The institution is invited as ${before.role}; change that by "changeMembership".`,
        "role",
      );
    }
    return {
      id: newId("Membership"),
      joinedOn: null,
      leftOn: null,
      ...before,
      ...key,
      role,
      status: MembershipStatus.INVITED,
      invitedOn: today(),
      dataSharingTier: DataSharingTier.PROFILE,
    };
  });
}

/** Makes a member of an institution that has been invited; a member that shares the same stays so. */
export function admitInstitution(ctx: SubgraphContext, input: AdmitInstitutionInput): Promise<Membership> {
  const { dataSharingTier } = input;
  return changeMembershipRow(ctx, input, "MEMBERSHIP_ADMITTED", (found, key) => {
    const before = known(ctx, found);
    allow(
      membershipPolicy.admit(ctx.viewer, key),
      "An invitation is accepted by a steward of the institution, or by an operator.",
    );
    allow(
      dataSharingTier === DataSharingTier.PROFILE || membershipPolicy.admitSharing(ctx.viewer, key),
      "What an institution shares is for its stewards to say.",
      "dataSharingTier",
    );
    if (before.status === MembershipStatus.ENDED) throw conflict("The institution is not invited.");
    if (before.status === MembershipStatus.ACTIVE) {
      if (before.dataSharingTier === dataSharingTier) return before;
      throw conflict(
        `The institution is a member already, and shares ${before.dataSharingTier}; change that by "changeMembership".`,
        "dataSharingTier",
      );
    }
    return { ...before, status: MembershipStatus.ACTIVE, joinedOn: today(), leftOn: null, dataSharingTier };
  });
}

/** Changes what an institution is in a consortium, or what it shares there. */
export function changeMembership(ctx: SubgraphContext, input: ChangeMembershipInput): Promise<Membership> {
  const { role, dataSharingTier } = input;
  return changeMembershipRow(ctx, input, "MEMBERSHIP_CHANGED", (found, key) => {
    if (!role && !dataSharingTier) {
      throw new DomainError("BAD_USER_INPUT", `Expected "role", "dataSharingTier" or both; got neither.`, {
        field: "role",
      });
    }
    const before = known(ctx, found);
    allow(
      !role || membershipPolicy.changeRole(ctx.viewer, key),
      "What an institution is in a consortium is for the admins of that to say.",
      "role",
    );
    allow(
      !dataSharingTier || membershipPolicy.changeTier(ctx.viewer, key),
      "What an institution shares is for its stewards to say.",
      "dataSharingTier",
    );
    if (before.status === MembershipStatus.ENDED) throw conflict("The membership has ended.");
    if (dataSharingTier && before.status === MembershipStatus.INVITED) {
      throw conflict("What an institution shares is said when it is admitted.", "dataSharingTier");
    }
    return {
      ...before,
      role: role ?? before.role,
      dataSharingTier: dataSharingTier ?? before.dataSharingTier,
    };
  });
}

/** Ends a membership, or takes an invitation back; one that has ended stays so. */
export function endMembership(ctx: SubgraphContext, input: EndMembershipInput): Promise<Membership> {
  return changeMembershipRow(ctx, input, "MEMBERSHIP_ENDED", (found, key) => {
    const before = known(ctx, found);
    const isInvitation = before.status === MembershipStatus.INVITED;
    const mayEnd = isInvitation ? membershipPolicy.endInvitation : membershipPolicy.end;
    allow(
      mayEnd(ctx.viewer, key),
      "A membership is ended by an admin of the consortium or a steward of the institution.",
    );
    if (before.status === MembershipStatus.ENDED) return before;
    return { ...before, status: MembershipStatus.ENDED, leftOn: isInvitation ? before.leftOn : today() };
  });
}

/**
 * Lets `decide` make of a membership, or of none, what it is to be, and writes and tells of it where that is
 * something else. Two changes at once take turns: the second decides on what the first has left.
 */
function changeMembershipRow(
  ctx: SubgraphContext,
  input: MembershipKey,
  action: AuditAction,
  decide: (before: Membership | null, key: MembershipKey) => Membership,
): Promise<Membership> {
  return change(ctx, async (tx) => {
    const key = await keyOf(tx, input);
    const before = await readLocked(tx, key);
    const after = decide(before, key);
    if (before && isSameMembership(before, after)) return before;
    await saveMembership(tx, after);
    await publish(tx, [membershipEvent(after, changeBy(ctx, action))]);
    return after;
  });
}

/** The two records that an input names, the institution by the id it goes on with. Both are public. */
async function keyOf(
  tx: Transaction,
  { consortiumId, institutionId }: MembershipKey,
): Promise<MembershipKey> {
  const [consortium] = await tx.read(sql`SELECT id FROM consortium WHERE id = ${consortiumId}`);
  if (!consortium) throw missing("There is no consortium with this id.", "consortiumId");
  const [institution] = await tx.read<{ id: string }>(
    sql`SELECT id FROM institution WHERE id = ${institutionId} UNION ALL SELECT id FROM record_alias WHERE alias_id = ${institutionId}`,
  );
  if (!institution) throw missing("There is no institution with this id.", "institutionId");
  return { consortiumId, institutionId: institution.id };
}

async function readLocked(tx: Transaction, key: MembershipKey): Promise<Membership | null> {
  const lock = raw(tx.dialect === "mysql" ? "FOR UPDATE" : "");
  const [row] = await tx.read<Membership>(
    sql`SELECT ${MEMBERSHIP_COLUMNS} FROM membership WHERE consortium_id = ${key.consortiumId} AND institution_id = ${key.institutionId} ${lock}`,
  );
  return row ?? null;
}

/** A membership that the viewer may know of; an invitation that they mustn't looks like none. */
function known({ viewer }: SubgraphContext, found: Membership | null): Membership {
  if (found && (found.joinedOn !== null || membershipPolicy.readInvitation(viewer, found))) return found;
  throw missing("The institution is neither a member of the consortium nor invited.", "institutionId");
}

const missing = (message: string, field: string) => new DomainError("NOT_FOUND", message, { field });
const conflict = (message: string, field = "institutionId") =>
  new DomainError("CONFLICT", message, { field });
