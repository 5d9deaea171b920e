import type { Config } from "../shared/config.ts";
import { openSpending } from "./budget/spending.ts";
import type { RunningSubgraphs } from "./embedded.ts";
import { startSubgraphs } from "./embedded.ts";
import type { SubgraphExecutor } from "./execution/subgraph-executor.ts";
import { variablesIn } from "./execution/subgraph-executor.ts";
import { demoSignIn } from "./demo-viewers.ts";
import { catchUpAll, followAll, thenCatchUp } from "./feeds.ts";
import { localIssuer, serveLocalIssuer, whyNoLocalIssuer } from "./identity/local-issuer.ts";
import { withPlatform } from "./platform/platform.ts";
import { createGateway } from "./server.ts";
import { trustedBy } from "./trusted/manifest.ts";
import { readSupergraph } from "./supergraph.ts";

/** The whole platform in one process. */
export interface Platform {
  readonly url: string;
  readonly subgraphs: RunningSubgraphs;
  /** Brings the projections up to date, follows the feeds, and lets `/health` answer 200. */
  becomeReady(): Promise<void>;
  close(): Promise<void>;
}

/** Asks subgraphs in this process: no network, no text, no signature between gateway and subgraph. */
function inProcess(subgraphs: RunningSubgraphs): SubgraphExecutor {
  return async (request) => {
    const { subgraph, query, operationName, viewer } = request;
    const running = subgraphs[subgraph as keyof RunningSubgraphs];
    if (!running) throw new Error(`There is no subgraph ${subgraph} in this process.`);
    return await running.execute({ query, operationName, variables: variablesIn(request) }, viewer);
  };
}

/**
 * Opens the databases and listens at once, so that a taken port shows before a long load; answers as healthy
 * when it is told that everything is there.
 */
export async function startPlatform(
  config: Omit<Config, "gatewaySecret" | "subgraphUrls">,
  supergraphFile: string,
): Promise<Platform> {
  let isReady = false;
  const issuer = whyNoLocalIssuer(config) === null ? await localIssuer(config) : null;
  let following: { stop(): Promise<void> } | null = null;
  const { spending, close: closeSpending } = await openSpending(config);
  const subgraphs = await startSubgraphs(config);
  const closeSubgraphs = () => Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.close()));
  try {
    const gateway = await createGateway({
      ...config,
      supergraphSdl: readSupergraph(supergraphFile),
      subgraph: withPlatform(thenCatchUp(inProcess(subgraphs), () => catchUpAll(subgraphs))),
      spending,
      trusted: trustedBy(config),
      isReady: () => isReady,
      ...(config.isDemo ? { signIn: demoSignIn } : {}),
      ...(issuer ? { serveAlso: (server) => serveLocalIssuer(server, issuer) } : {}),
    });
    return {
      url: gateway.url,
      subgraphs,
      async becomeReady() {
        await catchUpAll(subgraphs);
        following = followAll(subgraphs, (source, error) =>
          gateway.server.log.warn({ err: error, source }, "a feed cannot be followed right now"),
        );
        isReady = true;
      },
      async close() {
        isReady = false;
        await gateway.close();
        await following?.stop();
        await closeSubgraphs();
        closeSpending();
      },
    };
  } catch (error) {
    await closeSubgraphs();
    throw error;
  }
}
