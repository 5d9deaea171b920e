import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import type { Attacked } from "./platform.ts";
import { startAttacked } from "./platform.ts";

const JSON_TYPE = { "content-type": "application/json" };
const QUERY = JSON.stringify({ query: "{ viewer { kind } }" });
const MUTATION = `mutation { createConsortium(input: { name: "Mine" }) { id } }`;

describe("A request that is none", () => {
  let attacked: Attacked;
  beforeAll(async () => void (attacked = await startAttacked()));
  afterAll(() => attacked.platform.close());

  it.each<[string, number, RequestInit & { path?: string }]>([
    ["a mutation by GET", 405, { path: `/graphql?query=${encodeURIComponent(MUTATION)}` }],
    [
      "a GET that another site's page has sent",
      403,
      { path: "/graphql?query=%7Bviewer%7Bkind%7D%7D", headers: { "sec-fetch-site": "cross-site" } },
    ],
    [
      "a form",
      415,
      {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "query=%7Bviewer%7Bkind%7D%7D",
      },
    ],
    ["a text", 415, { method: "POST", headers: { "content-type": "text/plain" }, body: QUERY }],
    ["a batch", 400, { method: "POST", headers: JSON_TYPE, body: `[${QUERY},${QUERY}]` }],
    ["a body that is no JSON", 400, { method: "POST", headers: JSON_TYPE, body: `{"query":` }],
    [
      "a body of several megabytes",
      413,
      { method: "POST", headers: JSON_TYPE, body: `{"query":"${" ".repeat(3_000_000)}"}` },
    ],
    [
      "a compressed bomb",
      415,
      {
        method: "POST",
        headers: { ...JSON_TYPE, "content-encoding": "gzip" },
        body: gzipSync(`{"query":"${" ".repeat(50_000_000)}"}`),
      },
    ],
    [
      "a stream of events of nothing",
      400,
      { method: "POST", headers: { ...JSON_TYPE, accept: "text/event-stream" }, body: "null" },
    ],
    ["a query that is no text", 400, { method: "POST", headers: JSON_TYPE, body: `{"query":{"a":1}}` }],
    [
      "variables that are a list",
      400,
      { method: "POST", headers: JSON_TYPE, body: `{"query":"{ viewer { kind } }","variables":[1]}` },
    ],
    [
      "a prototype in the body",
      400,
      {
        method: "POST",
        headers: JSON_TYPE,
        body: `{"query":"{ viewer { kind } }","variables":{"__proto__":{"x":1}}}`,
      },
    ],
  ])("is refused: %s", async (_, status, init) => {
    const got = await attacked.refused("BAD_REQUEST", () => attacked.send(init));
    expect(got.status).toBe(status);
    expect(({} as any).x).toBeUndefined();
  });

  it("is not waited for without end: a client that sends its body a byte at a time", async () => {
    const { port } = new URL(attacked.platform.url);
    const socket = connect(Number(port), "localhost");
    socket.on("error", () => {});
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{`,
    );
    // It holds nobody up; how long it may take is bounded (see the life of a gateway).
    for (let turn = 0; turn < 20; turn++) expect((await attacked.post(QUERY)).status).toBe(200);
    socket.destroy();
  });

  it("makes nothing of names that objects are born with", async () => {
    const query = `{ constructor: viewer { __proto__: kind toString: kind hasOwnProperty: id } }`;
    const { text } = await attacked.post({ query });
    expect(text).toContain(
      `"data":{"constructor":{"__proto__":"VISITOR","toString":"VISITOR","hasOwnProperty":null}}`,
    );
    expect(Object.prototype.toString.call({})).toBe("[object Object]");
  });
});
