import type { FollowedFeed } from "../shared/feed/consumer.ts";
import { catchUpOn, follow } from "../shared/feed/consumer.ts";
import type { FeedReader } from "../shared/feed/outbox.ts";
import type { RunningSubgraph } from "../shared/graphql/runtime.ts";
import type { SubgraphExecutor } from "./execution/subgraph-executor.ts";
import type { RunningSubgraphs } from "./embedded.ts";
import type { SubgraphName } from "../shared/config.ts";

/** Milliseconds between two looks at a feed. */
export const FEED_INTERVAL = 500;

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
  for (const { db, feeds } of subscriptionsOf(subgraphs)) await catchUpOn(db, feeds);
}

/**
 * Lets all projections catch up before a mutation is answered: what it hides is hidden everywhere by then. Where
 * they cannot, the mutation is answered as unavailable, though it was made; asked again, it changes nothing and
 * waits again.
 */
export function thenCatchUp(send: SubgraphExecutor, everything: () => Promise<unknown>): SubgraphExecutor {
  return async (request) => {
    const answer = await send(request);
    if (request.operationKind === "mutation") await everything();
    return answer;
  };
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
