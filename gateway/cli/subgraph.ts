import { ownNonces, sharedNonces } from "../../shared/auth/nonces.ts";
import type { SubgraphName } from "../../shared/config.ts";
import { readConfig, SUBGRAPHS } from "../../shared/config.ts";
import { StartupError } from "../../shared/errors.ts";
import { catchUpOn, follow } from "../../shared/feed/consumer.ts";
import { httpFeed } from "../../shared/feed/http.ts";
import { startSubgraph } from "../../shared/graphql/runtime.ts";
import { serveSubgraph } from "../../shared/graphql/serve.ts";
import { openRedis } from "../../shared/redis.ts";
import { DEFINITIONS } from "../embedded.ts";
import { FEED_INTERVAL, feedsOf } from "../feeds.ts";
import { untilSignalled } from "./signals.ts";

/** `consortia subgraph NAME`: one subgraph with its database as a process of its own. */
export async function subgraph(name: string): Promise<void> {
  if (!isSubgraph(name)) {
    throw new StartupError(`Expected the name of a subgraph (${SUBGRAPHS.join(", ")}); got "${name}".`);
  }
  const config = readConfig();
  const secret = config.gatewaySecret;
  if (!secret) throw new StartupError("A separate subgraph needs GATEWAY_SECRET, the same as its gateway's.");
  const feeds = feedsOf({ definition: DEFINITIONS[name] }, (source) => {
    const url = config.subgraphUrls[source];
    if (!url)
      throw new StartupError(`The subgraph ${name} follows ${source}: set ${source.toUpperCase()}_URL.`);
    return httpFeed(url, source, secret);
  });

  const running = await startSubgraph(DEFINITIONS[name], config.databases[name], { isServer: true });
  const redis = config.redisUrl ? await openRedis(config.redisUrl) : null;
  let isCaughtUp = false;
  const served = await serveSubgraph(running, {
    ...config,
    secret,
    takeNonce: redis ? sharedNonces(redis, name) : ownNonces(),
    catchUp: () => catchUpOn(running.db, feeds),
    isCaughtUp: () => isCaughtUp,
  }).catch(async (error: unknown) => {
    redis?.close();
    await running.close();
    throw error;
  });
  const following = follow(running.db, feeds, {
    interval: FEED_INTERVAL,
    onError: (source, error) =>
      served.server.log.warn({ err: error, source }, "a feed cannot be followed right now"),
  });
  void following.caughtUp.then(() => (isCaughtUp = true));
  // Whoever reads that it listens may tell it to stop at once.
  const told = untilSignalled();
  process.stdout.write(`Subgraph ${name} at ${served.url}/graphql\n`);
  await told;
  await served.close();
  await following.stop();
  await running.close();
  redis?.close();
}

function isSubgraph(name: string): name is SubgraphName {
  return (SUBGRAPHS as readonly string[]).includes(name);
}
