import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { InjectOptions } from "fastify";
import { serveErrorPages } from "../../gateway/error-pages.ts";
import type { Gateway } from "../../gateway/server.ts";
import { createGateway } from "../../gateway/server.ts";
import { composeSupergraph } from "../../gateway/supergraph.ts";

const SDL = `
  type Query { long: String! short: String! }
  type Mutation { secret: String! }
  type Subscription { ticks: Int! }
`;
const LONG = "A text of many words. ".repeat(400);

const [JSON_TYPE, RESPONSE_TYPE, EVENTS] = [
  "application/json",
  "application/graphql-response+json",
  "text/event-stream",
] as const;

let gateway: Gateway;
let isMember = true;
beforeAll(async () => {
  gateway = await createGateway({
    supergraphSdl: composeSupergraph([{ name: "texts", sdl: SDL, url: "http://127.0.0.1/" }]),
    subgraph: async () => ({ data: { long: LONG, short: "A", secret: LONG } }),
    async *subscribe() {
      for (let ticks = 1; ticks <= 3; ticks++) yield { data: { ticks } };
    },
    mayIntrospect: () => isMember,
    serveAlso: (server) => serveErrorPages(server, join(__dirname, "../..")),
    host: "127.0.0.1",
    port: 0,
    logLevel: "silent",
  });
});
afterAll(() => gateway.close());

const send = (options: InjectOptions) => gateway.server.inject(options);

function post(query: string, headers: Record<string, string> = {}) {
  return send({
    method: "POST",
    url: "/graphql",
    headers: { "content-type": JSON_TYPE, ...headers },
    payload: { query },
  });
}
const get = (query: string, headers: Record<string, string> = {}) =>
  send({ url: `/graphql?query=${encodeURIComponent(query)}`, headers });

/** What is sent as server-sent events: the data of each. */
const eventsIn = (body: string) => [...body.matchAll(/^data: (.+)$/gm)].map(([, text]) => JSON.parse(text!));

describe("Content negotiation at /graphql", () => {
  it.each<[string | undefined, string | null]>([
    [undefined, JSON_TYPE],
    ["", JSON_TYPE],
    ["*/*", JSON_TYPE],
    ["application/*", JSON_TYPE],
    ["application/json, text/event-stream", JSON_TYPE],
    ["application/json; charset=utf-8", JSON_TYPE],
    ["APPLICATION/JSON", JSON_TYPE],
    ["application/graphql-response+json; charset=utf-8, application/json; charset=utf-8", RESPONSE_TYPE],
    ["application/graphql-response+json;q=0.9, application/json;q=0.1", RESPONSE_TYPE],
    ["application/graphql-response+json;q=0.1, application/json;q=0.9", JSON_TYPE],
    [
      "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed",
      RESPONSE_TYPE,
    ],
    ["multipart/mixed;deferSpec=20220824, application/json", JSON_TYPE],
    ["application/json;q=0, */*;q=0.1", RESPONSE_TYPE],
    ["text/event-stream;q=0, */*", JSON_TYPE],
    ["text/event-stream;q=0.5, application/json;q=0.2", EVENTS],
    ["text/event-stream", EVENTS],
    ["text/event-stream, application/json", EVENTS],
    ["text/event-stream;q=0", null],
    ["image/png", null],
    ["application/json;q=0", null],
    ["nonsense", null],
  ])("with %s it is %s", async (accept, expected) => {
    const headers: Record<string, string> = accept === undefined ? {} : { accept };
    for (const ask of [post, get]) {
      const { statusCode, headers: told, body } = await ask("{ short }", headers);
      expect(told["vary"]).toContain("accept");
      if (expected === null) {
        expect([statusCode, told["content-type"]]).toEqual([406, `${JSON_TYPE}; charset=utf-8`]);
        expect(JSON.parse(body).errors[0]).toMatchObject({
          message: `Expected accept to allow one of ${JSON_TYPE}, ${RESPONSE_TYPE}, ${EVENTS}; got ${accept}.`,
          extensions: { code: "BAD_REQUEST" },
        });
        continue;
      }
      expect([statusCode, told["content-type"]]).toEqual([200, `${expected}; charset=utf-8`]);
      const [answer] = expected === EVENTS ? eventsIn(body) : [JSON.parse(body)];
      expect(answer.data).toEqual({ short: "A" });
    }
  });

  it("sends a subscription as events to whoever takes them, whatever they prefer otherwise", async () => {
    for (const accept of [EVENTS, `${JSON_TYPE}, ${EVENTS}`, `${JSON_TYPE}, ${EVENTS};q=0.1`, "text/*"]) {
      const { body, headers } = await post("subscription { ticks }", { accept });
      expect(headers["content-type"]).toBe(`${EVENTS}; charset=utf-8`);
      expect(eventsIn(body).map(({ data }) => data.ticks)).toEqual([1, 2, 3]);
      expect(body).toMatch(/event: complete\ndata:\n\n$/);
    }
    for (const accept of [JSON_TYPE, "*/*", `${JSON_TYPE}, ${EVENTS};q=0`]) {
      const { statusCode, json } = await post("subscription { ticks }", { accept });
      expect([statusCode, json().errors[0].extensions.code]).toEqual([400, "BAD_REQUEST"]);
    }
  });

  it("shows browsers a page, and nobody else", async () => {
    const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    expect((await get("{ short }", { accept: browser })).headers["location"]).toMatch(/^\/explorer\?query=/);
    for (const accept of ["*/*", "application/json, text/html;q=0.9", "text/html;q=0, */*"]) {
      expect((await get("{ short }", { accept })).statusCode).toBe(200);
    }
  });
});

