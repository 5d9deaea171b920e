import type { FeedReader } from "../shared/feed/outbox.ts";
import type { FeedSubscription } from "../shared/feed/consumer.ts";
import { catchUp, follow } from "../shared/feed/consumer.ts";
import type { RunningSubgraphs } from "./embedded.ts";
import type { SubgraphName } from "../shared/config.ts";

const INTERVAL = 500;

/** The feeds that the subgraphs of this process follow, each read straight from its owner's outbox. */
function subscriptionsOf(subgraphs: RunningSubgraphs) {
  return Object.values(subgraphs).map(({ db, definition }) => ({
    db,
    feeds: (definition.subscriptions ?? []).map(
      (subscription): { subscription: FeedSubscription; read: FeedReader } => ({
        subscription,
        read: subgraphs[subscription.source as SubgraphName].readFeed,
      }),
    ),
  }));
}

/** Applies everything that has been published so far; returns when all projections are up to date. */
export async function catchUpAll(subgraphs: RunningSubgraphs): Promise<void> {
  for (const { db, feeds } of subscriptionsOf(subgraphs)) {
    for (const { subscription, read } of feeds) await catchUp(db, subscription, read);
  }
}

/** Follows all feeds of this process until stopped. */
export function followAll(
  subgraphs: RunningSubgraphs,
  onError: (source: string, error: unknown) => void,
): { stop(): Promise<void> } {
  const running = subscriptionsOf(subgraphs).map(({ db, feeds }) =>
    follow(db, feeds, { interval: INTERVAL, onError }),
  );
  return {
    async stop() {
      await Promise.all(running.map((each) => each.stop()));
    },
  };
}
