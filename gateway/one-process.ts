import { dirname, join } from "node:path";
import type { FastifyBaseLogger } from "fastify";
import type { Config } from "../shared/config.ts";
import { openSpending } from "./budget/spending.ts";
import { DEMO_HEADER } from "./demo-viewers.ts";
import type { RunningSubgraphs } from "./embedded.ts";
import { startSubgraphs } from "./embedded.ts";
import { serveErrorPages } from "./error-pages.ts";
import type { SubgraphExecutor } from "./execution/subgraph-executor.ts";
import { variablesIn } from "./execution/subgraph-executor.ts";
import { catchUpAll, followAll, onceReady, thenCatchUp } from "./feeds.ts";
import {
  localIssuer,
  localIssuerSettings,
  serveLocalIssuer,
  whyNoLocalIssuer,
} from "./identity/local-issuer.ts";
import { introspectors } from "./identity/introspectors.ts";
import { createSignIn } from "./identity/sign-in.ts";
import type { TokenVerifier } from "./identity/tokens.ts";
import { createTokenVerifier } from "./identity/tokens.ts";
import { createAuditLog, recordReads } from "./platform/audit.ts";
import { withPlatform } from "./platform/platform.ts";
import type { Gateway } from "./server.ts";
import { createGateway } from "./server.ts";
import { withAudit } from "./subgraphs/audited.ts";
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
    const { subgraph, query, operationName, operationKind, viewer, requestId, signal } = request;
    const running = subgraphs[subgraph as keyof RunningSubgraphs];
    if (!running) throw new Error(`There is no subgraph ${subgraph} in this process.`);
    const answer = running.execute(
      { query, operationName, variables: variablesIn(request) },
      viewer,
      requestId,
      // A change goes on to its end, whoever still waits for it.
      operationKind === "query" ? signal : undefined,
    );
    // A change goes on to its end, whoever still waits for it.
    return await (request.operationKind === "mutation" ? answer : unlessAborted(answer, request.signal));
  };
}

/** What a promise brings, or the signal's reason where that comes first. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    work.finally(() => signal.removeEventListener("abort", abort)).then(resolve, reject);
  });
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
  // Stays true while it closes: what has arrived by then is answered.
  let isCaughtUp = false;
  const issuer = whyNoLocalIssuer(config) === null ? await localIssuer(config) : null;
  let following: { stop(): Promise<void> } | null = null;
  const { spending, close: closeSpending } = await openSpending(config);
  const subgraphs = await startSubgraphs(config, { isServer: true });
  const closeSubgraphs = () => Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.close()));
  try {
    // Where the platform is reached shows when it listens, and nobody signs in before.
    let gateway: Gateway | null = null;
    const ownIssuer = () => localIssuerSettings(gateway!.url);
    const warn: FastifyBaseLogger["warn"] = (...said: [object, string?]) => gateway?.server.log.warn(...said);
    const log = { warn };
    let verifier: TokenVerifier | null = null;
    const tokens: TokenVerifier = {
      verify(token) {
        verifier ??= createTokenVerifier({ issuers: issuer ? [ownIssuer()] : config.issuers, log });
        return verifier.verify(token);
      },
    };
    const { signIn, forget } = createSignIn({
      db: subgraphs.platform.db,
      tokens,
      log,
      demo: issuer && { issuer: () => ownIssuer().issuer },
    });
    const catchUpEverywhere = async () => {
      await catchUpAll(subgraphs);
      // A membership that has ended gives no role to anybody before that is answered.
      forget();
    };
    const audit = createAuditLog(subgraphs.platform.db);
    const send = thenCatchUp(withAudit(inProcess(subgraphs), recordReads(audit)), catchUpEverywhere);
    gateway = await createGateway({
      ...config,
      supergraphSdl: readSupergraph(supergraphFile),
      subgraph: onceReady(withPlatform(send, subgraphs.platform, forget), () => isCaughtUp),
      signIn,
      spending,
      audit,
      trusted: trustedBy(config),
      isReady: () => isReady,
      // Gateway and subgraphs share this process: more at once would only wait for each other, and all take longer.
      turns: { atOnce: 16 },
      mayIntrospect: introspectors(config),
      // Shows who one is here, and where to become somebody else.
      ...(issuer ? { explorerHeaders: { [DEMO_HEADER]: "visitor" } } : {}),
      serveAlso(server) {
        serveErrorPages(server, join(dirname(supergraphFile), ".."));
        if (issuer) serveLocalIssuer(server, issuer);
      },
    });
    return {
      url: gateway.url,
      subgraphs,
      async becomeReady() {
        await catchUpAll(subgraphs);
        following = followAll(subgraphs, (source, error) =>
          log.warn({ err: error, source }, "a feed cannot be followed right now"),
        );
        isReady = isCaughtUp = true;
      },
      async close() {
        isReady = false;
        await gateway?.close();
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
