import sql, { raw } from "sql-template-tag";
import type { QueryRunner } from "typeorm";
import type { Database, Transaction } from "../data/database.ts";
import { columns, createTable } from "../data/table.ts";
import type { FeedEvent, FeedReader } from "./outbox.ts";

/** What a subgraph does with another one's feed. */
export interface FeedSubscription {
  /** The subgraph whose feed it is. */
  readonly source: string;
  /** Applies events in their order, in the transaction that moves the position; doing so twice changes nothing. */
  readonly apply: (tx: Transaction, events: readonly FeedEvent[]) => Promise<void>;
}

/** A feed that is followed, and the way to it. */
export interface FollowedFeed {
  readonly subscription: FeedSubscription;
  readonly read: FeedReader;
}

/** Where this subgraph stands in each feed it follows. */
export const feedPositionTable = {
  feed_position: (runner: QueryRunner, table: string) =>
    createTable(runner, table, [columns.code("source", 40, { primary: true }), columns.integer("sequence")]),
};

const EVENTS_AT_ONCE = 500;

/**
 * Applies everything a feed has behind this subgraph's position. Position and effect are one transaction, so a
 * process that dies in between loses nothing and does nothing twice; two consumers at once take turns.
 */
export async function catchUp(
  db: Database,
  { source, apply }: FeedSubscription,
  read: FeedReader,
): Promise<number> {
  let applied = 0;
  for (;;) {
    const events = await read(await positionIn(db, source), EVENTS_AT_ONCE);
    if (events.length === 0) return applied;
    applied += await db.write((tx) => applyBehind(tx, source, events, apply));
  }
}

async function positionIn(db: Database, source: string): Promise<number> {
  const [row] = await db.read<{ sequence: number }>(
    sql`SELECT sequence FROM feed_position WHERE source = ${source}`,
  );
  return row?.sequence ?? 0;
}

async function applyBehind(
  tx: Transaction,
  source: string,
  events: readonly FeedEvent[],
  apply: FeedSubscription["apply"],
): Promise<number> {
  const isSqlite = tx.dialect === "sqlite";
  await tx.run(
    sql`INSERT ${raw(isSqlite ? "OR IGNORE" : "IGNORE")} INTO feed_position (source, sequence) VALUES (${source}, 0)`,
  );
  const [row] = await tx.read<{ sequence: number }>(
    sql`SELECT sequence FROM feed_position WHERE source = ${source} ${raw(isSqlite ? "" : "FOR UPDATE")}`,
  );
  const fresh = events.filter((event) => event.sequence > row!.sequence);
  if (fresh.length === 0) return 0;
  await apply(tx, fresh);
  await tx.run(
    sql`UPDATE feed_position SET sequence = ${fresh[fresh.length - 1]!.sequence} WHERE source = ${source}`,
  );
  return fresh.length;
}

/** Applies everything that all the feeds of a subgraph have behind its positions. */
export async function catchUpOn(db: Database, feeds: readonly FollowedFeed[]): Promise<void> {
  for (const { subscription, read } of feeds) await catchUp(db, subscription, read);
}

/**
 * Follows feeds until stopped: catches up at once, then again every `interval` milliseconds. A feed that cannot be
 * followed is told of once, and again only after it has worked in between.
 */
export function follow(
  db: Database,
  feeds: readonly FollowedFeed[],
  options: { interval: number; onError: (source: string, error: unknown) => void },
): { stop(): Promise<void> } {
  let isStopped = false;
  let wake = () => {};
  const failing = new Set<string>();
  const running = (async () => {
    while (!isStopped) {
      for (const { subscription, read } of feeds) {
        const { source } = subscription;
        await catchUp(db, subscription, read).then(
          () => failing.delete(source),
          (error: unknown) => {
            if (!failing.has(source)) options.onError(source, error);
            failing.add(source);
          },
        );
      }
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
    async stop() {
      isStopped = true;
      wake();
      await running;
    },
  };
}
