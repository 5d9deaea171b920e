import type { FeedEvent } from "../../../shared/feed/outbox.ts";
import type { Modality, ProgramKind } from "./program.enums.ts";

/** What this subgraph publishes of a program. */
export interface ProgramPayload {
  readonly kind: ProgramKind;
  readonly title: string;
  readonly partnershipId: string;
  readonly providerId: string | null;
  readonly hostId: string | null;
  readonly cip: string | null;
  readonly soc: string | null;
  readonly modality: Modality;
  readonly isPaid: boolean | null;
  readonly startsOn: string;
  readonly endsOn: string | null;
}

/** The event that tells others of a program, whole; whoever writes a program publishes it in the same transaction. */
export function programEvent(program: ProgramPayload & { readonly id: string }): Omit<FeedEvent, "sequence"> {
  const { id, kind, title, partnershipId, providerId, hostId, cip, soc, modality, isPaid, startsOn, endsOn } =
    program;
  return {
    kind: "program",
    recordId: id,
    payload: { kind, title, partnershipId, providerId, hostId, cip, soc, modality, isPaid, startsOn, endsOn },
  };
}
