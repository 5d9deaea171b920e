import { loadDemo } from "../../gateway/cli/load-demo.ts";
import type { RunningSubgraphs } from "../../gateway/embedded.ts";
import { startSubgraphs } from "../../gateway/embedded.ts";
import type { SubgraphExecutor } from "../../gateway/execution/subgraph-executor.ts";
import { thenCatchUp } from "../../gateway/feeds.ts";
import type { HttpSubgraphs } from "../../gateway/subgraphs/http.ts";
import { createHttpSubgraphs } from "../../gateway/subgraphs/http.ts";
import type { Viewer } from "../../shared/auth/viewer.ts";
import type { SubgraphName } from "../../shared/config.ts";
import { DATABASES, SUBGRAPHS } from "../../shared/config.ts";
import { DEMO_VIEWERS } from "../../shared/demo/viewers.ts";
import { demoWorld } from "../../shared/demo/world.ts";
import { catchUpOn } from "../../shared/feed/consumer.ts";
import { catchUpOverHttp, httpFeed } from "../../shared/feed/http.ts";
import type { ServedSubgraph } from "../../shared/graphql/serve.ts";
import { serveSubgraph } from "../../shared/graphql/serve.ts";
import { newId } from "../../shared/ids.ts";
import { emptyDatabase } from "../database.ts";

const SECRET = "a secret of the gateway and its subgraphs";
const viewerOf = (header: string): Viewer => DEMO_VIEWERS.find((each) => each.header === header)!.viewer;
const steward = viewerOf("steward");
const input = { consortiumId: demoWorld().consortia[0]!.id, institutionId: steward.organisationIds[0]! };

/** The four subgraphs as separate servers that nobody tells of changes but the gateway. */
describe("Over HTTP a mutation", () => {
  const databases = DATABASES.map((name) => [name, emptyDatabase(name)] as const);
  const served = new Map<SubgraphName, ServedSubgraph>();
  let subgraphs: RunningSubgraphs;
  let http: HttpSubgraphs;
  let send: SubgraphExecutor;

  beforeAll(async () => {
    const locations = Object.fromEntries(databases.map(([name, { location }]) => [name, location]));
    subgraphs = await startSubgraphs({ databases: locations as never });
    await loadDemo(subgraphs, 1);
    const urls: Record<string, string> = {};
    for (const name of SUBGRAPHS) {
      const { db, definition } = subgraphs[name];
      // Those that are followed come first in the list of subgraphs.
      const feeds = (definition.subscriptions ?? []).map((subscription) => ({
        subscription,
        read: httpFeed(urls[subscription.source]!, subscription.source, SECRET),
      }));
      const server = await serveSubgraph(subgraphs[name], {
        host: "localhost",
        port: 0,
        logLevel: "silent",
        secret: SECRET,
        catchUp: () => catchUpOn(db, feeds),
      });
      served.set(name, server);
      urls[name] = `${server.url}/graphql`;
    }
    http = createHttpSubgraphs({ urls, secret: SECRET });
    send = thenCatchUp(http.execute, () =>
      Promise.all(Object.entries(urls).map(([name, url]) => catchUpOverHttp(url, name, SECRET))),
    );
  });
  afterAll(async () => {
    await http.close();
    for (const server of served.values()) await server.close();
    for (const { close } of Object.values(subgraphs)) await close();
    for (const [, database] of databases) await database.drop();
  });

  const share = (dataSharingTier: string) =>
    send({
      subgraph: "institutions",
      query: `mutation ($input: ChangeMembershipInput!) { changeMembership(input: $input) { dataSharingTier } }`,
      operationKind: "mutation",
      variables: { input: { ...input, dataSharingTier } },
      viewer: steward,
      requestId: `to ${dataSharingTier}`,
    });

  /** How many of the institution's partnerships, programs and figures a member sees. */
  async function seen(): Promise<number[]> {
    const ask = async (subgraph: SubgraphName, field: string) => {
      const { data, errors } = await send({
        subgraph,
        query: `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Institution { ${field}(first: 1) { totalCount } } } }`,
        operationKind: "query",
        variables: { r: [{ __typename: "Institution", id: input.institutionId }] },
        viewer: viewerOf("analyst"),
      });
      expect(errors).toBeUndefined();
      return (data as any)._entities[0][field].totalCount as number;
    };
    return Promise.all([
      ask("partners", "partnerships"),
      ask("programs", "programs"),
      ask("metrics", "figures"),
    ]);
  }

  it("that narrows what is shared has narrowed it everywhere when it answers", async () => {
    const [partnerships, programs, figures] = (await seen()) as [number, number, number];
    expect(await share("PARTNERSHIPS")).toMatchObject({ data: { changeMembership: {} } });
    expect(await seen()).toEqual([partnerships, programs, 0]);
    await share("PROFILE");
    const [fewer, less, none] = (await seen()) as [number, number, number];
    expect([fewer < partnerships, less < programs, none]).toEqual([true, true, 0]);
    await share("FIGURES");
    expect(await seen()).toEqual([partnerships, programs, figures]);
  });

  it("is waited for half a minute by a subgraph, as by the gateway", () => {
    for (const { server } of served.values()) expect(server.server.requestTimeout).toBe(30_000);
  });

  it("says in its event which of the client's requests has made it", async () => {
    await share("PARTNERSHIPS");
    await share("FIGURES");
    const events = await subgraphs.institutions.readFeed(0, 1_000);
    const changes = events.map(
      ({ payload }) => payload?.["change"] as { requestId: string } | null | undefined,
    );
    expect(changes.flatMap((each) => each?.requestId ?? []).slice(-2)).toEqual([
      "to PARTNERSHIPS",
      "to FIGURES",
    ]);
  });

  it("is not answered as made where a subgraph cannot catch up", async () => {
    await served.get("programs")!.close();
    expect(await share("PROFILE")).toMatchObject({
      data: null,
      errors: [
        {
          message: expect.stringContaining("The change was made"),
          extensions: { code: "UNAVAILABLE" },
        },
      ],
    });
    // A change that was refused anyway says so.
    const refused = await send({
      subgraph: "institutions",
      query: `mutation ($input: ChangeMembershipInput!) { changeMembership(input: $input) { dataSharingTier } }`,
      operationKind: "mutation",
      variables: { input: { ...input, consortiumId: newId("Consortium"), dataSharingTier: "PROFILE" } },
      viewer: steward,
    });
    expect(refused.errors).toMatchObject([{ extensions: { code: "NOT_FOUND" } }]);
  });

  it("is what lets subgraphs catch up: whoever is not the gateway doesn't", async () => {
    for (const name of ["partners", "metrics"] as const) {
      const { url } = served.get(name)!;
      expect((await fetch(`${url}/catch-up`, { method: "POST" })).status).toBe(401);
      await expect(catchUpOverHttp(`${url}/graphql`, name, "another secret")).rejects.toThrow("status 401");
    }
  });
});
