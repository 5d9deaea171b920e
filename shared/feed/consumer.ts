import sql, { empty, raw } from "sql-template-tag";
import type { QueryRunner } from "typeorm";
import type { Database, Reader, Transaction } from "../data/database.ts";
import { columns, createTable } from "../data/table.ts";
import type { FeedEvent, FeedReader } from "./outbox.ts";

/** What a subgraph does with another one's feed. */
export interface FeedSubscription {
  /** The subgraph whose feed it is. */
  readonly source: string;
  /** Applies events in their order, in the transaction that moves the position; doing so twice changes nothing. */
  readonly apply: (tx: Transaction, events: readonly FeedEvent[]) => Promise<void>;
  /** Empties the projections that `apply` fills; all events are applied again in the same transaction. */
  readonly forget: (tx: Transaction) => Promise<void>;
}

/** A feed that is followed, and the way to it. */
export interface FollowedFeed {
  readonly subscription: FeedSubscription;
  readonly read: FeedReader;
  /** Called after the feed turned out to be another one than was followed, and everything was applied anew. */
  readonly onRebuilt?: (source: string) => void;
}

/** Where this subgraph stands in each feed it follows; when the event there was recorded, a later migration adds. */
export const feedPositionTable = {
  feed_position: (runner: QueryRunner, table: string) =>
    createTable(runner, table, [columns.code("source", 40, { primary: true }), columns.integer("sequence")]),
};

/** The last event of a feed that has been applied; sequence 0 before the first. */
interface Position {
  readonly sequence: number;
  /** Null before the first event, and where an earlier version applied it. */
  readonly recordedAt: string | null;
}

const EVENTS_AT_ONCE = 500;

/**
 * Applies everything a feed has behind this subgraph's position, and tells how many events those were. Position and
 * effect are one transaction, so a process that dies in between loses nothing and does nothing twice; two consumers
 * at once take turns.
 *
 * The last event that was applied is read again each time. When the source doesn't have it any more, its database was
 * restored or replaced: what it changes now could stand at places that this subgraph believes it has passed. Then
 * the projection is rebuilt from the whole feed, in one transaction, so that nobody sees states that are past.
 */
export async function catchUp(
  db: Database,
  subscription: FeedSubscription,
  read: FeedReader,
  onRebuilt: FollowedFeed["onRebuilt"] = () => {},
): Promise<number> {
  const { source, apply } = subscription;
  let applied = 0;
  for (;;) {
    const position = await positionIn(db, source);
    const isFirst = position.sequence === 0;
    const events = await read(isFirst ? 0 : position.sequence - 1, EVENTS_AT_ONCE);
    if (!isFirst && !isEventAt(position, events[0])) {
      const count = await db.write((tx) => rebuild(tx, position, subscription, read));
      if (count !== null) onRebuilt(source);
      applied += count ?? 0;
      continue;
    }
    const fresh = isFirst ? events : events.slice(1);
    if (fresh.length === 0) return applied;
    applied += await db.write(async (tx) => {
      if (!(await holdPosition(tx, source, position))) return 0;
      await apply(tx, fresh);
      await moveTo(tx, source, fresh[fresh.length - 1]!);
      return fresh.length;
    });
  }
}

const isEventAt = ({ sequence, recordedAt }: Position, event: FeedEvent | undefined): boolean =>
  event?.sequence === sequence && (recordedAt === null || recordedAt === event.recordedAt);

/** Applies a whole feed in place of what was known of it; null when another consumer has moved meanwhile. */
async function rebuild(
  tx: Transaction,
  from: Position,
  { source, apply, forget }: FeedSubscription,
  read: FeedReader,
): Promise<number | null> {
  if (!(await holdPosition(tx, source, from))) return null;
  await forget(tx);
  let [last, count]: [Pick<FeedEvent, "sequence" | "recordedAt">, number] = [{ sequence: 0 }, 0];
  for (;;) {
    const events = await read(last.sequence, EVENTS_AT_ONCE);
    if (events.length === 0) break;
    await apply(tx, events);
    last = events[events.length - 1]!;
    count += events.length;
  }
  await moveTo(tx, source, last);
  return count;
}

async function positionIn(reader: Reader, source: string, lock = empty): Promise<Position> {
  const [row] = await reader.read<{ sequence: number; recorded_at: string | null }>(
    sql`SELECT sequence, recorded_at FROM feed_position WHERE source = ${source} ${lock}`,
  );
  return { sequence: row?.sequence ?? 0, recordedAt: row?.recorded_at ?? null };
}

/** Keeps other consumers from moving until the transaction ends; false when one has moved since it was looked at. */
async function holdPosition(tx: Transaction, source: string, expected: Position): Promise<boolean> {
  const isSqlite = tx.dialect === "sqlite";
  await tx.run(
    sql`INSERT ${raw(isSqlite ? "OR IGNORE" : "IGNORE")} INTO feed_position (source, sequence) VALUES (${source}, 0)`,
  );
  const { sequence, recordedAt } = await positionIn(tx, source, isSqlite ? empty : raw("FOR UPDATE"));
  return sequence === expected.sequence && recordedAt === expected.recordedAt;
}

async function moveTo(
  tx: Transaction,
  source: string,
  { sequence, recordedAt }: Pick<FeedEvent, "sequence" | "recordedAt">,
): Promise<void> {
  await tx.run(
    sql`UPDATE feed_position SET sequence = ${sequence}, recorded_at = ${recordedAt ?? null} WHERE source = ${source}`,
  );
}

/** Applies everything that all the feeds of a subgraph have behind its positions. */
export async function catchUpOn(db: Database, feeds: readonly FollowedFeed[]): Promise<void> {
  for (const { subscription, read, onRebuilt } of feeds) await catchUp(db, subscription, read, onRebuilt);
}

/** Feeds that are being followed. */
export interface Following {
  /** Resolves when each feed has been caught up with once. */
  readonly caughtUp: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Follows feeds until stopped: catches up at once, then again every `interval` milliseconds. A feed that cannot be
 * followed is told of once, and again only after it has worked in between.
 */
export function follow(
  db: Database,
  feeds: readonly FollowedFeed[],
  options: { interval: number; onError: (source: string, error: unknown) => void },
): Following {
  let isStopped = false;
  let wake = () => {};
  const failing = new Set<string>();
  const behind = new Set(feeds.map(({ subscription }) => subscription.source));
  let tellCaughtUp!: () => void;
  const caughtUp = new Promise<void>((resolve) => (tellCaughtUp = resolve));
  const running = (async () => {
    while (!isStopped) {
      for (const { subscription, read, onRebuilt } of feeds) {
        const { source } = subscription;
        await catchUp(db, subscription, read, onRebuilt).then(
          () => {
            failing.delete(source);
            behind.delete(source);
          },
          (error: unknown) => {
            if (!failing.has(source)) options.onError(source, error);
            failing.add(source);
          },
        );
      }
      if (behind.size === 0) tellCaughtUp();
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, options.interval);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (isStopped) wake();
      });
    }
  })();
  return {
    caughtUp,
    async stop() {
      isStopped = true;
      wake();
      await running;
    },
  };
}