describe("Bodies and methods that are not served", () => {
  it.each([
    [undefined, "none"],
    ["text/plain", "text/plain"],
    ["application/json; charset=utf-7", "application/json; charset=utf-7"],
    ['application/json;charset="ISO-8859-1"', 'application/json;charset="ISO-8859-1"'],
    ["application/jsonp", "application/jsonp"],
    ["application/x-www-form-urlencoded", "application/x-www-form-urlencoded"],
  ])("a body with the content-type %s is refused by what was expected", async (type, got) => {
    const headers: Record<string, string> = type === undefined ? {} : { "content-type": type };
    const answer = await send({
      method: "POST",
      url: "/graphql",
      headers,
      payload: Buffer.from(`{"query":"{ short }"}`),
    });
    expect([answer.statusCode, answer.headers["accept-post"]]).toEqual([415, JSON_TYPE]);
    expect(answer.json().errors[0].message).toBe(
      `Expected a body with the content-type application/json, in UTF-8; got ${got}.`,
    );
  });

  it.each([
    "application/json",
    "application/json;charset=UTF-8",
    'Application/JSON; charset="utf-8"',
    "application/json; charset=utf8",
  ])("a body with the content-type %s is read", async (type) => {
    expect((await post("{ short }", { "content-type": type })).json().data).toEqual({ short: "A" });
  });

  it("a compressed body is refused", async () => {
    const answer = await post("{ short }", { "content-encoding": "gzip" });
    expect([answer.statusCode, answer.headers["accept-encoding"]]).toEqual([415, "identity"]);
    expect(answer.json().errors[0].message).toContain("got the content-encoding gzip");
  });

  it.each([
    ["PUT", "/graphql", 405, "GET, HEAD, POST"],
    ["DELETE", "/explorer", 405, "GET, HEAD"],
    ["POST", "/schema.graphql", 405, "GET, HEAD"],
    ["POST", "/errors/FORBIDDEN", 405, "GET, HEAD"],
    ["OPTIONS", "/graphql", 204, "GET, HEAD, POST"],
    ["OPTIONS", "/explorer", 204, "GET, HEAD"],
    ["GET", "/nothing", 404, ""],
  ] as const)("%s %s is %d, and says what is allowed", async (method, url, status, allow) => {
    const { statusCode, headers } = await send({ method, url });
    expect([statusCode, headers["allow"]]).toEqual([status, allow]);
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("HEAD changes as little as GET does", async () => {
    const url = `/graphql?query=${encodeURIComponent("mutation { secret }")}`;
    for (const method of ["GET", "HEAD"] as const) expect((await send({ method, url })).statusCode).toBe(405);
    const foreign = await send({
      method: "HEAD",
      url: "/graphql?query=%7Bshort%7D",
      headers: { "sec-fetch-site": "cross-site" },
    });
    expect(foreign.statusCode).toBe(403);
  });
});

const plain = (answer: { headers: Record<string, unknown>; rawPayload: Buffer }): string => {
  const coding = answer.headers["content-encoding"];
  if (coding === "br") return brotliDecompressSync(answer.rawPayload).toString();
  return (coding === "gzip" ? gunzipSync(answer.rawPayload) : answer.rawPayload).toString();
};

describe("Content codings", () => {
  const codings: [string | undefined, string | undefined][] = [
    [undefined, undefined],
    ["gzip, deflate, br", "br"],
    ["gzip", "gzip"],
    ["gzip;q=1.0, br;q=0.5", "gzip"],
    ["br;q=0, *", "gzip"],
    ["*", "br"],
    ["identity", undefined],
    ["identity;q=1, gzip;q=0.1", undefined],
    ["gzip;q=0", undefined],
    ["deflate, zstd", undefined],
  ];
  it.each(codings)(
    "by %s is %s, for answers, the schema and the explorer alike",
    async (encoding, expected) => {
      const headers: Record<string, string> = encoding === undefined ? {} : { "accept-encoding": encoding };
      const answers = [
        await post("{ long }", headers),
        await get("{ long }", headers),
        await send({ url: "/schema.graphql", headers }),
        await send({ url: "/explorer", headers }),
        await send({ url: "/errors/FORBIDDEN", headers }),
      ];
      for (const answer of answers) {
        expect([answer.statusCode, answer.headers["content-encoding"]]).toEqual([200, expected]);
        expect(answer.headers["vary"]).toContain("accept-encoding");
      }
      expect(JSON.parse(plain(answers[0]!)).data).toEqual({ long: LONG });
      if (expected) expect(answers[0]!.rawPayload.length).toBeLessThan(LONG.length / 10);
      expect(plain(answers[2]!)).toContain("type Query");
    },
  );

  it("are for none of what holds a secret beside what somebody else may have written, nor for streams", async () => {
    const headers = { "accept-encoding": "br, gzip" };
    const answers = [
      await post("mutation { secret }", headers),
      await post("{ long }", { ...headers, cookie: "session=1" }),
      await post("{ long }", { ...headers, authorization: "Basic YTpi" }),
      await post("{ long }", { ...headers, accept: EVENTS }),
      await post("{ short }", headers),
    ];
    for (const answer of answers) {
      expect([answer.statusCode, answer.headers["content-encoding"]]).toEqual([200, undefined]);
    }
  });
});

describe("What does not change", () => {
  it("is sent once: the explorer's assets are kept for ever, the rest is asked for again by its tag", async () => {
    const page = await send({ url: "/explorer" });
    const assets = [...page.body.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path]) => `/${path}`);
    expect(assets).toHaveLength(4);
    for (const url of assets) {
      const asset = await send({ url, headers: { "accept-encoding": "br" } });
      expect([asset.statusCode, asset.headers["cache-control"]]).toEqual([
        200,
        "public, max-age=31536000, immutable",
      ]);
    }
    for (const url of ["/explorer", "/schema.graphql", "/errors/FORBIDDEN", ...assets]) {
      for (const encoding of ["identity", "gzip"]) {
        const headers = { "accept-encoding": encoding };
        const { etag } = (await send({ url, headers })).headers;
        for (const known of [etag, `W/${String(etag)}`, `"other", ${String(etag)}`, "*"]) {
          const again = await send({ url, headers: { ...headers, "if-none-match": String(known) } });
          expect([again.statusCode, again.body]).toEqual([304, ""]);
        }
        expect((await send({ url, headers: { ...headers, "if-none-match": `"other"` } })).statusCode).toBe(
          200,
        );
      }
    }
    expect((await send({ url: "/explorer/graphiql-other.js" })).statusCode).toBe(404);
  });

  it("keeps no answer of the graph anywhere", async () => {
    for (const ask of [post, get]) expect((await ask("{ short }")).headers["cache-control"]).toBe("no-store");
  });

  it("tells the schema to those alone who may introspect it", async () => {
    isMember = false;
    const refused = await send({ url: "/schema.graphql" });
    isMember = true;
    expect([refused.statusCode, refused.json().errors[0].extensions.code]).toEqual([403, "FORBIDDEN"]);
  });
});

describe("The pages of error codes", () => {
  it.each([
    ["text/html,application/xhtml+xml,*/*;q=0.8", "text/html"],
    ["*/*", "text/markdown"],
    ["text/plain", "text/plain"],
    ["text/html;q=0.5, text/markdown", "text/markdown"],
    ["image/png", "text/plain"],
  ])("with %s are %s", async (accept, expected) => {
    const { headers, body } = await send({ url: "/errors/FORBIDDEN", headers: { accept } });
    expect(headers["content-type"]).toBe(`${expected}; charset=utf-8`);
    expect(body).toMatch(
      expected === "text/html" ? /<meta name="viewport"[^]*<h1>FORBIDDEN<\/h1>/ : /^# FORBIDDEN\n/,
    );
  });

  it("are at the address that an error has, by whatever name the server was reached", async () => {
    const { errors } = (await post("{ nothing }", { host: "graph.example.org:8443" })).json();
    expect(errors[0].extensions.page).toBe("http://graph.example.org:8443/errors/GRAPHQL_VALIDATION_FAILED");
  });
});
