import type { ServerResponse } from "node:http";
import type { SubgraphRequest } from "../../gateway/execution/subgraph-executor.ts";
import { createHttpSubgraphs } from "../../gateway/subgraphs/http.ts";
import { ownNonces } from "../../shared/auth/nonces.ts";
import { createViewerVerifier, VIEWER_HEADER } from "../../shared/auth/signature.ts";
import type { Viewer } from "../../shared/auth/viewer.ts";
import { VISITOR } from "../../shared/auth/viewer.ts";
import { keys } from "./fixtures/keys.ts";
import type { HttpFixture, Sabotage, TestServer } from "./http.ts";
import { bodyOf, serve, startHttpFixture } from "./http.ts";

const UNAVAILABLE = { extensions: expect.objectContaining({ code: "UNAVAILABLE" }) };
const QUERY = `{ course(id: "c1") { title by: teacher { id name } } }`;

/** Writes until the other side has had enough. */
function endless(response: ServerResponse): true {
  const chunk = "x".repeat(64 * 1024);
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on("drain", more).write(`{"data":"`);
  more();
  return true;
}

describe("a subgraph that fails", () => {
  let running: HttpFixture | undefined;
  afterEach(async () => running?.close());

  it.each<[string, Sabotage]>([
    ["hangs", () => true],
    ["hangs in the middle of an answer", (response) => response.writeHead(200).write(`{"data":`)],
    ["hangs up", (response) => Boolean(response.destroy())],
    ["answers with no JSON", (response) => Boolean(response.end("<html>Bad gateway</html>"))],
    ["answers with half of its JSON", (response) => Boolean(response.end(`{"data":{"_entities":[{`))],
    ["answers with something else", (response) => Boolean(response.end(`"hello"`))],
    ["answers with null", (response) => Boolean(response.end("null"))],
    ["answers with neither data nor errors", (response) => Boolean(response.end(`{"data":null}`))],
    ["answers with too much", (response) => Boolean(response.end(`{"data":"${"x".repeat(200_000)}"}`))],
    ["answers without end", endless],
    ["answers that it is overloaded", (response) => Boolean(response.writeHead(503).end("<h1>503</h1>"))],
    ["sends elsewhere", (response) => Boolean(response.writeHead(302, { location: "/other" }).end())],
    ["answers for too few entities", (response) => Boolean(response.end(`{"data":{"_entities":[]}}`))],
    ["answers with data that is a list", (response) => Boolean(response.end(`{"data":[1]}`))],
  ])("and %s costs its own part of the answer only", async (_, enrolments) => {
    running = await startHttpFixture(keys.subgraphs, { timeout: 300, sabotage: { enrolments } });
    const answer = await running.post(QUERY);
    expect(answer.data).toEqual({ course: { title: "Algorithms", by: { id: "t1", name: null } } });
    expect(answer.errors).toEqual([
      expect.objectContaining({ path: ["course", "by", "name"], ...UNAVAILABLE }),
    ]);
    // The page on the code is at the address that the client itself has used.
    const said = JSON.stringify(answer, (key, value: unknown) => (key === "page" ? undefined : value));
    expect(said).not.toMatch(/enrolments|127\.0\.0\.1|at .*\.ts/);
  });

  it("is unavailable at each root field that it was asked for", async () => {
    running = await startHttpFixture(keys.subgraphs, { timeout: 300, sabotage: { courses: () => true } });
    const answer = await running.post(`{ one: course(id: "c1") { title } two: course(id: "c2") { title } }`);
    expect(answer.data).toEqual({ one: null, two: null });
    expect(answer.errors).toMatchObject([
      { path: ["one"], ...UNAVAILABLE },
      { path: ["two"], ...UNAVAILABLE },
    ]);
  });

  it("with errors that are none is not believed, and breaks nothing", async () => {
    const hostile = `{"data":{"_entities":[{"name":"Ada","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":1}}}]},
      "errors":[7,null,{"message":{"a":1},"path":{"b":2},"extensions":"x"},{"message":"m","path":["_entities",0,{"__proto__":1},"name"]}]}`;
    running = await startHttpFixture(keys.subgraphs, {
      sabotage: { enrolments: (response) => Boolean(response.end(hostile)) },
      isForeign: true,
    });
    const answer = await running.post(QUERY);
    expect(answer.data).toEqual({ course: { title: "Algorithms", by: { id: "t1", name: "Ada" } } });
    expect(answer.errors.map(({ path }: { path: unknown }) => path)).toEqual([
      ["course", "by", "name"],
      ["course", "by", "name"],
      ["course", "by", "name"],
    ]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("requests to a subgraph", () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  const request: SubgraphRequest = {
    subgraph: "partners",
    query: "{ a }",
    operationKind: "query",
    viewer: VISITOR,
  };
  const over = (server: TestServer, secret: string | null = null) => {
    const http = createHttpSubgraphs({ urls: { partners: server.url }, secret, timeout: 1_000 });
    closing.push(http.close, server.close);
    return http.execute;
  };

  it("carry the viewer, signed anew at each attempt", async () => {
    const secret = "shared by gateway and subgraph";
    const verify = createViewerVerifier(secret, "partners", ownNonces());
    const seen: Viewer[] = [];
    const refused: unknown[] = [];
    const server = await serve(async (incoming, response) => {
      const body = await bodyOf(incoming);
      const header = incoming.headers[VIEWER_HEADER];
      seen.push(await verify(header, body));
      await verify(header, body).catch((error: unknown) => refused.push(error));
      if (seen.length === 1) response.destroy();
      else response.end(`{"data":{"a":1}}`);
    });
    const viewer: Viewer = { id: "p", kind: "PERSON", organisationIds: ["inst_1"], consortia: [] };
    expect(await over(server, secret)({ ...request, viewer })).toEqual({ data: { a: 1 } });
    expect(seen).toEqual([viewer, viewer]);
    expect(refused).toHaveLength(2);
  });

  it("carry no viewer where there is no secret", async () => {
    let header: unknown = "none seen";
    const server = await serve((incoming, response) => {
      header = incoming.headers[VIEWER_HEADER];
      response.end(`{"data":{"a":1}}`);
    });
    await over(server)(request);
    expect(header).toBeUndefined();
  });

  it.each([
    ["query", 2],
    ["mutation", 1],
  ] as const)(
    "are sent at most so often when the connection breaks: a %s %i times",
    async (operationKind, times) => {
      let attempts = 0;
      const server = await serve((_, response) => {
        attempts++;
        response.destroy();
      });
      await expect(over(server)({ ...request, operationKind })).rejects.toThrow();
      expect(attempts).toBe(times);
    },
  );

  it("end when the client has gone, unless they change something", async () => {
    const server = await serve((_, response) => void setTimeout(() => response.end(`{"data":{"a":1}}`), 200));
    const send = over(server);
    const gone = AbortSignal.timeout(50);
    await expect(send({ ...request, signal: gone })).rejects.toThrow();
    await expect(send({ ...request, operationKind: "mutation", signal: gone })).resolves.toEqual({
      data: { a: 1 },
    });
  });

  it("need an address", () => {
    expect(() => createHttpSubgraphs({ urls: { partners: "" }, secret: null })).toThrow(
      'The subgraph partners needs the address of its endpoint; got "".',
    );
  });
});
