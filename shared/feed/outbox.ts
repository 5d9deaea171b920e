import sql, { join, raw } from "sql-template-tag";
import type { QueryRunner } from "typeorm";
import { insertRows } from "../data/bulk.ts";
import type { Database, Reader, Transaction } from "../data/database.ts";
import { columns, createTable } from "../data/table.ts";
import type { Action } from "../auth/actions.ts";
import type { Viewer } from "../auth/viewer.ts";
import { utcNow } from "../clock.ts";

/** Who made a change, when and why; it goes with the event of the change, and from there into the audit log. */
export interface ChangeNote {
  /** The mutation, as the enum `Action` has it. */
  readonly action: Action;
  readonly actorId: string | null;
  readonly actorKind: Viewer["kind"];
  /** As both databases keep instants. */
  readonly at: string;
  /** The client's request; null where it is not known. */
  readonly requestId: string | null;
  readonly reason: string | null;
  /** The consortium whose admins find the change in the audit log. */
  readonly consortiumId: string | null;
  /** The organization whose stewards find it there. */
  readonly organizationId: string | null;
}

/** Something that changed, as other subgraphs learn of it: the record's whole public state, or that it is gone. */
export interface FeedEvent {
  /** Place in the feed; grows, with gaps. */
  readonly sequence: number;
  /** The kind of record, such as `partnership`. */
  readonly kind: string;
  readonly recordId: string;
  /** Null when the record is gone. */
  readonly payload: Readonly<Record<string, unknown>> | null;
  /** Absent or null where nobody decided on the change: a load, an import, or two records that were merged. */
  readonly change?: ChangeNote | null;
  /** When its source recorded it: tells it from another event that came to have its place after a restore. */
  readonly recordedAt?: string;
}

/** An event as its source publishes it. */
export type NewEvent = Omit<FeedEvent, "sequence" | "recordedAt">;

/** Reads a feed behind a position: in this process or over HTTP. */
export type FeedReader = (after: number, limit: number) => Promise<FeedEvent[]>;

const NUMBERED_AT_ONCE = 2_000;

/** The outbox and the head of its numbering; part of the first migration of each subgraph that publishes. */
export const outboxTables = {
  outbox: (runner: QueryRunner, table: string) =>
    createTable(
      runner,
      table,
      [
        columns.counter("id"),
        columns.integer("sequence", { nullable: true }),
        columns.code("kind", 60),
        columns.id("record_id"),
        columns.longText("payload", { nullable: true }),
        columns.instant("recorded_at"),
      ],
      { indices: [["sequence", "id"]] },
    ),
  async feed_head(runner: QueryRunner, table: string) {
    await createTable(runner, table, [columns.integer("id", { primary: true }), columns.integer("sequence")]);
    const orIgnore = runner.dataSource.options.type === "better-sqlite3" ? "OR IGNORE" : "IGNORE";
    await runner.query(`INSERT ${orIgnore} INTO ${table} (id, sequence) VALUES (1, 0)`);
  },
};

/** Adds changes to the outbox, in the transaction that makes them. */
export async function publish(tx: Transaction, events: Iterable<NewEvent>): Promise<void> {
  const recordedAt = utcNow();
  const names = ["kind", "record_id", "payload", "change_note", "recorded_at"];
  await insertRows(tx, "outbox", names, rows(events, recordedAt));
}

function* rows(events: Iterable<NewEvent>, recordedAt: string) {
  for (const { kind, recordId, payload, change = null } of events) {
    yield {
      kind,
      record_id: recordId,
      payload: payload && JSON.stringify(payload),
      change_note: change && JSON.stringify(change),
      recorded_at: recordedAt,
    };
  }
}

/**
 * The next events of this subgraph's feed. Rows are numbered after their transactions have committed, because the
 * order of an auto-increment key is not the order of commits: a reader that followed the key could pass a row
 * that isn't visible yet and never see it.
 */
export async function readFeed(db: Database, after: number, limit: number): Promise<FeedEvent[]> {
  while ((await pending(db, 1)).length > 0 && (await numberCommitted(db)) === NUMBERED_AT_ONCE);
  const rows = await db.read<OutboxRow>(
    sql`SELECT sequence, kind, record_id, payload, change_note, recorded_at FROM outbox WHERE sequence > ${after} ORDER BY sequence LIMIT ${raw(String(Math.trunc(limit)))}`,
  );
  return rows.map((row) => ({
    sequence: row.sequence,
    kind: row.kind,
    recordId: row.record_id,
    payload: row.payload === null ? null : (JSON.parse(row.payload) as Record<string, unknown>),
    change: row.change_note === null ? null : (JSON.parse(row.change_note) as ChangeNote),
    recordedAt: row.recorded_at,
  }));
}

interface OutboxRow {
  readonly sequence: number;
  readonly kind: string;
  readonly record_id: string;
  readonly payload: string | null;
  readonly change_note: string | null;
  readonly recorded_at: string;
}

function pending(reader: Reader, limit: number): Promise<{ id: number }[]> {
  return reader.read<{ id: number }>(
    sql`SELECT id FROM outbox WHERE sequence IS NULL ORDER BY id LIMIT ${raw(String(limit))}`,
  );
}

/** Numbers what has committed and has no number yet; whoever holds the head's row is the only one who numbers. */
async function numberCommitted(db: Database): Promise<number> {
  return db.write(async (tx) => {
    const lock = raw(tx.dialect === "mysql" ? "FOR UPDATE" : "");
    const [head] = await tx.read<{ sequence: number }>(
      sql`SELECT sequence FROM feed_head WHERE id = 1 ${lock}`,
    );
    const ids = (await pending(tx, NUMBERED_AT_ONCE)).map(({ id }) => id);
    if (ids.length === 0) return 0;
    const shift = head!.sequence + 1 - ids[0]!;
    await tx.run(sql`UPDATE outbox SET sequence = id + ${shift} WHERE id IN (${join(ids)})`);
    await tx.run(sql`UPDATE feed_head SET sequence = ${ids[ids.length - 1]! + shift} WHERE id = 1`);
    return ids.length;
  });
}
