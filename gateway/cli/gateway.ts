import { unwatchFile, watchFile } from "node:fs";
import { join } from "node:path";
import type { Config, SubgraphName } from "../../shared/config.ts";
import { readConfig, SUBGRAPHS } from "../../shared/config.ts";
import { StartupError } from "../../shared/errors.ts";
import { catchUpOn, follow } from "../../shared/feed/consumer.ts";
import { catchUpOverHttp, httpFeed } from "../../shared/feed/http.ts";
import { startSubgraph } from "../../shared/graphql/runtime.ts";
import { openSpending } from "../budget/spending.ts";
import { serveErrorPages } from "../error-pages.ts";
import { FEED_INTERVAL, feedsOf, onceReady, thenCatchUp } from "../feeds.ts";
import { introspectors } from "../identity/introspectors.ts";
import { createSignIn } from "../identity/sign-in.ts";
import { createTokenSignIn } from "../identity/token-sign-in.ts";
import { createTokenVerifier } from "../identity/tokens.ts";
import { DEFAULT_LIMITS } from "../limits/limits.ts";
import { createAuditLog, recordReads } from "../platform/audit.ts";
import { withPlatform } from "../platform/platform.ts";
import { platform } from "../platform/subgraph.ts";
import type { Gateway } from "../server.ts";
import { createGateway } from "../server.ts";
import { withAudit } from "../subgraphs/audited.ts";
import { createHttpSubgraphs } from "../subgraphs/http.ts";
import type { SubscriptionProtocol } from "../subgraphs/subscribe.ts";
import { createSubscriber } from "../subgraphs/subscribe.ts";
import { trustedBy } from "../trusted/manifest.ts";
import { readSupergraph, subgraphUrls } from "../supergraph.ts";
import type { CommandContext } from "./main.ts";
import { untilSignalled } from "./signals.ts";

/** How often a supergraph file is looked at, in milliseconds. */
const LOOK_EVERY = 1_000;

/** What the command line says. */
export interface GatewayFlags {
  readonly supergraph?: string;
  readonly port?: string;
  readonly plans?: boolean;
  readonly overrideLabel?: string[];
  readonly passHeader?: string[];
  readonly limits?: boolean;
  readonly maskErrors?: boolean;
  readonly subscribeBy?: SubscriptionProtocol;
}

/** `consortia gateway`: over our separate subgraphs, or with `--supergraph` over anybody's. */
export async function gateway({ root }: CommandContext, options: GatewayFlags): Promise<void> {
  const config = readConfig({ PORT: options.port });
  const running = options.supergraph
    ? await startOverFile(options.supergraph, config, options)
    : await startOverSubgraphs(root, config);
  // Whoever reads that it listens may tell it to stop at once.
  const told = untilSignalled();
  process.stdout.write(`Gateway at ${running.url}/graphql\nExplorer at ${running.url}/explorer\n`);
  await told;
  await running.close();
}

/**
 * Any supergraph: no subgraph, database or sign-in of ours, and nothing of ours added to requests. When the file
 * changes the gateway goes over to it while serving; with a bad one it goes on as it was, and says so.
 */
async function startOverFile(file: string, config: Config, options: GatewayFlags): Promise<Gateway> {
  const supergraphSdl = readSupergraph(file);
  let urls = addressesIn(supergraphSdl, file);
  const http = createHttpSubgraphs({ urls, secret: null });
  const running = await createGateway({
    ...config,
    supergraphSdl,
    subgraph: http.execute,
    subscribe: createSubscriber((subgraph) => urls[subgraph]!, options.subscribeBy),
    overrideLabels: options.overrideLabel ?? [],
    passHeaders: options.passHeader ?? [],
    isForeign: true,
    trusted: trustedBy(config),
    ...(config.issuers.length > 0
      ? { signIn: createTokenSignIn(createTokenVerifier({ issuers: config.issuers })) }
      : {}),
    limits: options.limits ? DEFAULT_LIMITS : null,
    masksErrors: options.maskErrors ?? false,
    mayExplain: () => options.plans ?? false,
  }).catch((error: unknown) => {
    if (error instanceof StartupError) throw error;
    const [reason] = (error as Error).message.split("\n");
    throw new StartupError(`${file} is not a supergraph that can be served: ${reason}`, { cause: error });
  });
  const reload = async () => {
    try {
      const next = readSupergraph(file);
      const addresses = addressesIn(next, file);
      await running.reload(next);
      http.moveTo((urls = addresses));
      process.stdout.write(`Serving ${file} as it is now.\n`);
    } catch (error) {
      const [reason] = (error as Error).message.split("\n");
      process.stderr.write(
        `${file} has changed and cannot be served; going on with what it was: ${reason}\n`,
      );
    }
  };
  // One after the other, so that the last state of the file is the one that is served.
  let reloaded = Promise.resolve();
  const onChange = () => void (reloaded = reloaded.then(reload));
  watchFile(file, { interval: LOOK_EVERY }, onChange);
  return closing(running, async () => {
    unwatchFile(file, onChange);
    await http.close();
  });
}

