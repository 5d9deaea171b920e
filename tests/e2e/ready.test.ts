import type { Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { signViewer, VIEWER_HEADER } from "../../shared/auth/signature.ts";
import { VISITOR } from "../../shared/auth/viewer.ts";
import type { FeedEvent } from "../../shared/feed/outbox.ts";
import { newId } from "../../shared/ids.ts";
import { membershipEvent } from "../../subgraphs/institutions/consortium/membership.feed.ts";
import type { Answer, RunningProcess, TestPlatform } from "./processes.ts";
import { ask, build, consortia, emptyPlatform, statusOf, stopAll, until } from "./processes.ts";

const GATEWAY_SECRET = "a secret of the gateway and its subgraphs";
const EVENT: FeedEvent = {
  ...membershipEvent(
    {
      id: newId("Membership"),
      consortiumId: newId("Consortium"),
      institutionId: newId("Institution"),
      role: "MEMBER",
      status: "ACTIVE",
      joinedOn: "2026-01-01",
      leftOn: null,
      dataSharingTier: "PROFILE",
    },
    null,
  ),
  sequence: 1,
  recordedAt: "2026-01-01 00:00:00.000000",
};

beforeAll(build, 120_000);

describe("A process that has just started", () => {
  /** How the institutions' feed answers; the followers' questions are counted. */
  let feed: "HELD" | "BROKEN" | "OPEN";
  let asked: number;
  let held: (() => void)[];
  let institutions: Server;
  let platform: TestPlatform;
  let url: string;

  beforeAll(async () => {
    institutions = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url!, "http://localhost");
      if (pathname !== "/feed") return void response.end("{}");
      asked++;
      const answer = () => {
        if (feed === "BROKEN") return void response.writeHead(500).end();
        response.end(JSON.stringify(Number(searchParams.get("after")) < EVENT.sequence ? [EVENT] : []));
      };
      if (feed === "HELD") held.push(answer);
      else answer();
    });
    await new Promise<void>((done) => institutions.listen(0, "127.0.0.1", done));
    url = `http://127.0.0.1:${(institutions.address() as AddressInfo).port}/graphql`;
  });
  afterAll(() => new Promise((done) => institutions.close(done)));
  beforeEach(() => {
    [feed, asked, held] = ["HELD", 0, []];
    platform = emptyPlatform();
  });
  afterEach(async () => {
    await stopAll();
    await platform.drop();
  });

  const started = async (args: readonly string[]): Promise<[string, RunningProcess]> => {
    const urls = ["INSTITUTIONS", "PARTNERS", "PROGRAMS", "METRICS"].map((name) => [`${name}_URL`, url]);
    const env = { ...platform.env, ...Object.fromEntries(urls), GATEWAY_SECRET, PORT: "0" };
    const process = consortia(args, env);
    const [, endpoint] = await process.line(/at (http\S+\/graphql)/);
    return [endpoint!, process];
  };

  /** Opens the feed at last, having let it fail in between. */
  const openFeed = async () => {
    await until("the feed is asked", () => asked > 0);
    feed = "BROKEN";
    const before = asked;
    held.splice(0).forEach((answer) => answer());
    await until("the feed is asked again", () => asked > before);
  };

  it("is healthy, but not ready and answers nothing, until a subgraph has caught up with its feeds", async () => {
    const [endpoint] = await started(["subgraph", "partners"]);
    const at = (path: string) => statusOf(new URL(path, endpoint).href);
    const operation = async () => {
      const body = JSON.stringify({ query: "{ partnerships(first: 1) { totalCount } }" });
      const signature = signViewer(GATEWAY_SECRET, VISITOR, "partners", body);
      const headers = { "content-type": "application/json", [VIEWER_HEADER]: signature };
      const response = await fetch(endpoint, { method: "POST", headers, body });
      return [response.status, (await response.json()) as Answer] as const;
    };
    const refused = [503, { errors: [expect.objectContaining({ extensions: { code: "UNAVAILABLE" } })] }];
    await until("the feed is asked", () => asked > 0);
    expect([await at("/health"), await at("/ready")]).toEqual([200, 503]);
    expect(await operation()).toEqual(refused);
    await openFeed();
    expect([await at("/health"), await at("/ready")]).toEqual([200, 503]);
    expect(await operation()).toEqual(refused);
    feed = "OPEN";
    await until("it is ready", async () => (await at("/ready")) === 200);
    expect(await operation()).toEqual([200, { data: { partnerships: { totalCount: 0 } } }]);
  });

  it("answers nothing as a gateway until it knows who is a member of what", async () => {
    const [endpoint] = await started(["gateway"]);
    const ready = () => statusOf(new URL("/ready", endpoint).href);
    await openFeed();
    expect(await ready()).toBe(503);
    expect(await ask(endpoint, "{ viewer { kind } }")).toMatchObject({
      errors: [{ extensions: { code: "UNAVAILABLE" } }],
    });
    feed = "OPEN";
    await until("it is ready", async () => (await ready()) === 200);
    expect(await ask(endpoint, "{ viewer { kind } }")).toMatchObject({
      data: { viewer: { kind: "VISITOR" } },
    });
  });
});
