import type { FeedReader } from "../shared/feed/outbox.ts";
import type { FeedSubscription } from "../shared/feed/consumer.ts";
import { catchUp, follow } from "../shared/feed/consumer.ts";
import type { RunningSubgraph } from "../shared/graphql/runtime.ts";
import type { RunningSubgraphs } from "./embedded.ts";
import type { SubgraphName } from "../shared/config.ts";

/** Milliseconds between two looks at a feed. */
export const FEED_INTERVAL = 500;

/** A feed that is followed, and how it is read. */
interface FollowedFeed {
  readonly subscription: FeedSubscription;
  readonly read: FeedReader;
}

/** The feeds that a subgraph follows, each read as `readerOf` says. */
export const feedsOf = (
  { definition }: Pick<RunningSubgraph, "definition">,
  readerOf: (source: SubgraphName) => FeedReader,
): FollowedFeed[] =>
  (definition.subscriptions ?? []).map((subscription) => ({
    subscription,
    read: readerOf(subscription.source as SubgraphName),
  }));

/** The feeds that the subgraphs of this process follow, each read straight from its owner's outbox. */
function subscriptionsOf(subgraphs: RunningSubgraphs) {
  return Object.values(subgraphs).map((subgraph) => ({
    db: subgraph.db,
    feeds: feedsOf(subgraph, (source) => subgraphs[source].readFeed),
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
    follow(db, feeds, { interval: FEED_INTERVAL, onError }),
  );
  return {
    async stop() {
      await Promise.all(running.map((each) => each.stop()));
    },
  };
}
