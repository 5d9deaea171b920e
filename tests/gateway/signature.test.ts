import { createHmac } from "node:crypto";
import { ownNonces, sharedNonces } from "../../shared/auth/nonces.ts";
import { createViewerVerifier, signViewer, VIEWER_HEADER } from "../../shared/auth/signature.ts";
import type { Viewer } from "../../shared/auth/viewer.ts";
import { serveSubgraph } from "../../shared/graphql/serve.ts";
import type { RedisConnection } from "../../shared/redis.ts";
import { openRedis } from "../../shared/redis.ts";
import { programs } from "../../subgraphs/programs/subgraph.ts";
import { startTestSubgraph } from "../database.ts";
import type { FragileRedis } from "../redis.ts";
import { describeWithRedis, openTestRedis, startFragileRedis } from "../redis.ts";

const SECRET = "a secret of this test, long enough";
const VIEWER: Viewer = { id: "person-1", kind: "PERSON", organisationIds: ["inst_1"], consortia: [] };
const BODY = '{"query":"{ a }"}';

describe("the signature on a viewer", () => {
  const verify = createViewerVerifier(SECRET, "partners", ownNonces());

  it("brings the viewer over", async () => {
    expect(await verify(signViewer(SECRET, VIEWER, "partners", BODY), BODY)).toEqual(VIEWER);
  });

  it("counts once", async () => {
    const header = signViewer(SECRET, VIEWER, "partners", BODY);
    await verify(header, BODY);
    await expect(verify(header, BODY)).rejects.toMatchObject({ extensions: { code: "UNAUTHENTICATED" } });
  });

  it("is not used up by who sends it with another body", async () => {
    const header = signViewer(SECRET, VIEWER, "partners", BODY);
    await expect(verify(header, `${BODY} `)).rejects.toThrow();
    expect(await verify(header, BODY)).toEqual(VIEWER);
  });

  it("differs at each attempt", () => {
    const [first, second] = [1, 2].map(() => signViewer(SECRET, VIEWER, "partners", BODY));
    expect(first).not.toBe(second);
  });

  it.each<[string, () => [unknown, string]]>([
    ["for another body", () => [signViewer(SECRET, VIEWER, "partners", BODY), `${BODY} `]],
    ["for another subgraph", () => [signViewer(SECRET, VIEWER, "metrics", BODY), BODY]],
    ["with another secret", () => [signViewer("another", VIEWER, "partners", BODY), BODY]],
    ["that is missing", () => [undefined, BODY]],
    ["that comes twice", () => [[signViewer(SECRET, VIEWER, "partners", BODY)], BODY]],
    ["that is nonsense", () => ["…", BODY]],
    ["that is cut short", () => [signViewer(SECRET, VIEWER, "partners", BODY).slice(0, -1), BODY]],
    [
      "whose viewer was changed",
      () => {
        const [payload, mac] = signViewer(SECRET, VIEWER, "partners", BODY).split(".");
        const claims = JSON.parse(Buffer.from(payload!, "base64url").toString("utf8"));
        const forged = { ...claims, viewer: { ...VIEWER, kind: "SERVICE" } };
        return [`${Buffer.from(JSON.stringify(forged)).toString("base64url")}.${mac}`, BODY];
      },
    ],
  ])("%s is refused", async (_, make) => {
    const [header, body] = make();
    await expect(verify(header, body)).rejects.toThrow("Expected a request signed by the gateway");
  });

  it("covers claims; anything else that is signed right is refused like the rest", async () => {
    const payload = Buffer.from("no claims").toString("base64url");
    const mac = createHmac("sha256", SECRET).update(payload).digest("base64url");
    await expect(verify(`${payload}.${mac}`, BODY)).rejects.toThrow(
      "Expected a request signed by the gateway",
    );
  });

  it("lasts half a minute", async () => {
    const header = signViewer(SECRET, VIEWER, "partners", BODY);
    const clock = jest.spyOn(Date, "now").mockReturnValue(Date.now() + 32_000);
    try {
      await expect(verify(header, BODY)).rejects.toThrow("Expected a request signed by the gateway");
    } finally {
      clock.mockRestore();
    }
  });
});

describeWithRedis("the signature on a viewer, at several instances of a subgraph", () => {
  let fragile: FragileRedis;
  let connections: RedisConnection[];
  beforeEach(async () => {
    fragile = await startFragileRedis();
    connections = [await openTestRedis(), await openRedis(fragile.url, () => {})];
  });
  afterEach(async () => {
    connections.forEach((redis) => redis.close());
    await fragile.kill();
  });
  const instances = (subgraph = "partners") =>
    connections.map((redis) => createViewerVerifier(SECRET, subgraph, sharedNonces(redis, subgraph)));

  it("counts once among them all", async () => {
    const [one, other] = instances();
    const header = signViewer(SECRET, VIEWER, "partners", BODY);
    expect(await one!(header, BODY)).toEqual(VIEWER);
    for (const verify of [one!, other!]) {
      await expect(verify(header, BODY)).rejects.toMatchObject({ extensions: { code: "UNAUTHENTICATED" } });
    }
  });

  it("counts once when it comes to all of them at once", async () => {
    const header = signViewer(SECRET, VIEWER, "partners", BODY);
    const attempts = Array.from({ length: 50 }, () => instances().map((verify) => verify(header, BODY)));
    const results = await Promise.allSettled(attempts.flat());
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("is remembered for as long as it would be good anywhere, and then forgotten", async () => {
    const header = signViewer(SECRET, VIEWER, "partners", BODY);
    await instances()[0]!(header, BODY);
    const { nonce } = JSON.parse(Buffer.from(header.split(".")[0]!, "base64url").toString("utf8"));
    const lifetime = await connections[0]!.send((redis) => redis.pttl(`nonce:partners:${nonce}`));
    expect(lifetime).toBeGreaterThan(31_000);
    expect(lifetime).toBeLessThanOrEqual(60_000);
  });

  it.each(["kill", "hang"] as const)("is not believed while Redis is down (%s)", async (how) => {
    const [, verify] = instances();
    await fragile[how]();
    const attempt = () => verify!(signViewer(SECRET, VIEWER, "partners", BODY), BODY);
    await expect(attempt()).rejects.toMatchObject({ extensions: { code: "UNAVAILABLE" } });
    const forged = verify!("…", BODY);
    await expect(forged).rejects.toMatchObject({ extensions: { code: "UNAUTHENTICATED" } });
  });

  it("is refused at the second one over HTTP, and said to be unavailable there without Redis", async () => {
    const subgraph = await startTestSubgraph(programs);
    const served = await Promise.all(
      connections.map((redis) =>
        serveSubgraph(subgraph, {
          host: "127.0.0.1",
          port: 0,
          logLevel: "silent",
          secret: SECRET,
          takeNonce: sharedNonces(redis, "programs"),
        }),
      ),
    );
    try {
      const body = JSON.stringify({ query: "{ __typename }" });
      const header = signViewer(SECRET, VIEWER, "programs", body);
      const post = async (instance: number, signature: string) => {
        const headers = { "content-type": "application/json", [VIEWER_HEADER]: signature };
        const answer = await fetch(`${served[instance]!.url}/graphql`, { method: "POST", headers, body });
        return answer.status;
      };
      expect([await post(0, header), await post(1, header)]).toEqual([200, 401]);
      await fragile.kill();
      expect(await post(1, signViewer(SECRET, VIEWER, "programs", body))).toBe(503);
    } finally {
      await Promise.all(served.map((each) => each.close()));
      await subgraph.close();
    }
  });
});
