import type { FeedEvent } from "../../../shared/feed/outbox.ts";
import type { AuditedChange, MembershipPayload } from "../../../shared/projection/membership.ts";
import type { Consortium } from "./consortium.ts";
import type { Membership } from "./membership.ts";

type Event = Omit<FeedEvent, "sequence">;

/** The event that tells others of a membership, whole; whoever writes one publishes it in the same transaction. */
export function membershipEvent(
  membership: Omit<MembershipPayload, "change"> & Pick<Membership, "id">,
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
    recordId: membership.id,
    payload: { ...payload },
  };
}

/** The event that tells others that a membership is gone, as when its institution was merged into another. */
export function membershipGone({ id }: Pick<Membership, "id">): Event {
  return { kind: "membership", recordId: id, payload: null };
}

/** The event that tells others of a consortium. */
export function consortiumEvent(
  { id, name }: Pick<Consortium, "id" | "name">,
  change: AuditedChange | null,
): Event {
  return { kind: "consortium", recordId: id, payload: { name, change } };
}
