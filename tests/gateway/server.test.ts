import { request as httpRequest } from "node:http";
import { createGateway } from "../../gateway/server.ts";
import type { SubgraphExecutor } from "../../gateway/execution/subgraph-executor.ts";
import { StartupError } from "../../shared/errors.ts";
import type { RunningFixture } from "./fixture.ts";
import { startFixture } from "./fixture.ts";
import { failures } from "./fixtures/failures.ts";
import { keys } from "./fixtures/keys.ts";
import { mutations } from "./fixtures/mutations.ts";

const SILENT = { host: "127.0.0.1", port: 0, logLevel: "silent" } as const;
type Options = Partial<Parameters<typeof createGateway>[0]>;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(fixture: RunningFixture, options: Options = {}) {
  const gateway = await createGateway({
    supergraphSdl: fixture.supergraphSdl,
    subgraph: fixture.send,
    ...SILENT,
    ...options,
  });
  closing.push(() => gateway.close());
  const ask = async (query: string, variables?: Record<string, unknown>) => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, ...((await response.json()) as { data?: any; errors?: any[] }) };
  };
  return { ...gateway, ask };
}

/** What stands with every error that cannot be tried again. */
const shown = (code: string) => ({
  code,
  requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  retryable: false,
  page: expect.stringMatching(new RegExp(`^http://[^/]+/errors/${code}$`)),
});

