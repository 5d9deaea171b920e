import { ErrorList } from "../../gateway/execution/errors.ts";
import type { SubgraphResponse } from "../../gateway/execution/subgraph-executor.ts";
import { startFixture } from "./fixture.ts";

const ENTITIES = 50_000;
const FIELDS = ["a", "b", "c", "d", "e"];

const subgraphs = [
  {
    name: "items",
    typeDefs: `type Query { items: [Item!]! broken: Int } type Item @key(fields: "id") { id: ID! }`,
    resolvers: { Query: { items: () => [] } },
  },
  {
    name: "details",
    typeDefs: `type Query { other: Int } type Item @key(fields: "id") { id: ID! ${FIELDS.map((f) => `${f}: Int`).join(" ")} sure: Int! }`,
    resolvers: {},
  },
];

const QUERY = `{ items { ${FIELDS.join(" ")} } }`;

/** How many times errors that a subgraph has sent were looked at. */
let looks = 0;
beforeEach(() => (looks = 0));
const counted = (error: { message: string; path?: (string | number)[] }) =>
  Object.defineProperties(
    {},
    {
      message: { get: () => (looks++, error.message), enumerable: true },
      path: { get: () => (looks++, error.path), enumerable: true },
    },
  ) as { message: string };

/** Many items, and a subgraph of their details that answers as it is told. */
const items = (count: number, details: () => SubgraphResponse) =>
  startFixture(
    subgraphs,
    () =>
      async ({ subgraph }) =>
        subgraph === "items"
          ? {
              data: {
                items: Array.from({ length: count }, (_, id) => ({ __typename: "Item", id: String(id) })),
              },
            }
          : details(),
  );

describe("what fails many times", () => {
  it("is said a hundred times and counted, when a subgraph of many entities is down", async () => {
    const made = jest.spyOn(Error, "captureStackTrace");
    const { ask } = items(ENTITIES, () => {
      throw new Error("down");
    });
    const { data, errors, extensions } = await ask(QUERY);
    expect(errors).toHaveLength(100);
    expect(errors![99]).toMatchObject({ path: ["items", 19, "e"], extensions: { code: "UNAVAILABLE" } });
    expect(data!["items"]).toHaveLength(ENTITIES);
    expect(extensions).toEqual({ omittedErrors: expect.any(Number) });
    expect(extensions!["omittedErrors"]).toBeGreaterThanOrEqual(ENTITIES - 100);
    expect(made.mock.calls.length).toBeLessThan(1_000);
    made.mockRestore();
  });

  it.each<[string, number, (count: number) => readonly { message: string; path?: (string | number)[] }[]]>([
    [
      "an error of each entity",
      40_000,
      (count) =>
        Array.from({ length: count }, (_, at) => ({ message: `${at}`, path: ["_entities", at, "a"] })),
    ],
    ["errors without a path", 3_000, () => Array.from({ length: 300 }, (_, at) => ({ message: `no ${at}` }))],
    [
      "errors of lists that nobody asked for",
      3_000,
      () => Array.from({ length: 300 }, (_, at) => ({ message: "no", path: ["nothing", at] })),
    ],
  ])("is looked at so many times as an answer has room for: %s", async (_, count, errorsFor) => {
    const { ask } = items(count, () => ({
      data: { _entities: Array.from({ length: count }, () => null) },
      errors: errorsFor(count).map(counted),
    }));
    const { errors, extensions } = await ask(QUERY);
    expect(errors!.length).toBeGreaterThan(0);
    expect(errors!.length).toBeLessThanOrEqual(200);
    expect(extensions!["omittedErrors"]).toBeGreaterThan(0);
    expect(looks).toBeLessThan(20_000);
  });

  it("leaves room for the first error of every other field", async () => {
    const { ask } = startFixture(subgraphs, () => async ({ subgraph, query }) => {
      if (subgraph === "details") throw new Error("down");
      const data = {
        items: Array.from({ length: 1_000 }, (_, id) => ({ __typename: "Item", id: String(id) })),
      };
      return query.includes("broken")
        ? { data: { ...data, broken: null }, errors: [{ message: "broken", path: ["broken"] }] }
        : { data };
    });
    const { errors } = await ask(`{ ${QUERY.slice(1, -1)} broken }`);
    expect(errors!.map(({ path }) => path!.join())).toContain("broken");
    const list = new ErrorList();
    for (let at = 0; at < 150; at++) list.addFromSubgraph({ message: "m" }, ["list", at, "x"]);
    list.addFromSubgraph({ message: "m" }, ["late"]);
    list.addFromSubgraph({ message: "m" }, ["late"]);
    expect(list.errors).toHaveLength(101);
    expect(list.errors.at(-1)!.path).toEqual(["late"]);
    expect(list.omitted).toBeGreaterThanOrEqual(50);
  });

  it("makes no error for a promised field that another error explains, however many there are", async () => {
    const { ask } = items(ENTITIES, () => {
      throw new Error("down");
    });
    const { data, errors } = await ask(`{ items { sure } }`);
    expect(data).toBeNull();
    expect(errors).toHaveLength(100);
    expect(new Set(errors!.map(({ message }) => message)).size).toBe(1);
  });
});
