import { EventEmitter } from "node:events";
import { createFailureLog } from "../../shared/failure-log.ts";
import { keys } from "./fixtures/keys.ts";
import type { HttpFixture, Sabotage } from "./http.ts";
import { startHttpFixture } from "./http.ts";

const QUERY = `{ course(id: "c1") { title by: teacher { id name } } }`;
type Line = Record<string, unknown>;

describe("a gateway alone", () => {
  let running: HttpFixture;
  const lines: [Line, string][] = [];
  afterEach(async () => {
    lines.splice(0);
    await running.close();
  });
  /** A gateway that logs warnings, as the command line starts it over somebody else's supergraph. */
  async function start(options: Parameters<typeof startHttpFixture>[1]) {
    running = await startHttpFixture(keys.subgraphs, {
      timeout: 1_000,
      isForeign: true,
      masksErrors: false,
      limits: null,
      ...options,
    });
    jest.spyOn(running.gateway.server.log, "warn").mockImplementation((...said: unknown[]) => {
      lines.push(said as [Line, string]);
    });
  }

  it.each([
    ["hangs", () => true, /No whole answer came in 1000 ms/],
    [
      "hangs up",
      (response) => Boolean(response.destroy()),
      /The connection broke\. .*(other side|ECONNRESET)/,
    ],
    [
      "answers with no JSON",
      (response) => Boolean(response.writeHead(500).end("<html>")),
      /status 500 and no JSON/,
    ],
    ["is overloaded", (response) => Boolean(response.writeHead(503).end()), /status 503/],
    ["answers with no data", (response) => Boolean(response.end(`{"data":null}`)), /not an answer/],
  ] satisfies [string, Sabotage, RegExp][])(
    "says once which subgraph %s, why, and to which request",
    async (_, enrolments, reason) => {
      await start({ sabotage: { enrolments } });
      for (let turn = 0; turn < 2; turn++) await running.post(QUERY);
      expect(lines).toEqual([
        [
          {
            subgraph: "enrolments",
            reason: expect.stringMatching(reason),
            requestId: expect.stringMatching(/^[\w-]{36}$/),
          },
          "a subgraph has failed",
        ],
      ]);
    },
  );

  it("says it also where errors are masked, and not once for each error", async () => {
    await start({ masksErrors: true, sabotage: { courses: (response) => Boolean(response.destroy()) } });
    await running.post(
      `{ ${Array.from({ length: 50 }, (_, n) => `c${n}: course(id: "c1") { title }`).join(" ")} }`,
    );
    expect(lines).toHaveLength(1);
  });

  it("says nothing of a client that has gone, nor of errors that a subgraph has answered with", async () => {
    const arrived = new EventEmitter();
    await start({
      timeout: 5_000,
      sabotage: {
        enrolments: () => arrived.emit("request") || true,
        courses: (response, _, body) => {
          if (!body.includes("broken")) return false;
          response.end(`{"data":{"broken":null},"errors":[{"message":"mine","path":["broken"]}]}`);
          return true;
        },
      },
    });
    const gone = new AbortController();
    const left = fetch(`${running.gateway.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: QUERY }),
      signal: gone.signal,
    });
    arrived.on("request", () => gone.abort());
    await expect(left).rejects.toThrow();
    expect((await running.post(`{ course(id: "c1") { title } }`)).data).toBeTruthy();
    expect(lines).toEqual([]);
  });
});

describe("the log of failures", () => {
  const told: [Line, string][] = [];
  const failures = createFailureLog(
    { warn: ((...said: [Line, string]) => void told.push(said)) as never },
    30,
  );
  beforeAll(() => void jest.useFakeTimers());
  afterAll(() => void jest.useRealTimers());

  it("says how often the same has happened since, and then is silent until it happens again", () => {
    const fail = (port: number) => {
      const cause = new Error(`connect ECONNREFUSED 127.0.0.1:${port}\n  with more`);
      failures.note({ subgraph: "a", reason: new Error("Broken.", { cause }), requestId: "r" });
    };
    for (let port = 1; port <= 5; port++) fail(port);
    failures.note({ subgraph: "b", reason: new Error("Broken.") });
    jest.advanceTimersByTime(61);
    const reason = "Broken. connect ECONNREFUSED 127.0.0.1:1";
    expect(told).toEqual([
      [{ subgraph: "a", reason, requestId: "r" }, "a subgraph has failed"],
      [{ subgraph: "b", reason: "Broken.", requestId: undefined }, "a subgraph has failed"],
      [{ subgraph: "a", reason, repeated: 4 }, "the same failure has repeated"],
    ]);
    fail(6);
    expect(told).toHaveLength(4);
  });

  it("does not grow with ever different reasons", () => {
    told.splice(0);
    for (let n = 0; n < 5_000; n++) {
      failures.note({ subgraph: "c", reason: new Error(String.fromCodePoint(0x4e00 + n)) });
    }
    expect(told.length).toBeLessThan(250);
  });
});
