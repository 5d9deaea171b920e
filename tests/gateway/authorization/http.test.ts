import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buildSubgraphSchema } from "@apollo/subgraph";
import type { ExecutionResult } from "graphql";
import { parse } from "graphql";
import { createClient } from "graphql-sse";
import { createHandler } from "graphql-sse/lib/use/http";
import { loadGraph } from "../../../gateway/graph.ts";
import type { SignIn } from "../../../gateway/identity/caller.ts";
import type { Gateway } from "../../../gateway/server.ts";
import { createGateway } from "../../../gateway/server.ts";
import { createHttpSubgraphs } from "../../../gateway/subgraphs/http.ts";
import { createSubscriber } from "../../../gateway/subgraphs/subscribe.ts";
import { composeSupergraph } from "../../../gateway/supergraph.ts";
import type { HttpFixture } from "../http.ts";
import { bodyOf, serve, startHttpFixture } from "../http.ts";
import { member, refusedAt, SUBGRAPHS, VISITOR } from "./world.ts";

const signIn: SignIn = ({ headers }) => (headers["x-member"] ? member() : VISITOR);

describe.each([
  ["our own supergraph", false],
  ["somebody else's", true],
])("the gateway over %s", (_, isForeign) => {
  let fixture: HttpFixture;
  const asked: string[] = [];
  beforeAll(async () => {
    const note = (_response: unknown, _request: unknown, body: string) => {
      asked.push(body);
      return false;
    };
    fixture = await startHttpFixture(SUBGRAPHS, {
      ...(isForeign ? { limits: null, masksErrors: false } : {}),
      signIn,
      sabotage: { people: note, payroll: note },
    });
  });
  afterAll(() => fixture.close());
  beforeEach(() => void (asked.length = 0));

  const send = async (body: object, isMember = false, method = "POST"): Promise<ExecutionResult> => {
    const url = `${fixture.gateway.url}/graphql`;
    const headers = {
      "content-type": "application/json",
      "apollo-require-preflight": "1",
      ...(isMember ? { "x-member": "1" } : {}),
    };
    const inUrl = new URLSearchParams(
      Object.entries(body).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    );
    const answer = await (method === "GET"
      ? fetch(`${url}?${String(inUrl)}`, { headers })
      : fetch(url, { method, headers, body: JSON.stringify(body) }));
    expect(answer.status).toBe(200);
    return (await answer.json()) as ExecutionResult;
  };
  const query = `{ open me { name } people { account { iban } } node(id: "m1") { id } }`;
  const hidden = { open: 2, me: null, people: [{ account: null }, { account: null }], node: null };

  it.each(["POST", "GET"])("withholds by %s what a visitor may not see, and says where", async (method) => {
    const answer = await send({ query }, false, method);
    expect(answer.data).toEqual(hidden);
    expect(refusedAt(answer)).toEqual([["me"], ["people", "account"], ["node"]]);
    expect(asked.join()).not.toMatch(/\bme\b|iban|Memo/);
    expect(await send({ query }, true, method)).toMatchObject({
      data: {
        me: { name: "Person 1" },
        people: [{ account: { iban: "SECRET iban 1" } }, {}],
        node: { id: "m1" },
      },
    });
  });

  it("keeps a persisted operation for everybody, and its answers for nobody else", async () => {
    const sha256Hash = createHash("sha256").update(query).digest("hex");
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    const first = await send({ query, extensions }, true);
    expect(first).toMatchObject({ data: { me: { name: "Person 1" } } });
    for (const isMember of [false, true, false]) {
      const answer = await send({ extensions }, isMember);
      expect(answer.data).toEqual(isMember ? first.data : hidden);
    }
  });
});

