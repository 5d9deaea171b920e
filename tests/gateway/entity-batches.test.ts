import type { SubgraphRequest, SubgraphResponse } from "../../gateway/execution/subgraph-executor.ts";
import { startFixture } from "./fixture.ts";

const named = (name: string) => ({
  __resolveReference: (key: object) => key,
  name: ({ id }: { id: string }) => `${name} ${id}`,
});

/** Fails as it is called, not by a promise: the whole list of entities is lost with it. */
const failing = {
  __resolveReference: () => {
    throw new Error("no must");
  },
};

const subgraphs = [
  {
    name: "parents",
    typeDefs: `
      type Query { parent: Parent things: [Thing] a: Int needed: Required shown: Thing }
      type Parent { must: Must other: Other third: Third }
      type Required { must: Must! }
      interface Thing { id: ID! }
      type Must implements Thing @key(fields: "id") { id: ID! }
      type Other implements Thing @key(fields: "id") { id: ID! }
      type Third implements Thing @key(fields: "id") { id: ID! }
    `,
    resolvers: {
      Thing: { __resolveType: ({ type }: { type: string }) => type },
      Query: {
        parent: () => ({ must: { id: 1 }, other: { id: 2 }, third: { id: 3 } }),
        needed: () => ({ must: { id: 1 } }),
        things: () => [
          { type: "Must", id: 1 },
          { type: "Other", id: 2 },
          { type: "Must", id: 3 },
          { type: "Third", id: 4 },
        ],
        shown: () => ({ type: "Must", id: 1 }),
        a: () => 1,
      },
    },
  },
  {
    name: "names",
    typeDefs: `
      type Query { b: Int }
      type Must @key(fields: "id") { id: ID! name: String certain: String! friend: Friend }
      type Other @key(fields: "id") { id: ID! name: String }
      type Third @key(fields: "id") { id: ID! name: String }
      type Friend @key(fields: "id") { id: ID! }
    `,
    resolvers: { Must: failing, Other: named("other"), Third: named("third") },
  },
  {
    name: "sizes",
    typeDefs: `type Query { c: Int } type Friend @key(fields: "id") { id: ID! size: Int }`,
    resolvers: {},
  },
];

/** A fixture of which one subgraph answers entity fetches as it is told. */
const answering = (answer: (request: SubgraphRequest) => SubgraphResponse) =>
  startFixture(
    subgraphs,
    (send) => async (request) => (request.subgraph === "names" ? answer(request) : send(request)),
  );

describe("a part of a batch of entities that fails", () => {
  const { ask, requests } = startFixture(subgraphs);
  beforeEach(() => void requests.splice(0));

  it("leaves the entries for other places alone", async () => {
    expect(await ask(`{ parent { must { name } other { name } third { name } } }`)).toMatchObject({
      data: { parent: { must: { name: null }, other: { name: "other 2" }, third: { name: "third 3" } } },
      errors: [{ message: "no must", path: ["parent", "must", "name"] }],
    });
    // The batch, and each entry of it alone.
    expect(requests.map(({ subgraph }) => subgraph)).toEqual(["parents", "names", "names", "names", "names"]);
  });

  it("leaves other types in the same list alone", async () => {
    const { data, errors } = await ask(
      `{ things { ... on Must { name certain } ... on Other { name } ... on Third { name } } }`,
    );
    expect(data).toEqual({ things: [null, { name: "other 2" }, null, { name: "third 4" }] });
    expect(errors).toMatchObject([
      { path: ["things", 0, "name"] },
      { path: ["things", 0, "certain"] },
      { path: ["things", 2, "name"] },
      { path: ["things", 2, "certain"] },
    ]);
  });

  it("has its error where the first of its fields failed, when another subgraph would have gone on from there", async () => {
    expect(await ask(`{ parent { must { friend { size } } other { name } } }`)).toMatchObject({
      data: { parent: { must: { friend: null }, other: { name: "other 2" } } },
      errors: [{ message: "no must", path: ["parent", "must", "friend"] }],
    });
  });

  it("is asked for once when it is all that there is", async () => {
    expect(await ask(`{ parent { must { name } } }`)).toMatchObject({
      errors: [{ path: ["parent", "must", "name"] }],
    });
    expect(requests).toHaveLength(2);
  });

  it("is not asked for again when nobody has answered", async () => {
    const down = answering(() => {
      throw new Error("down");
    });
    const { data, errors } = await down.ask(`{ parent { must { name } other { name } } }`);
    expect(data).toEqual({ parent: { must: { name: null }, other: { name: null } } });
    expect(errors).toHaveLength(2);
    expect(down.requests).toHaveLength(2);
  });
});

