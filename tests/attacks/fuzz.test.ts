import fc from "fast-check";
import { ERROR_CODES } from "../../gateway/errors.ts";
import { DEMO_VIEWERS } from "../../shared/demo/viewers.ts";
import { broken, operations } from "./generate.ts";
import type { Attacked } from "./platform.ts";
import { startAttacked } from "./platform.ts";
import { connect, INIT, subscribe } from "./socket.ts";

/** How many requests are made; a longer run is a matter of `FUZZ_RUNS=20000`. */
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 300);

const bodies = fc.oneof(
  { weight: 6, arbitrary: operations.map((query) => JSON.stringify({ query })) },
  { weight: 2, arbitrary: broken.map((query) => JSON.stringify({ query })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(operations, fc.object())
      .map(([query, variables]) => JSON.stringify({ query, variables })),
  },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: operations.map((query) => JSON.stringify({ query }).slice(0, -3)) },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
);
const headers = fc.record(
  {
    "x-demo-viewer": fc.constantFrom(...DEMO_VIEWERS.map(({ header }) => header), "nobody"),
    accept: fc.constantFrom(
      "*/*",
      "application/json",
      "application/graphql-response+json",
      "text/event-stream",
    ),
    authorization: fc.constantFrom("Bearer csk_x", "Bearer a.b.c", "Basic eDp5", "Bearer "),
    "content-type": fc.constantFrom(
      "application/json",
      "application/json",
      "application/json; charset=utf-16",
      "text/plain",
    ),
  },
  { requiredKeys: [] },
);

describe("Whatever is sent", () => {
  let attacked: Attacked;
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  beforeAll(async () => {
    attacked = await startAttacked();
    process.on("unhandledRejection", note);
  });
  afterAll(async () => {
    process.off("unhandledRejection", note);
    await attacked.platform.close();
  });

  /** The codes of all errors of an answer, or of each event of a stream; undefined for an error that has none. */
  const codesIn = (text: string): unknown[] =>
    text
      .split("\n")
      .map((line) => line.replace(/^data: /, ""))
      .filter((line) => line.startsWith("{"))
      .flatMap((line) => (JSON.parse(line).errors ?? []) as { extensions?: { code?: unknown } }[])
      .map(({ extensions }) => extensions?.code);

  const known = Object.keys(ERROR_CODES);
  const check = (status: number, text: string) => {
    expect(status).toBeLessThan(500);
    expect(text).not.toContain("Something went wrong");
    if (status === 406) return;
    for (const code of codesIn(text)) expect(known).toContain(code);
    if (text.startsWith("event:") || text.startsWith(":")) return;
    const answer = JSON.parse(text) as object;
    expect("data" in answer || "errors" in answer).toBe(true);
  };
  afterEach(async () => {
    expect(unhandled).toEqual([]);
    // It goes on as if nothing had been.
    expect((await attacked.post({ query: "{ viewer { kind } }" })).body.data).toEqual({
      viewer: { kind: "VISITOR" },
    });
  });

  it("is answered, in GraphQL's shape, by a code of the closed list, and never by a failure of ours", async () => {
    await fc.assert(
      fc.asyncProperty(bodies, headers, async (body, given) => {
        const { status, text } = await attacked.send({
          method: "POST",
          headers: { "content-type": "application/json", ...given },
          body,
          // An answer that never comes is a failure, too.
          signal: AbortSignal.timeout(20_000),
        });
        check(status, text);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  it("is answered so by GET, too, and changes nothing", async () => {
    const search = fc.record(
      { query: fc.oneof(operations, broken), variables: fc.json() },
      { requiredKeys: [] },
    );
    const addresses = fc.oneof(
      { weight: 4, arbitrary: search.map((params) => String(new URLSearchParams(params))) },
      { weight: 1, arbitrary: fc.webQueryParameters() },
    );
    await fc.assert(
      fc.asyncProperty(addresses, headers, async (address, { "content-type": _, ...given }) => {
        const path = `/graphql?${address.slice(0, 12_000)}`;
        const { status, text } = await attacked.send({
          path,
          headers: given,
          signal: AbortSignal.timeout(20_000),
        });
        check(status, text);
        if (/^query=mutation/.test(address)) expect(text).not.toContain('"data"');
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  it("is answered so over WebSocket, or ends the connection", async () => {
    const asked = fc.oneof(operations, operations, broken);
    const messages = fc.oneof(
      {
        weight: 2,
        arbitrary: fc.record({
          id: fc.constantFrom("8", "__proto__", "", 7),
          type: fc.constantFrom("complete", "ping", "pong", "connection_init", "start", "subscribe"),
          payload: fc.oneof(fc.object(), fc.constant(null), fc.string()),
        }),
      },
      { weight: 1, arbitrary: fc.json() },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(asked, { maxLength: 3 }), messages, async (queries, last) => {
        const client = await connect(attacked.platform.url);
        client.send(INIT);
        await client.next(1, "connection_ack");
        client.send(...queries.map((query, at) => subscribe(`${at}`, query)));
        expect(await client.next(queries.length, "complete", "error")).toHaveLength(queries.length);
        for (const { payload } of await client.next(queries.length, "next", "error")) {
          check(200, JSON.stringify(Array.isArray(payload) ? { errors: payload } : payload));
        }
        client.send(last, { type: "ping" });
        const closing = client.closed.then((code) => expect([4400, 4429]).toContain(code));
        await Promise.race([client.next(1, "pong"), closing]);
        client.end();
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});
