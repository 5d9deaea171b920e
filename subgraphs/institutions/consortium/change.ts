import type { AuditAction } from "../../../shared/auth/audit.ts";
import { utcNow } from "../../../shared/clock.ts";
import type { Transaction } from "../../../shared/data/database.ts";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { DomainError } from "../../../shared/errors.ts";
import type { AuditedChange } from "../../../shared/projection/membership.ts";

/** Makes a change, which only somebody who has signed in can; what is read after it is read anew. */
export async function change<T>(
  { db, viewer, loaders }: SubgraphContext,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  if (viewer.kind === "VISITOR") {
    throw new DomainError("UNAUTHENTICATED", "Expected credentials: visitors change nothing.");
  }
  const changed = await db.write(work);
  loaders.forget();
  return changed;
}

/** Who makes a change, as the event of it says. */
export const changeBy = ({ viewer, requestId }: SubgraphContext, action: AuditAction): AuditedChange => ({
  action,
  actorId: viewer.id,
  actorKind: viewer.kind,
  at: utcNow(),
  requestId,
});

/** Refuses what a viewer may not do. */
export function allow(isAllowed: boolean, message: string, field?: string): void {
  if (!isAllowed) throw new DomainError("FORBIDDEN", message, field ? { field } : {});
}