describe("a null", () => {
  it.each<[string, SubgraphResponse]>([
    [
      "a list that is null beside an error of another",
      { data: { _e0: null }, errors: [{ message: "m", path: ["_e1"] }] },
    ],
    ["a list that is too short", { data: { _e0: [], _e1: [] } }],
    ["lists that are not there", { data: {} }],
  ])("never stands without an error: %s", async (_, response) => {
    const { data, errors } = await answering(() => response).ask(
      `{ parent { must { name } other { name } } }`,
    );
    expect(data).toEqual({ parent: { must: { name: null }, other: { name: null } } });
    expect(errors!.map(({ path }) => path!.join())).toEqual(
      expect.arrayContaining(["parent,must,name", "parent,other,name"]),
    );
  });

  it.each<[string, unknown]>([
    ["a text", "must"],
    ["a number", 7],
    ["a list", [{ name: "x" }]],
    ["an object of a type that nobody knows", { __typename: "Nope", name: "x" }],
    ["an object of another type", { __typename: "Friend", name: "x" }],
  ])("where an entity is %s has an error of each field", async (_, entity) => {
    const { ask } = answering(() => ({ data: { _entities: [entity] } }));
    expect(await ask(`{ parent { must { name x: certain } } }`)).toMatchObject({
      data: { parent: { must: null } },
      errors: [
        { path: ["parent", "must", "name"], extensions: { code: "UNAVAILABLE" } },
        { path: ["parent", "must", "x"], extensions: { code: "UNAVAILABLE" } },
      ],
    });
  });

  it("of an entity that its owner doesn't know is no error", async () => {
    const { ask } = answering(() => ({ data: { _entities: [null] } }));
    expect(await ask(`{ parent { must { name } } }`)).toEqual({ data: { parent: { must: { name: null } } } });
  });

  it("of a root field that an answer leaves out has an error", async () => {
    const { ask } = answering(() => ({ data: {} }));
    expect(await ask(`{ a b }`)).toMatchObject({ data: { a: 1, b: null }, errors: [{ path: ["b"] }] });
  });

  it("of an error inside an entity that names no field is one of each field", async () => {
    const { ask } = answering(() => ({
      data: { _entities: [null] },
      errors: [{ message: "lost", path: ["_entities", 0] }],
    }));
    expect(await ask(`{ parent { must { name friend { size } } } }`)).toMatchObject({
      data: { parent: { must: { name: null, friend: null } } },
      errors: [{ path: ["parent", "must", "name"] }, { path: ["parent", "must", "friend"] }],
    });
  });
});

describe("a type's name", () => {
  it("at the root has no error when the subgraph is down that would have been asked for it", async () => {
    const { ask } = startFixture(subgraphs, () => async () => {
      throw new Error("down");
    });
    for (const query of [`{ __typename a }`, `{ a t: __typename }`, `{ ... on Query { __typename a } }`]) {
      const { data, errors } = await ask(query);
      expect(data).toMatchObject({ a: null });
      expect(Object.values(data!)).toContain("Query");
      expect(errors!.map(({ path }) => path)).toEqual([["a"]]);
    }
  });

  it("that nobody knows is an error, and not a null of a member that clients don't see", async () => {
    const { ask } = startFixture(subgraphs, (send) => async (request) => {
      if (!request.query.includes("shown")) return send(request);
      return { data: { shown: { __typename: "Nope", id: "1" } } };
    });
    expect(await ask(`{ shown { id } }`)).toMatchObject({
      data: { shown: null },
      errors: [{ path: ["shown"] }],
    });
  });
});
