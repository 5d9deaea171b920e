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
  it("runs each once, after those it waits for, and fails when one fails", async () => {
    const order: string[] = [];
    const step = (name: string, milliseconds: number) => async () => {
      order.push(`+${name}`);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      order.push(`-${name}`);
    };
    const run = runGraph([
      { step: step("a", 1), after: [] },
      { step: step("b", 30), after: [] },
      { step: step("c", 1), after: [0] },
      { step: step("d", 1), after: [0, 1, 2] },
    ]);
    await run({} as Run);
    expect(order).toEqual(["+a", "+b", "-a", "+c", "-c", "-b", "+d", "-d"]);
    const broken = async () => {
      throw new Error("broken");
    };
    await expect(
      runGraph([
        { step: broken, after: [] },
        { step: broken, after: [0] },
      ])({} as Run),
    ).rejects.toThrow("broken");
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
    let asked = 0;
    const hanging = () => ++asked > 0;
    const late = (data: unknown) => (response: ServerResponse) => {
      setTimeout(() => response.end(JSON.stringify({ data })), 400);
      return true;
    };
    const running = await startHttpFixture(chain, {
      timeout: 600,
      sabotage: {
        names: hanging,
        chains: late({ chain: { __typename: "Chain", id: "1" } }),
        steps: late({ _entities: [{ item: { __typename: "Item", id: "2" } }] }),
      },
    });
    const { data, errors } = await running.post(`{ item { name } chain { item { name } } }`);
    expect(data).toEqual({ item: { name: null }, chain: { item: { name: null } } });
    expect(errors).toMatchObject([{ path: ["item", "name"] }, { path: ["chain", "item", "name"] }]);
    expect(asked).toBe(1);
    // Another operation asks again.
    await running.post(`{ item { name } }`);
    await running.close();
    expect(asked).toBe(2);
  });

  it("has its time from when it is asked for, not from when its turn comes", async () => {
    let asked = 0;
    const server = await serve(() => void asked++);
    const http = createHttpSubgraphs({
      urls: { one: server.url },
      secret: null,
      timeout: 300,
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
    const all = await Promise.allSettled([1, 2, 3].map(ask));
    await http.close();
    await server.close();
    expect(all.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    // Those behind the first are not sent any more: their time is over as well.
    expect(asked).toBe(1);
  });
});
