import type { ActionName } from "../auth/actions.ts";
import { actionOf } from "../auth/actions.ts";
import type { Viewer } from "../auth/viewer.ts";
import { utcNow } from "../clock.ts";
import type { Reader, Transaction } from "../data/database.ts";
import type { SubgraphContext } from "../data/loaders.ts";
import { DomainError } from "../errors.ts";
import type { ChangeNote, NewEvent } from "../feed/outbox.ts";
import { publish } from "../feed/outbox.ts";
import { newId } from "../ids.ts";
import { keepHistory } from "./history.ts";
import { claimKey } from "./idempotency.ts";
import type { ChangedRecordInput, NewRecordInput } from "./inputs.ts";
import type { Policy, RecordKind, VersionedRecord } from "./record-kind.ts";
import { normalized } from "./check.ts";
import { badInput, conflict, notFound } from "./refuse.ts";
import { REASON_LENGTH } from "./tables.ts";
import { changesBetween, contentOf, insertRecords, readRecords, updateRecord } from "./rows.ts";

/** A record without what the write path itself decides on. */
export type Content<T> = Omit<T, "version" | "createdAt" | "updatedAt">;

/** Throws FORBIDDEN, with the policy's own sentence, unless the viewer may do something. */
export function allow<Facts>(policy: Policy<Facts>, action: ActionName, viewer: Viewer, facts: Facts): void {
  const rule = policy[action];
  if (!rule) throw new Error(`No policy says who may ${action}.`);
  if (!rule.may(viewer, facts)) throw new DomainError("FORBIDDEN", `This is for others: ${rule.who}`);
}

/** Runs work that changes something in one transaction that may be retried; visitors change nothing. */
async function write<T>(ctx: SubgraphContext, work: (tx: Transaction) => Promise<T>): Promise<T> {
  if (ctx.viewer.kind === "VISITOR") {
    throw new DomainError("UNAUTHENTICATED", "Expected credentials: visitors change nothing.");
  }
  const result = await ctx.db.write(work);
  // Fields that are resolved after this one have to see the change.
  ctx.loaders.forget();
  return result;
}

/** The fields of a changing mutation's input that the write path looks at. */
type ChangeOf = Pick<ChangedRecordInput, "id" | "reason"> & Partial<Pick<ChangedRecordInput, "version">>;

/** The reason for a change as the history keeps it: trimmed, of a length that it has room for. */
function reasonOf({ reason }: Pick<ChangedRecordInput, "reason">): string | null {
  const text = reason == null ? "" : normalized(reason);
  if (text.length > REASON_LENGTH) {
    throw badInput("reason", `at most ${REASON_LENGTH} characters`, `${text.length} characters`);
  }
  return text || null;
}

/** What a creating mutation is told and decides on. */
export interface Creation<T, Parent> {
  readonly action: ActionName;
  readonly input: NewRecordInput;
  /** Checks who may do it, before anything of the input is looked at; answers what the new record hangs on. */
  readonly authorize: (tx: Transaction) => Promise<Parent>;
  /** The new record, of a parent. */
  readonly make: (id: string, parent: Parent, tx: Transaction) => Content<T> | Promise<Content<T>>;
  /** Writes further rows that belong to the record, once it is there. */
  readonly attach?: (id: string, tx: Transaction, parent: Parent) => Promise<void>;
}

/**
 * Creates one record, with its history and its event, in one transaction; answers its id. Asked again with the same
 * idempotency key and input, it answers the id of the record that is there, if the viewer may still create one.
 */
export function createRecord<T extends VersionedRecord, Facts, Parent>(
  ctx: SubgraphContext,
  kind: RecordKind<T, Facts>,
  { action, input, authorize, make, attach }: Creation<T, Parent>,
): Promise<string> {
  return write(ctx, async (tx) => {
    const parent = await authorize(tx);
    const id = newId(kind.type);
    const { idempotencyKey: key } = input;
    const reason = reasonOf(input);
    if (key != null) {
      const earlier = await claimKey(tx, ctx.viewer.id!, key, { action, input, recordId: id });
      if (earlier !== null) return earlier;
    }
    const record = { ...(await make(id, parent, tx)), version: 1 } as unknown as T;
    await insertRecords(tx, kind.source.record, [record]);
    await attach?.(id, tx, parent);
    await tellOf(ctx, tx, kind, { action, reason, before: null, after: record });
    return id;
  });
}

/**
 * Changes one record, with its history and its event, in one transaction; answers its id. The record is locked, shown
 * only as far as the viewer may see it, held against the policy and against the version that the change was made on;
 * `decide` then gives the record as it is to be. Giving the same object back changes nothing. An input without a
 * version leaves it to `decide` to find out whether somebody was first.
 */