it("gives callers of one viewer, who ask at once with different scopes, each their own", async () => {
  const bodies: string[] = [];
  let release = () => {};
  const both = new Promise<void>((done) => (release = done));
  const people = await serve(async (request, response) => {
    const body = await bodyOf(request);
    bodies.push(body);
    // What is asked stays under way until both have asked.
    if (bodies.length === 2) release();
    await both;
    const person = {
      __typename: "Person",
      id: "1",
      name: "One",
      ...(/ssn/.test(body) ? { ssn: "SECRET" } : {}),
    };
    response.end(JSON.stringify({ data: { _as_p: person } }));
  });
  const http = createHttpSubgraphs({ urls: { people: people.url, payroll: people.url }, secret: null });
  const supergraph = await startHttpFixture(SUBGRAPHS);
  const graph = await loadGraph(supergraph.supergraphSdl, { subgraph: http.execute });
  const document = parse(`{ p: person(id: "1") { name ssn } }`);
  const { viewer } = member();
  const ask = (...scopes: string[]) =>
    graph.execute({ document, viewer, caller: { ...member(...scopes), viewer } });
  const [some, all, same] = await Promise.all([ask(), ask("hr"), ask("else")]);
  expect(all!.data).toEqual({ p: { name: "One", ssn: "SECRET" } });
  for (const answer of [some, same]) {
    expect(answer!.data).toEqual({ p: { name: "One", ssn: null } });
    expect(refusedAt(answer!)).toEqual([["p", "ssn"]]);
  }
  // The two who may ask for the same share what has been asked.
  expect(bodies).toHaveLength(2);
  await Promise.all([http.close(), people.close(), supergraph.close()]);
});

describe("a subscription", () => {
  const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@authenticated"])
    type Query { a: Int }
    type Subscription { hired: Person @authenticated greeted: Greeting! news: Story }
    type Person { name: String }
    type Greeting { text: String secret: String @authenticated }
    interface Story { title: String }
    type Memo implements Story @authenticated { title: String }
    type Note implements Story { title: String }`;
  const subscribed: string[] = [];
  let gateway: Gateway;
  const closing: (() => unknown)[] = [];
  const events = (field: string, ...values: object[]) => ({
    async *subscribe() {
      subscribed.push(field);
      for (const value of values) yield { [field]: value };
    },
  });

  beforeAll(async () => {
    const resolvers = {
      Subscription: {
        hired: events("hired", { name: "SECRET" }),
        greeted: events("greeted", { text: "hello", secret: "SECRET" }, { text: "again", secret: "SECRET" }),
        news: events("news", { __typename: "Note", title: "free" }, { __typename: "Memo", title: "SECRET" }),
      },
    };
    const server = createServer(
      createHandler({ schema: buildSubgraphSchema({ typeDefs: parse(SDL), resolvers: resolvers as never }) }),
    );
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const http = createHttpSubgraphs({ urls: { one: url }, secret: null });
    gateway = await createGateway({
      supergraphSdl: composeSupergraph([{ name: "one", sdl: SDL, url }]),
      subgraph: http.execute,
      subscribe: createSubscriber(() => url),
      signIn,
      limits: null,
      host: "127.0.0.1",
      port: 0,
      logLevel: "silent",
    });
    closing.push(
      () => gateway.close(),
      () => http.close(),
      () => {
        server.closeAllConnections();
        server.close();
      },
    );
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });
  beforeEach(() => void (subscribed.length = 0));

  const all = async (query: string, headers: Record<string, string> = {}) => {
    const answers: ExecutionResult[] = [];
    const client = createClient({ url: `${gateway.url}/graphql`, retryAttempts: 0, headers });
    for await (const answer of client.iterate({ query })) answers.push(answer as ExecutionResult);
    return answers;
  };
  const asMember = { "x-member": "1" };

  it("to a protected field ends at once, and no subgraph hears of it", async () => {
    const [answer, ...others] = await all(`subscription { x: hired { name } }`);
    expect(others).toEqual([]);
    expect(answer!.data).toEqual({ x: null });
    expect(refusedAt(answer!)).toEqual([["x"]]);
    expect(subscribed).toEqual([]);
    expect(await all(`subscription { hired { name } }`, asMember)).toEqual([
      { data: { hired: { name: "SECRET" } } },
    ]);
  });

  it("withholds in each event what is protected there", async () => {
    const answers = await all(`subscription { greeted { text secret } }`);
    expect(answers.map(({ data }) => data)).toEqual(
      ["hello", "again"].map((text) => ({ greeted: { text, secret: null } })),
    );
    for (const answer of answers) expect(refusedAt(answer)).toEqual([["greeted", "secret"]]);
    expect(await all(`subscription { greeted { secret } }`, asMember)).toEqual([
      { data: { greeted: { secret: "SECRET" } } },
      { data: { greeted: { secret: "SECRET" } } },
    ]);
  });

  it("withholds the events that are of a protected type", async () => {
    const [note, memo] = await all(`subscription { news { title } }`);
    expect(note).toEqual({ data: { news: { title: "free" } } });
    expect(memo!.data).toEqual({ news: null });
    expect(refusedAt(memo!)).toEqual([["news"]]);
  });
});