/** The address of every subgraph that a supergraph names. */
function addressesIn(supergraphSdl: string, file: string): Record<string, string> {
  const urls = subgraphUrls(supergraphSdl, file);
  for (const [name, url] of Object.entries(urls)) {
    if (!URL.canParse(url)) {
      throw new StartupError(
        `${file} does not say where the subgraph ${name} is reached: expected an address in its join__graph; got "${url}".`,
      );
    }
  }
  return urls;
}

/** Our four subgraphs, each reached by its own setting; the platform's own subgraph is part of the gateway. */
async function startOverSubgraphs(root: string, config: Config): Promise<Gateway> {
  const { gatewaySecret: secret } = config;
  const missing = SUBGRAPHS.filter((name) => !config.subgraphUrls[name]);
  if (missing.length > 0 || !secret) {
    const wanted = [
      ...missing.map((name) => `${name.toUpperCase()}_URL`),
      ...(secret ? [] : ["GATEWAY_SECRET"]),
    ];
    throw new StartupError(
      `A gateway over separate subgraphs needs ${wanted.join(", ")}; for another supergraph say --supergraph FILE.`,
    );
  }
  const urls = config.subgraphUrls as Record<SubgraphName, string>;
  const own = await startSubgraph(platform, config.databases.platform, { isServer: true });
  const { spending, close: closeSpending } = await openSpending(config);
  const http = createHttpSubgraphs({ urls, secret });
  const feeds = feedsOf(own, (source) => httpFeed(urls[source], source, secret));
  const { signIn, forget } = createSignIn({
    db: own.db,
    tokens: createTokenVerifier({ issuers: config.issuers }),
  });
  const catchUpEverywhere = async () => {
    const others = Object.entries(urls).map(([name, url]) => catchUpOverHttp(url, name, secret));
    await Promise.all([catchUpOn(own.db, feeds), ...others]);
    // A membership that has ended gives no role to anybody before that is answered.
    forget();
  };
  let isCaughtUp = false;
  const audit = createAuditLog(own.db);
  const send = thenCatchUp(withAudit(http.execute, recordReads(audit)), catchUpEverywhere);
  const closeAll = async () => {
    await http.close();
    await own.close();
    closeSpending();
  };
  try {
    const running = await createGateway({
      ...config,
      supergraphSdl: readSupergraph(join(root, "schema", "supergraph.graphql")),
      subgraph: onceReady(withPlatform(send, own, forget), () => isCaughtUp),
      signIn,
      spending,
      audit,
      trusted: trustedBy(config),
      mayIntrospect: introspectors(config),
      serveAlso: (server) => serveErrorPages(server, root),
      isReady: async () => {
        const answers = await Promise.all([own.isReady(), ...Object.values(urls).map(isReady)]);
        return isCaughtUp && answers.every(Boolean);
      },
    });
    const following = follow(own.db, feeds, {
      interval: FEED_INTERVAL,
      onError: (source, error) =>
        running.server.log.warn({ err: error, source }, "a feed cannot be followed right now"),
    });
    void following.caughtUp.then(() => {
      // Whoever signed in before may have been given the roles of a membership that had ended.
      forget();
      isCaughtUp = true;
    });
    return closing(running, async () => {
      await following.stop();
      await closeAll();
    });
  } catch (error) {
    await closeAll();
    throw error;
  }
}

const isReady = (endpoint: string) =>
  fetch(new URL("/ready", endpoint), { signal: AbortSignal.timeout(2_000) }).then(
    (answer) => answer.ok,
    () => false,
  );

function closing(running: Gateway, after: () => Promise<void>): Gateway {
  return {
    ...running,
    async close() {
      await running.close();
      await after();
    },
  };
}
