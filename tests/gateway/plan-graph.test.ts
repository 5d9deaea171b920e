import type { ServerResponse } from "node:http";
import { runGraph } from "../../gateway/execution/run-graph.ts";
import type { Run } from "../../gateway/execution/run.ts";
import { createHttpSubgraphs } from "../../gateway/subgraphs/http.ts";
import { VISITOR } from "../../shared/auth/viewer.ts";
import { startFixture } from "./fixture.ts";
import { serve, startHttpFixture } from "./http.ts";

/** Something that one part of a test waits for and another lets happen. */
function gate() {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

const item = { __resolveReference: (key: object) => key };

/** Items of one subgraph, completed by two others; and a root field that is answered when it is told. */
const subgraphs = (slow: () => unknown, name: () => unknown = () => "n") => [
  {
    name: "items",
    typeDefs: `type Query { items: [Item!]! nothing: [Item!] } type Item @key(fields: "id") { id: ID! }`,
    resolvers: { Query: { items: () => [{ id: 1 }, { id: 2 }], nothing: () => [] } },
  },
  {
    name: "slow",
    typeDefs: `type Query { slow: Slow } type Slow @key(fields: "id") { id: ID! } type Item @key(fields: "id") { id: ID! cost: Int }`,
    resolvers: { Query: { slow }, Item: { ...item, cost: () => 2 } },
  },
  {
    name: "names",
    typeDefs: `type Query { c: Int } type Item @key(fields: "id") { id: ID! name: String cost: Int @external price: Int @requires(fields: "cost") }
      type Slow @key(fields: "id") { id: ID! speed: Int }`,
    resolvers: {
      Item: { ...item, name, price: ({ cost }: { cost: number }) => cost * 10 },
      Slow: { ...item, speed: () => 1 },
    },
  },
];

describe("a fetch", () => {
  it("begins when what it depends on is there, whatever else the operation waits for", async () => {
    // The slow field is answered when the names have been asked for: they must not wait for it.
    const named = gate();
    const { ask } = startFixture(
      subgraphs(
        () => named.opened.then(() => ({ id: 1 })),
        () => (named.open(), "n"),
      ),
    );
    expect(await ask(`{ items { name } slow { id } }`)).toEqual({
      data: { items: [{ name: "n" }, { name: "n" }], slow: { id: "1" } },
    });
  });

  it("waits for all that it depends on, and only for that", async () => {
    const priced = gate();
    const fixture = startFixture(
      subgraphs(() => priced.opened.then(() => ({ id: 1 }))),
      (send) => async (request) => {
        const answer = await send(request);
        if (request.query.includes("price")) priced.open();
        return answer;
      },
    );
    // Prices require costs, which come from the subgraph of the slow field; its speed comes last.
    expect(await fixture.ask(`{ items { price name } slow { speed } }`)).toEqual({
      data: {
        items: [
          { price: 20, name: "n" },
          { price: 20, name: "n" },
        ],
        slow: { speed: 1 },
      },
    });
    const last = fixture.requests.at(-1)!;
    expect(last.query).toContain("speed");
  });

  it("is left out where there is nothing to ask for, and what would follow it as well", async () => {
    const { ask, requests } = startFixture(subgraphs(() => null));
    expect(await ask(`{ nothing { price name } slow { speed } }`)).toEqual({
      data: { nothing: [], slow: null },
    });
    expect(requests.map(({ subgraph }) => subgraph).sort()).toEqual(["items", "slow"]);
  });
});

describe("a graph of steps", () => {
  it("runs each once, as soon as those have ended that it waits for", async () => {
    const begun: string[] = [];
    const gates = Object.fromEntries(["a", "b", "c", "d"].map((name) => [name, gate()]));
    const step = (name: string) => () => (begun.push(name), gates[name]!.opened);
    const end = async (name: string) => {
      gates[name]!.open();
      await new Promise(setImmediate);
      return begun.join("");
    };
    const running = runGraph([
      { step: step("a"), after: [] },
      { step: step("b"), after: [] },
      { step: step("c"), after: [0] },
      { step: step("d"), after: [0, 1, 2] },
    ])({} as Run);
    expect(begun.join("")).toBe("ab");
    expect(await end("a")).toBe("abc");
    expect(await end("c")).toBe("abc");
    expect(await end("b")).toBe("abcd");
    await end("d");
    await running;
  });

  it("fails when one fails", async () => {
    const broken = async () => {
      throw new Error("broken");
    };
    const run = runGraph([
      { step: broken, after: [] },
      { step: broken, after: [0] },
    ]);
    await expect(run({} as Run)).rejects.toThrow("broken");
  });
});

describe("a subgraph that hangs", () => {
  const chain = [
    {
      name: "items",
      typeDefs: `type Query { item: Item } type Item @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { item: () => ({ id: 1 }) } },
    },
    {
      name: "chains",
      typeDefs: `type Query { chain: Chain } type Chain @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { chain: () => ({ id: 1 }) } },
    },
    {
      name: "steps",
      typeDefs: `type Query { step: Int } type Chain @key(fields: "id") { id: ID! item: Item } type Item @key(fields: "id") { id: ID! }`,
      resolvers: { Chain: { ...item, item: () => ({ id: 2 }) } },
    },
    {
      name: "names",
      typeDefs: `type Query { named: Int } type Item @key(fields: "id") { id: ID! name: String }`,
      resolvers: { Item: { ...item, name: () => "n" } },
    },
  ];

  it("is not waited for again by an operation that has waited for its whole time", async () => {
    const [asked, over, again] = [gate(), gate(), gate()];
    let times = 0;
    const answerAfter = (moment: Promise<unknown>, data: unknown) => (response: ServerResponse) => {
      void moment.then(() => response.end(JSON.stringify({ data })));
      return true;
    };
    const soonAfter = asked.opened.then(() => new Promise((resolve) => setTimeout(resolve, 1_000)));
    const running = await startHttpFixture(chain, {
      timeout: 2_000,
      sabotage: {
        names: (response) => {
          response.on("close", over.open);
          (++times === 1 ? asked : again).open();
          return true;
        },
        chains: answerAfter(soonAfter, { chain: { __typename: "Chain", id: "1" } }),
        // Another item is there when the time of the first one's name is over.
        steps: answerAfter(over.opened, { _entities: [{ item: { __typename: "Item", id: "2" } }] }),
      },
    });
    const { data, errors } = await running.post(`{ item { name } chain { item { name } } }`);
    expect(data).toEqual({ item: { name: null }, chain: { item: { name: null } } });
    expect(errors).toMatchObject([{ path: ["item", "name"] }, { path: ["chain", "item", "name"] }]);
    expect(times).toBe(1);
    // Another operation asks again.
    const next = running.post(`{ item { name } }`);
    await again.opened;
    await running.close();
    await next.catch(() => {});
  });

  it("has its time from when it is asked for, not from when its turn comes", async () => {
    const server = await serve(() => {});
    const http = createHttpSubgraphs({
      urls: { one: server.url },
      secret: null,
      timeout: 1_000,
      resilience: { concurrency: 1 },
    });
    const ask = (n: number) =>
      http.execute({
        subgraph: "one",
        query: "{ a }",
        operationKind: "query",
        variables: { n },
        viewer: VISITOR,
      });
    const begun = performance.now();
    const all = await Promise.allSettled(Array.from({ length: 10 }, (_, n) => ask(n)));
    // One after the other, each with a time of its own, they would take ten seconds.
    expect(performance.now() - begun).toBeLessThan(6_000);
    await http.close();
    await server.close();
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set(["rejected"]));
  });
});