describe("a gateway", () => {
  it("answers over HTTP, by POST and by GET", async () => {
    const { url, ask } = await start(startFixture(keys.subgraphs));
    const expected = { course: { title: "Algorithms", enrolled: 2 } };
    const query = `query Q($id: ID!) { course(id: $id) { title enrolled } }`;
    expect(await ask(query, { id: "c1" })).toMatchObject({ status: 200, data: expected });
    const search = new URLSearchParams({ query, variables: `{"id":"c1"}` });
    const answer = await fetch(`${url}/graphql?${search}`);
    expect(await answer.json()).toMatchObject({ data: expected });
  });

  it("decides on conditions by the variables of each request, though the document is the same", async () => {
    const { ask } = await start(startFixture(keys.subgraphs));
    const query = `query ($on: Boolean = true) { course(id: "c1") { title @include(if: $on) enrolled @skip(if: $on) } }`;
    const courses = [];
    for (const variables of [{}, { on: false }, { on: true }, { on: false }]) {
      courses.push((await ask(query, variables)).data.course);
    }
    const [yes, no] = [{ title: "Algorithms" }, { enrolled: 2 }];
    expect(courses).toEqual([yes, no, yes, no]);
    expect((await ask(query, { on: "yes" })).errors).toMatchObject([
      { extensions: { code: "BAD_USER_INPUT" } },
    ]);
    expect((await ask(query, { on: null })).errors).toMatchObject([
      { extensions: { code: "BAD_USER_INPUT" } },
    ]);
  });

  it("runs the operation that is named", async () => {
    const { server } = await start(startFixture(keys.subgraphs));
    const query = `query A { course(id: "c1") { title } } query B { course(id: "c2") { title } }`;
    const titles = [];
    for (const operationName of ["A", "B", "A"]) {
      const answer = await server.inject({
        method: "POST",
        url: "/graphql",
        payload: { query, operationName },
      });
      titles.push(answer.json().data.course.title);
    }
    expect(titles).toEqual(["Algorithms", "Networks", "Algorithms"]);
  });

  it("tells whether it is ready", async () => {
    let ready = false;
    const { server } = await start(startFixture(keys.subgraphs), { isReady: async () => ready });
    const status = async (url: string) => (await server.inject({ url })).statusCode;
    expect([await status("/health"), await status("/ready")]).toEqual([503, 503]);
    ready = true;
    expect([await status("/health"), await status("/ready")]).toEqual([200, 200]);
  });

  it("shows the explorer to a browser, with nothing from anywhere else", async () => {
    const explorerHeaders = { "x-somebody": "me" };
    const { server } = await start(startFixture(keys.subgraphs), { explorerHeaders });
    const browse = (url: string) => server.inject({ url, headers: { accept: "text/html,*/*" } });
    expect((await browse("/")).headers.location).toBe("/explorer");
    expect((await browse("/graphql?query=%7Bx%7D")).headers.location).toBe("/explorer?query=%7Bx%7D");
    const page = await browse("/explorer");
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(page.body).toContain("x-somebody");
    expect(page.body).not.toMatch(/<(script|link|img|iframe)[^>]*(src|href)="?(https?:)?\/\//i);
  });

  it("refuses requests that a page of somebody else's could send", async () => {
    const { server } = await start(startFixture(keys.subgraphs));
    const forms = await server.inject({
      method: "POST",
      url: "/graphql",
      headers: { "content-type": "text/plain" },
      payload: `{"query":"{ __typename }"}`,
    });
    expect(forms.statusCode).toBeGreaterThanOrEqual(400);
    const get = async (headers: Record<string, string>) =>
      (await server.inject({ url: "/graphql?query=%7B__typename%7D", headers })).statusCode;
    expect(await get({ "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await get({ "sec-fetch-site": "cross-site", "apollo-require-preflight": "1" })).toBe(200);
    expect(await get({ "sec-fetch-site": "same-origin" })).toBe(200);
  });

  it("changes nothing by GET", async () => {
    const { server } = await start(startFixture(mutations.subgraphs));
    const answer = await server.inject({
      url: `/graphql?query=${encodeURIComponent("mutation { clear }")}`,
    });
    expect(answer.statusCode).toBe(405);
  });

  it.each([
    ["a body that is too large", `{"query":"{ __typename }","x":"${"x".repeat(1_100_000)}"}`, 413],
    ["a body that is no JSON", `{"query":`, 400],
  ])("answers %s in the shape of GraphQL", async (_, payload, status) => {
    const { server } = await start(startFixture(keys.subgraphs));
    const headers = { "content-type": "application/json" };
    const answer = await server.inject({ method: "POST", url: "/graphql", headers, payload });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toEqual({
      errors: [{ message: expect.any(String), extensions: shown("BAD_REQUEST") }],
    });
  });

  it("refuses bad variables before any subgraph hears of them", async () => {
    const fixture = startFixture(keys.subgraphs);
    let calls = 0;
    const { ask } = await start(fixture, { subgraph: (each) => (calls++, fixture.send(each)) });
    const { errors } = await ask(`query ($id: ID!) { course(id: $id) { title } }`, { id: [1] });
    expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
    expect(calls).toBe(0);
  });
});

describe("errors that clients see", () => {
  it("keep the message where its code says that it was written for them", async () => {
    const { ask } = await start(startFixture(failures.subgraphs));
    const { errors } = await ask(`{ stock one { refused } }`);
    expect(errors).toEqual([
      { message: "refused", path: ["one", "refused"], extensions: shown("FORBIDDEN") },
    ]);
  });

  it("are masked otherwise, under an id", async () => {
    const { ask } = await start(startFixture(failures.subgraphs));
    const { data, errors } = await ask(`{ broken stock }`);
    expect(data).toEqual({ broken: null, stock: 3 });
    expect(errors).toEqual([
      {
        message: expect.stringMatching(/^Something went wrong \([0-9a-f-]{36}\)\.$/),
        path: ["broken"],
        extensions: shown("INTERNAL_SERVER_ERROR"),
      },
    ]);
  });

  it("stand in the log under that id, with what lies behind them, and nowhere else", async () => {
    const { ask, server } = await start(startFixture(failures.subgraphs));
    const logged = jest.spyOn(server.log, "error");
    const answer = await ask(`{ broken }`);
    expect(JSON.stringify(answer)).not.toContain("broken here");
    expect(logged.mock.calls).toEqual([
      [
        {
          err: expect.objectContaining({ message: "broken here" }),
          requestId: answer.errors![0].extensions.requestId,
          path: ["broken"],
        },
        "an operation failed",
      ],
    ]);
  });

  it("are passed on from somebody else's graph", async () => {
    const { ask } = await start(startFixture(failures.subgraphs), { masksErrors: false });
    expect((await ask(`{ broken }`)).errors).toMatchObject([{ message: "broken here", path: ["broken"] }]);
  });

  it("name no subgraph that cannot be reached", async () => {
    const fixture = startFixture(keys.subgraphs);
    const subgraph: SubgraphExecutor = async (each) => {
      if (each.subgraph === "enrolments") throw new Error("connect ECONNREFUSED enrolments:4001");
      return fixture.send(each);
    };
    const { ask } = await start(fixture, { subgraph });
    const { data, errors } = await ask(`{ course(id: "c1") { title teacher { name } } }`);
    expect(data).toEqual({ course: { title: "Algorithms", teacher: { name: null } } });
    expect(errors).toEqual([
      {
        message: "A part of the graph cannot be reached right now.",
        path: ["course", "teacher", "name"],
        extensions: { ...shown("UNAVAILABLE"), retryable: true },
      },
    ]);
  });
});

describe("the life of a gateway", () => {
  it("waits half a minute for a request to arrive, and no longer", async () => {
    const { server } = await start(startFixture(keys.subgraphs));
    expect(server.server.requestTimeout).toBe(30_000);
  });

  it("goes over to another supergraph while serving, and keeps the old one when the new one is bad", async () => {
    const [old, next] = [startFixture(keys.subgraphs), startFixture(failures.subgraphs)];
    let current = old;
    const gateway = await start(old, { subgraph: (each) => current.send(each) });
    await expect(gateway.reload("type Query { broken")).rejects.toThrow();
    await expect(gateway.reload("type Query { notASupergraph: Int }")).rejects.toThrow();
    expect((await gateway.ask(`{ course(id: "c1") { title } }`)).data.course.title).toBe("Algorithms");
    await gateway.reload(next.supergraphSdl);
    current = next;
    expect((await gateway.ask(`{ stock }`)).data).toEqual({ stock: 3 });
    expect((await gateway.ask(`{ course(id: "c1") { title } }`)).errors).toMatchObject([
      { extensions: { code: "GRAPHQL_VALIDATION_FAILED" } },
    ]);
  });

  it("ends an operation on the supergraph on which it began", async () => {
    const [old, next] = [startFixture(keys.subgraphs), startFixture(failures.subgraphs)];
    const gateway = await start(old, {
      async subgraph(each) {
        if (each.subgraph === "courses") await gateway.reload(next.supergraphSdl);
        return old.send(each);
      },
    });
    const { data } = await gateway.ask(`{ course(id: "c1") { title enrolled } }`);
    expect(data).toEqual({ course: { title: "Algorithms", enrolled: 2 } });
  });

  it("does not begin with a supergraph that is none", async () => {
    const begin = createGateway({ supergraphSdl: "type Query { a: Int }", subgraph: jest.fn(), ...SILENT });
    await expect(begin).rejects.toBeInstanceOf(StartupError);
  });

  it("says in one sentence that its port is taken", async () => {
    const fixture = startFixture(keys.subgraphs);
    const { url } = await start(fixture);
    const port = Number(new URL(url).port);
    const second = createGateway({
      supergraphSdl: fixture.supergraphSdl,
      subgraph: fixture.send,
      ...SILENT,
      port,
    });
    await expect(second).rejects.toEqual(
      new StartupError(`Port ${port} is taken: stop what listens there, or set PORT to another one.`),
    );
  });

  it("answers what has begun before it closes, and nothing after", async () => {
    const fixture = startFixture(keys.subgraphs);
    let begun = () => {};
    const isBegun = new Promise<void>((resolve) => (begun = resolve));
    const { url, ask, close } = await start(fixture, {
      async subgraph(each) {
        begun();
        await new Promise((resolve) => setTimeout(resolve, 200));
        return fixture.send(each);
      },
    });
    const answer = ask(`{ course(id: "c1") { title } }`);
    await isBegun;
    await close();
    expect((await answer).data).toEqual({ course: { title: "Algorithms" } });
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });

  it("lets go of subgraphs when its client has gone", async () => {
    const fixture = startFixture(keys.subgraphs);
    let begun = () => {};
    const isBegun = new Promise<void>((resolve) => (begun = resolve));
    let gone = () => {};
    const isGone = new Promise<void>((resolve) => (gone = resolve));
    const { url } = await start(fixture, {
      async subgraph(each) {
        each.signal?.addEventListener("abort", gone);
        begun();
        await isGone;
        return fixture.send(each);
      },
    });
    const client = httpRequest(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
    });
    client.on("error", () => {});
    client.end(JSON.stringify({ query: `{ course(id: "c1") { title } }` }));
    await isBegun;
    client.destroy();
    await isGone;
  });
});