export function changeRecord<T extends VersionedRecord, Facts>(
  ctx: SubgraphContext,
  kind: RecordKind<T, Facts>,
  { action, input }: { readonly action: ActionName; readonly input: ChangeOf },
  decide: (before: T, facts: Facts, tx: Transaction) => T | Promise<T>,
): Promise<string> {
  return write(ctx, async (tx) => {
    const found = await lockRecord(ctx, tx, kind, action, input.id);
    const { record: before, facts } = found;
    if (input.version !== undefined && before.version !== input.version) {
      throw conflict(
        `Somebody has changed it: expected version ${before.version}; got ${input.version}. Read it again.`,
        { field: "version", version: before.version },
      );
    }
    const parts = await kind.parts?.(tx, before);
    const decided = await decide(before, facts, tx);
    if (decided === before) return before.id;
    await writeChange(ctx, tx, kind, { action, reason: reasonOf(input), before, decided, parts });
    return before.id;
  });
}

/** A change of a locked record that has been decided on. */
interface DecidedChange<T> {
  readonly action: ActionName;
  readonly reason: string | null;
  readonly before: T;
  readonly decided: T;
  /** The record's parts as they were. */
  readonly parts?: object | undefined;
}

/**
 * Writes the next version of a locked record, with its history and its event; also of a record that changes along
 * with the one that a mutation is about.
 */
export async function writeChange<T extends VersionedRecord, Facts>(
  ctx: SubgraphContext,
  tx: Transaction,
  kind: RecordKind<T, Facts>,
  { action, reason, before, decided, parts }: DecidedChange<T>,
): Promise<void> {
  const after = { ...decided, version: before.version + 1 };
  await updateRecord(tx, kind.source.record, before, after);
  await tellOf(ctx, tx, kind, { action, reason, before: { ...before, ...parts }, after });
}

/** A record of a kind that a mutation changes or adds to, locked; throws NOT_FOUND and FORBIDDEN. */
export async function lockRecord<T extends VersionedRecord, Facts>(
  { viewer }: SubgraphContext,
  tx: Transaction,
  kind: RecordKind<T, Facts>,
  action: ActionName,
  id: string,
  field = "id",
): Promise<{ record: T; facts: Facts }> {
  const record = (await readRecords<T>(tx, kind.source, viewer, [id], { isLocked: true })).get(id);
  if (!record) throw notFound(`There is no ${kind.type} with this id that you may see.`, field);
  const [facts] = await kind.facts(tx, [record]);
  allow(kind.policy, action, viewer, facts!);
  return { record, facts: facts! };
}

/** One change of one record. */
interface RecordChange<T> {
  readonly action: ActionName;
  readonly reason: string | null;
  /** With its parts as they were; null for a new record. */
  readonly before: object | null;
  readonly after: T;
}

/** Tells of a change that has been written: in the history, and in the feed. */
async function tellOf<T extends VersionedRecord, Facts>(
  { viewer, requestId }: SubgraphContext,
  tx: Transaction,
  kind: RecordKind<T, Facts>,
  { action, reason, before, after }: RecordChange<T>,
): Promise<void> {
  const { source, name } = kind;
  const [facts] = await kind.facts(tx, [after]);
  const { scopeId = after.id, consortiumId, organizationId } = kind.context(after, facts!);
  const parts = (await kind.parts?.(tx, after)) ?? {};
  const content = contentOf(source.record);
  const state = { ...after, ...parts } as Record<string, unknown>;
  const changes = changesBetween([...content, ...Object.keys(parts)], before, state);
  const note: ChangeNote = {
    action: actionOf(action),
    actorId: viewer.id,
    actorKind: viewer.kind,
    at: utcNow(),
    requestId,
    reason,
    consortiumId,
    organizationId,
  };
  await keepHistory(tx, { kind: name, recordId: after.id, scopeId, version: after.version, changes, note });
  await publish(tx, [{ ...(await eventOf(tx, kind, after, parts)), change: note }]);
}

/** The event that tells others of a record: its columns but for those that are not published, and its parts. */
export async function eventOf<T extends VersionedRecord, Facts>(
  reader: Reader,
  kind: RecordKind<T, Facts>,
  record: T,
  known?: Readonly<Record<string, unknown>>,
): Promise<NewEvent> {
  const { source, name, unpublished = [], parts } = kind;
  const published = contentOf(source.record).filter(
    (each) => !(unpublished as readonly string[]).includes(each),
  );
  const state = record as unknown as Record<string, unknown>;
  const payload = Object.fromEntries(published.map((each) => [each, state[each]]));
  const whole = { ...payload, version: record.version, ...(known ?? (await parts?.(reader, record))) };
  return { kind: name, recordId: record.id, payload: whole };
}
