import type { FeedEvent } from "../../../shared/feed/outbox.ts";
import type { AuditedChange, MembershipPayload } from "../../../shared/projection/membership.ts";
import { membershipEventId } from "../../../shared/projection/membership.ts";
import type { Consortium } from "./consortium.ts";
import type { MembershipKey } from "./membership.ts";

type Event = Omit<FeedEvent, "sequence">;

/** The event that tells others of a membership, whole; whoever writes one publishes it in the same transaction. */
export function membershipEvent(
  membership: Omit<MembershipPayload, "change">,
  change: AuditedChange | null,
): Event {
  const { consortiumId, institutionId, role, status, joinedOn, leftOn, dataSharingTier } = membership;
  const payload: MembershipPayload = {
    consortiumId,
    institutionId,
    role,
    status,
    joinedOn,
    leftOn,
    dataSharingTier,
    change,
  };
  return {
    kind: "membership",
    recordId: membershipEventId(consortiumId, institutionId),
    payload: { ...payload },
  };
}

/** The event that tells others that a membership is gone, as when its institution was merged into another. */
export function membershipGone({ consortiumId, institutionId }: MembershipKey): Event {
  return {
    kind: "membership",
    recordId: membershipEventId(consortiumId, institutionId),
    payload: null,
  };
}

/** The event that tells others of a consortium. */
export function consortiumEvent(
  { id, name }: Pick<Consortium, "id" | "name">,
  change: AuditedChange | null,
): Event {
  return { kind: "consortium", recordId: id, payload: { name, change } };
}
