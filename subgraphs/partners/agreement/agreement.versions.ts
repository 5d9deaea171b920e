import sql, { raw } from "sql-template-tag";
import type { ActionName } from "../../../shared/auth/actions.ts";
import { today, utcNow } from "../../../shared/clock.ts";
import type { Transaction } from "../../../shared/data/database.ts";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { writeChange } from "../../../shared/write/change.ts";
import { conflict } from "../../../shared/write/refuse.ts";
import { insertRecords, readRecords } from "../../../shared/write/rows.ts";
import { agreementKind } from "./agreement.kind.ts";
import type { Agreement } from "./agreement.ts";
import { AgreementVersion } from "./agreement.ts";
import type { Terms } from "./terms.ts";
import { hashed } from "./terms.ts";

/** Versions that an agreement has at most, so that the list of them is read whole. */
export const MOST_VERSIONS = 200;

/** Adds a version of an agreement's terms; it is never changed. */
export async function addVersion(
  { viewer }: SubgraphContext,
  tx: Transaction,
  agreementId: string,
  number: number,
  terms: Terms,
): Promise<void> {
  const version = { agreementId, number, ...hashed(terms), draftedAt: utcNow(), draftedBy: viewer.id };
  await insertRecords(tx, AgreementVersion, [version]);
}

/** The terms of a version of a locked agreement. */
export async function termsOfVersion(tx: Transaction, agreementId: string, number: number): Promise<Terms> {
  const [version] = await tx.read<{ terms: string }>(
    sql`SELECT canonical_terms AS terms FROM agreement_version WHERE agreement_id = ${agreementId} AND number = ${number} ${lockOf(tx)}`,
  );
  return JSON.parse(version!.terms) as Terms;
}

/** A locking read sees what the transaction that held the lock before has committed. */
const lockOf = ({ dialect }: Transaction) => raw(dialect === "mysql" ? "FOR UPDATE" : "");

/** Notes that all parties have approved a version. */
export async function approveVersion(tx: Transaction, agreementId: string, number: number): Promise<void> {
  await tx.run(
    sql`UPDATE agreement_version SET approved_on = ${today()} WHERE agreement_id = ${agreementId} AND number = ${number}`,
  );
}

/** Throws CONFLICT where a locked agreement has a successor that has not been withdrawn. */
export async function refuseRenewedTwice(tx: Transaction, predecessorId: string): Promise<void> {
  const [successor] = await tx.read<{ id: string }>(
    sql`SELECT id FROM agreement WHERE predecessor_id = ${predecessorId} AND terminated_on IS NULL LIMIT 1 ${lockOf(tx)}`,
  );
  if (successor) throw conflict(`It is being renewed already, by the agreement ${successor.id}.`);
}

/** Lets an agreement that all have approved take the place of the one that it renews, on its first day. */
export async function supersedePredecessor(
  ctx: SubgraphContext,
  tx: Transaction,
  { predecessorId, effectiveOn }: Agreement,
  reason: string | null,
): Promise<void> {
  const from = effectiveOn !== null && effectiveOn > today() ? effectiveOn : today();
  await changePredecessor(ctx, tx, { action: "approveAgreement", reason, predecessorId }, () => from);
}

/** Leaves the place to the one that a terminated agreement was to renew, where its first day has not come. */
export async function releasePredecessor(
  ctx: SubgraphContext,
  tx: Transaction,
  { predecessorId }: Agreement,
  reason: string,
): Promise<void> {
  await changePredecessor(
    ctx,
    tx,
    { action: "terminateAgreement", reason, predecessorId },
    ({ supersededOn }) => (supersededOn !== null && supersededOn > today() ? null : supersededOn),
  );
}

async function changePredecessor(
  ctx: SubgraphContext,
  tx: Transaction,
  change: {
    readonly action: ActionName;
    readonly reason: string | null;
    readonly predecessorId: string | null;
  },
  supersededOn: (before: Agreement) => string | null,
): Promise<void> {
  const { action, reason, predecessorId } = change;
  if (predecessorId === null) return;
  const { source } = agreementKind;
  const found = await readRecords<Agreement>(tx, source, ctx.viewer, [predecessorId], { isLocked: true });
  const before = found.get(predecessorId)!;
  const decided = { ...before, supersededOn: supersededOn(before) };
  if (decided.supersededOn === before.supersededOn) return;
  await writeChange(ctx, tx, agreementKind, { action, reason, before, decided });
}
