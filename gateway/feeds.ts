import type { FollowedFeed } from "../shared/feed/consumer.ts";
import { catchUpOn, follow } from "../shared/feed/consumer.ts";
import type { FeedReader } from "../shared/feed/outbox.ts";
import type { RunningSubgraph } from "../shared/graphql/runtime.ts";
import type { SubgraphExecutor, SubgraphResponse } from "./execution/subgraph-executor.ts";
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
    onRebuilt: (source) =>
      process.stderr.write(
        `The database of ${source} is not the one that ${definition.name} followed (restored, perhaps): its feed was read from the start, and what ${definition.name} knows of it rebuilt.\n`,
      ),
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
 * they cannot, the mutation is answered as unavailable, and that it was made; asked again, it changes nothing and
 * waits again.
 */
export function thenCatchUp(send: SubgraphExecutor, everything: () => Promise<unknown>): SubgraphExecutor {
  return async (request) => {
    const answer = await send(request);
    if (request.operationKind !== "mutation") return answer;
    try {
      await everything();
    } catch (cause) {
      const isMade = Object.values(answer.data ?? {}).some((value) => value !== null);
      if (!isMade) return answer;
      return unavailable(
        "The change was made, but a part of the graph cannot apply it yet and may still answer as it was before.",
        cause,
      );
    }
    return answer;
  };
}

/** Answers as unavailable until all projections have caught up once: before, lists would miss records silently. */
export function onceReady(send: SubgraphExecutor, isReady: () => boolean): SubgraphExecutor {
  return async (request) =>
    isReady()
      ? send(request)
      : unavailable("The platform has just started and is not ready yet: try again in a moment.");
}

const unavailable = (message: string, cause?: unknown): SubgraphResponse => ({
  data: null,
  errors: [{ message, extensions: { code: "UNAVAILABLE" }, cause }],
});

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
