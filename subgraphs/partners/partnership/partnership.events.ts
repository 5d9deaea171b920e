import type { Transaction } from "../../../shared/data/database.ts";
import { publish } from "../../../shared/feed/outbox.ts";
import { deriveSharing } from "../../../shared/projection/sharing.ts";
import { eventOf } from "../../../shared/write/change.ts";
import { readAll } from "../../../shared/write/rows.ts";
import { partnershipKind } from "./partnership.kind.ts";
import { PARTNERSHIPS } from "./partnership.list.ts";
import { Partnership } from "./partnership.ts";

/** Tells others once more of partnerships whose parties others than their own mutations have changed. */
export async function republishPartnerships(tx: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await deriveSharing(tx, PARTNERSHIPS, ids);
  for (const record of await readAll<Partnership>(tx, Partnership, ids)) {
    await publish(tx, [await eventOf(tx, partnershipKind, record)]);
  }
}
