import { openSpending } from "../../../gateway/budget/spending.ts";
import {
  localIssuer,
  localIssuerSettings,
  serveLocalIssuer,
} from "../../../gateway/identity/local-issuer.ts";
import { createTokenSignIn } from "../../../gateway/identity/token-sign-in.ts";
import { createTokenVerifier } from "../../../gateway/identity/tokens.ts";
import { createGateway } from "../../../gateway/server.ts";
import { createHttpSubgraphs } from "../../../gateway/subgraphs/http.ts";
import { readSupergraph, subgraphUrls } from "../../../gateway/supergraph.ts";
import { LARGE_BUDGETS } from "../budgets.ts";

const HOST = "127.0.0.1";
const SECRET = "a secret of the benchmark's own, not of anybody's platform";
/** Milliseconds, as the platform's settings have it. */
const MAX_DELAY = 1_000;

/**
 * Our gateway over a supergraph file with all that guards the platform: sign-in by tokens, limits, costs, budgets,
 * load shedding, masked errors, and a signature on each request to a subgraph. `node guarded.js SUPERGRAPH PORT`.
 */
async function main(): Promise<void> {
  const [, , file = "", port] = process.argv;
  const supergraphSdl = readSupergraph(file);
  const issuer = await localIssuer({ host: HOST, isDemo: true, isProduction: false, issuers: [] });
  const { spending } = await openSpending({ budgets: LARGE_BUDGETS, redisUrl: null });
  const issuers = [localIssuerSettings(`http://${HOST}:${port}`)];
  const { url } = await createGateway({
    host: HOST,
    port: Number(port),
    logLevel: "silent",
    supergraphSdl,
    subgraph: createHttpSubgraphs({ urls: subgraphUrls(supergraphSdl, file), secret: SECRET }).execute,
    signIn: createTokenSignIn(createTokenVerifier({ issuers })),
    spending,
    maxDelay: MAX_DELAY,
    serveAlso: (server) => serveLocalIssuer(server, issuer),
  });
  process.stdout.write(`Gateway at ${url}/graphql\n`);
}

void main();
