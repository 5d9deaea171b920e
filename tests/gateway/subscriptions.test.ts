import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buildSubgraphSchema } from "@apollo/subgraph";
import type { ExecutionResult } from "graphql";
import { parse } from "graphql";
import { createClient } from "graphql-sse";
import { createHandler } from "graphql-sse/lib/use/http";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import type { Gateway } from "../../gateway/server.ts";
import { createGateway } from "../../gateway/server.ts";
import { createHttpSubgraphs } from "../../gateway/subgraphs/http.ts";
import { createSubscriber, SUBSCRIPTION_PROTOCOLS } from "../../gateway/subgraphs/subscribe.ts";
import { composeSupergraph } from "../../gateway/supergraph.ts";
import { bodyOf, serve } from "./http.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])\n`;

const COURSES = `${LINK}
  type Query { courses: Int }
  type Subscription { enrolled(times: Int!): Enrolment broken: Int! endless: Enrolment bad: Int }
  type Enrolment { seat: Int! course: Course }
  type Course @key(fields: "id") { id: ID! }
`;
const TITLES = `${LINK}
  type Query { titles: Int }
  type Course @key(fields: "id") { id: ID! title: String! asked: Int! }
`;

describe.each(SUBSCRIPTION_PROTOCOLS)("a subscription, its subgraph over %s", (protocol) => {
  const closing: (() => Promise<unknown>)[] = [];
  let gateway: Gateway;
  /** How many endless streams the subgraph has open. */
  let open = 0;
  let asked = 0;
  let areTitlesThere = true;

  const resolvers = {
    Subscription: {
      enrolled: {
        async *subscribe(_: unknown, { times }: { times: number }) {
          for (let seat = 1; seat <= times; seat++) yield { enrolled: { seat, course: { id: `c${seat}` } } };
        },
      },
      endless: {
        subscribe() {
          open++;
          let isDone = false;
          return {
            next: async () => {
              await new Promise((done) => setTimeout(done, 20));
              return isDone ? { done: true } : { value: { endless: { seat: 0, course: null } }, done: false };
            },
            return: async () => {
              isDone = true;
              open--;
              return { done: true, value: undefined };
            },
            [Symbol.asyncIterator]() {
              return this;
            },
          };
        },
      },
      bad: {
        async *subscribe() {
          yield { bad: "not a number" };
          yield { bad: 2 };
        },
      },
      broken: {
        async *subscribe() {
          yield { broken: 1 };
          await new Promise((done) => setTimeout(done, 20));
          courses.closeAllConnections();
          for (const socket of sockets.clients) socket.terminate();
          await new Promise(() => {});
        },
      },
    },
  };
  const schema = buildSubgraphSchema({ typeDefs: parse(COURSES), resolvers: resolvers as never });
  const courses = createServer(createHandler({ schema }));
  const sockets = new WebSocketServer({ server: courses });
  useServer({ schema }, sockets);

  beforeAll(async () => {
    await new Promise<void>((done) => courses.listen(0, "127.0.0.1", done));
    closing.push(async () => {
      for (const socket of sockets.clients) socket.terminate();
      courses.closeAllConnections();
      courses.close();
    });
    const titles = await serve(async (request, response) => {
      const { variables } = JSON.parse(await bodyOf(request));
      asked++;
      if (!areTitlesThere) return void response.writeHead(500).end("no");
      const entities = variables.representations.map(({ id }: { id: string }) => ({
        title: `Course ${id}`,
        asked,
      }));
      response.end(JSON.stringify({ data: { _entities: entities } }));
    });
    closing.push(titles.close);
    const urls: Record<string, string> = {
      courses: `http://127.0.0.1:${(courses.address() as AddressInfo).port}/`,
      titles: titles.url,
    };
    const http = createHttpSubgraphs({ urls, secret: null });
    gateway = await createGateway({
      supergraphSdl: composeSupergraph([
        { name: "courses", sdl: COURSES, url: urls["courses"]! },
        { name: "titles", sdl: TITLES, url: urls["titles"]! },
      ]),
      subgraph: http.execute,
      subscribe: createSubscriber((name) => urls[name]!, protocol),
      host: "127.0.0.1",
      port: 0,
      logLevel: "silent",
      limits: null,
    });
    closing.push(http.close, () => gateway.close());
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });
  beforeEach(() => {
    areTitlesThere = true;
    asked = 0;
  });

  const subscribe = (query: string, variables = {}) =>
    createClient({ url: `${gateway.url}/graphql`, retryAttempts: 0 }).iterate({ query, variables });
  const all = async (query: string, variables = {}) => {
    const events: ExecutionResult[] = [];
    for await (const event of subscribe(query, variables)) events.push(event as ExecutionResult);
    return events;
  };

  it("completes each event with what other subgraphs know, anew", async () => {
    const query = `subscription ($n: Int!) { new: enrolled(times: $n) { seat course { title asked } __typename } }`;
    expect(await all(query, { n: 3 })).toEqual(
      [1, 2, 3].map((seat) => ({
        data: { new: { seat, course: { title: `Course c${seat}`, asked: seat }, __typename: "Enrolment" } },
      })),
    );
  });

  it("goes on with what is there when another subgraph fails", async () => {
    areTitlesThere = false;
    const events = await all(`subscription { enrolled(times: 2) { seat course { id title } } }`);
    expect(events.map(({ data }) => data)).toEqual(
      [1, 2].map((seat) => ({ enrolled: { seat, course: null } })),
    );
    for (const { errors } of events) {
      expect(errors).toMatchObject([
        { path: ["enrolled", "course", "title"], extensions: { code: "UNAVAILABLE" } },
      ]);
    }
  });

  it("passes on an event's error and goes on", async () => {
    const [first, second] = await all(`subscription { bad }`);
    expect(first).toMatchObject({ data: { bad: null }, errors: [{ path: ["bad"] }] });
    expect(second).toEqual({ data: { bad: 2 } });
  });

  it("says that its source has broken off, and ends", async () => {
    const events = await all(`subscription { broken }`);
    expect(events[0]).toEqual({ data: { broken: 1 } });
    expect(events.slice(1)).toMatchObject([
      { data: null, errors: [{ path: ["broken"], extensions: { code: "UNAVAILABLE" } }] },
    ]);
  });

  it("ends at its source when the client goes", async () => {
    const events = subscribe(`subscription { endless { seat } }`);
    expect((await events.next()).value).toEqual({ data: { endless: { seat: 0 } } });
    expect((await events.next()).value).toEqual({ data: { endless: { seat: 0 } } });
    expect(open).toBe(1);
    await events.return!();
    for (let turn = 0; turn < 100 && open > 0; turn++) await new Promise((done) => setTimeout(done, 20));
    expect(open).toBe(0);
  });

  it("is refused where it is not valid, or its variables are not", async () => {
    const post = async (query: string, variables = {}) => {
      const answer = await fetch(`${gateway.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "text/event-stream" },
        body: JSON.stringify({ query, variables }),
      });
      return answer.text();
    };
    expect(await post(`subscription { nothing }`)).toMatch(/Cannot query field.*GRAPHQL_VALIDATION_FAILED/);
    expect(await post(`subscription {`)).toMatch(/Syntax Error/);
    const [event] = await all(`subscription ($n: Int!) { enrolled(times: $n) { seat } }`, { n: "many" });
    expect(event).toMatchObject({ errors: [{ extensions: { code: "BAD_USER_INPUT" } }] });
  });

  it("shares its address and way with queries", async () => {
    expect(await all(`{ __typename }`)).toEqual([{ data: { __typename: "Query" } }]);
    const posted = await fetch(`${gateway.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: `subscription { endless { seat } }` }),
    });
    expect(posted.status).toBe(400);
    expect(await posted.json()).toMatchObject({
      errors: [{ message: expect.stringMatching(/text\/event-stream/) }],
    });
  });
});
