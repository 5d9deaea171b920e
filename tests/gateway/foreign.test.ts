import { composeServices } from "@apollo/composition";
import { parse, printSchema } from "graphql";
import { createPlanner } from "../../gateway/execution/planner.ts";
import { startFixture } from "./fixture.ts";

const SECURITY = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@authenticated", "@requiresScopes", "@policy", "@context", "@fromContext", "@cost", "@inaccessible"])\n`;

/** A supergraph as somebody else's tools make it. */
function composed(typeDefs: Readonly<Record<string, string>>, header = ""): string {
  const services = Object.entries(typeDefs).map(([name, sdl]) => ({
    name,
    typeDefs: parse(header + sdl) as any,
    url: "http://x",
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (!supergraphSdl) throw new Error(errors?.join("\n"));
  return supergraphSdl;
}

describe("somebody else's supergraph", () => {
  it.each([
    [
      "context",
      `type Query { t: T! } type T @key(fields: "id") @context(name: "c") { id: ID! p: String! u: U }
       type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { p }")): Int }`,
    ],
  ])("is refused when it depends on %s, which nobody would see to", async (feature, typeDefs) => {
    const supergraph = composed({ a: typeDefs }, SECURITY);
    await expect(createPlanner(supergraph)).rejects.toThrow(
      `it depends on ${feature} (https://specs.apollo.dev/`,
    );
  });

  it.each([`authenticated/v1.0`, `secrecy/v0.1`])("is refused when it depends on %s", async (feature) => {
    const supergraph = composed({ a: `type Query { a: Int @authenticated }` }, SECURITY);
    await expect(createPlanner(supergraph)).resolves.toBeDefined();
    const other = supergraph.replace("authenticated/v0.1", feature);
    await expect(createPlanner(other)).rejects.toThrow("it depends on");
  });

  it("shows clients nothing of who may see what", async () => {
    const supergraph = composed(
      { a: `type Query { a: Int @policy(policies: [["p"]]) b: Int @requiresScopes(scopes: [["s"]]) }` },
      SECURITY,
    );
    expect(printSchema((await createPlanner(supergraph)).apiSchema)).toBe(
      "type Query {\n  a: Int\n  b: Int\n}",
    );
  });

  it("is taken with features that only say something", async () => {
    const supergraph = composed(
      { a: `type Query { a: Int @cost(weight: 2) b: Int @inaccessible }` },
      SECURITY,
    );
    const { apiSchema } = await createPlanner(supergraph);
    expect(Object.keys(apiSchema.getQueryType()!.getFields())).toEqual(["a"]);
  });

  const there = { name: "there", fails: () => null };
  const resolvers = {
    Query: { a: () => 1, me: () => ({ query: {} }), all: () => [{ query: {} }, { query: {} }] },
    Mutation: { change: () => ({ ok: true, query: {} }) },
  };
  const subgraphs = [
    {
      name: "a",
      typeDefs: `type Query { a: Int me: Me all: [Me] } type Me { query: Query! }
        type Mutation { change: Change } type Change { ok: Boolean query: Query }`,
      resolvers,
    },
    {
      name: "b",
      typeDefs: `type Query { b: B broken: Int } type B { name: String fails: Int }`,
      resolvers: {
        Query: {
          b: () => there,
          broken: () => {
            throw new Error("broken");
          },
        },
      },
    },
  ];
  const supergraphSdl = composed(Object.fromEntries(subgraphs.map(({ name, typeDefs }) => [name, typeDefs])));

  it("may lead back to its root fields, of every subgraph", async () => {
    const { ask } = startFixture(subgraphs, undefined, supergraphSdl);
    expect(await ask(`{ me { query { a x: b { name } } } }`)).toEqual({
      data: { me: { query: { a: 1, x: { name: "there" } } } },
    });
    expect(await ask(`mutation { change { ok query { b { name } } } }`)).toEqual({
      data: { change: { ok: true, query: { b: { name: "there" } } } },
    });
  });

  it("may lead back there again from there", async () => {
    const { ask } = startFixture(subgraphs, undefined, supergraphSdl);
    const query = `{ me { query { b { name } me { query { b { name } } } } } }`;
    const b = { name: "there" };
    expect(await ask(query)).toEqual({ data: { me: { query: { b, me: { query: { b } } } } } });
  });

  it.failing("may do so with fields of two subgraphs, which the planner cannot plan yet", async () => {
    const { ask } = startFixture(subgraphs, undefined, supergraphSdl);
    const query = `{ me { query { a b { name } me { query { b { name } } } } } }`;
    const b = { name: "there" };
    expect(await ask(query)).toEqual({ data: { me: { query: { a: 1, b, me: { query: { b } } } } } });
  });

  it("has the errors of those fields at each place", async () => {
    const { ask } = startFixture(subgraphs, undefined, supergraphSdl);
    const { data, errors } = await ask(`{ all { query { x: broken b { name } } } }`);
    const query = { x: null, b: { name: "there" } };
    expect(data).toEqual({ all: [{ query }, { query }] });
    expect(errors).toMatchObject([
      { message: "broken", path: ["all", 0, "query", "x"] },
      { message: "broken", path: ["all", 1, "query", "x"] },
    ]);
  });
});
