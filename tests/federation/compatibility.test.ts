import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { startSubgraph } from "../../shared/graphql/runtime.ts";
import { serveSubgraph } from "../../shared/graphql/serve.ts";
import { signViewer, VIEWER_HEADER } from "../../shared/auth/signature.ts";
import { VISITOR } from "../../shared/auth/viewer.ts";
import { createGateway } from "../../gateway/server.ts";
import { createHttpSubgraphs } from "../../gateway/subgraphs/http.ts";
import { composeSupergraph } from "../../gateway/supergraph.ts";
import { emptyDatabase } from "../database.ts";
import { freePorts, run, statusOf, stopAll, until } from "../e2e/processes.ts";
import { products } from "./products.ts";

const SECRET = "of gateway and subgraphs";
const PACKAGE = dirname(require.resolve("@apollo/federation-subgraph-compatibility-tests/package.json"));
const SUITES = join(PACKAGE, "dist/tests");

interface Asked {
  readonly query: string;
}
type Ask = (request: Asked, headers?: Record<string, string>) => Promise<unknown>;

const endpoints = { products: "", gateway: "" };
const post = async (url: string, body: string, headers: Record<string, string> = {}): Promise<unknown> => {
  const init = { method: "POST", headers: { "content-type": "application/json", ...headers }, body };
  return (await fetch(url, init)).json();
};

// The suites' own client speaks to fixed ports; a direct call to a subgraph of ours has to be signed.
const mockClient: { productsRequest: Ask; routerRequest: Ask } = {
  productsRequest(request, headers = {}) {
    const body = JSON.stringify(request);
    return post(endpoints.products, body, {
      ...headers,
      [VIEWER_HEADER]: signViewer(SECRET, VISITOR, "products", body),
    });
  },
  routerRequest: (request, headers) => post(endpoints.gateway, JSON.stringify(request), headers),
};
jest.mock("@apollo/federation-subgraph-compatibility-tests/dist/utils/client", () => mockClient);

/** The suites' other two subgraphs, as they come. */
async function startForeign(name: "users" | "inventory", port: number) {
  const folder = join(PACKAGE, "dist/subgraphs", name);
  run([process.execPath, join(folder, "index.js")], { [`${name.toUpperCase()}_PORT`]: String(port) }, folder);
  const url = `http://localhost:${port}/`;
  await until(`${name} answers`, async () => (await statusOf(`${url}?query={__typename}`)) !== null);
  return { name, url, sdl: readFileSync(join(folder, `${name}.graphql`), "utf8") };
}

describe("a subgraph of ours", () => {
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const database = emptyDatabase("products");
    const subgraph = await startSubgraph(products, database.location);
    const listening = { host: "127.0.0.1", port: 0, logLevel: "silent" } as const;
    const served = await serveSubgraph(subgraph, { ...listening, secret: SECRET, hasTraces: true });
    endpoints.products = `${served.url}/graphql`;
    const [usersPort, inventoryPort] = await freePorts(2);
    const others = await Promise.all([
      startForeign("users", usersPort!),
      startForeign("inventory", inventoryPort!),
    ]);
    const parts = [{ name: "products", url: endpoints.products, sdl: subgraph.sdl }, ...others];
    const urls = Object.fromEntries(parts.map(({ name, url }) => [name, url]));
    const http = createHttpSubgraphs({ urls, secret: SECRET });
    const gateway = await createGateway({
      ...listening,
      supergraphSdl: composeSupergraph(parts),
      subgraph: http.execute,
    });
    endpoints.gateway = `${gateway.url}/graphql`;
    closing.push(
      database.drop,
      () => subgraph.close(),
      () => served.close(),
      http.close,
      () => gateway.close(),
    );
  }, 60_000);
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    await stopAll();
  });

  for (const suite of readdirSync(SUITES).filter((file) => file.endsWith(".test.js")))
    jest.requireActual(join(SUITES, suite));
});
