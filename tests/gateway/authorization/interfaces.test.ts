import type { SubgraphExecutor } from "../../../gateway/execution/subgraph-executor.ts";
import { startFixture } from "../fixture.ts";
import { member, refusedAt, startWorld } from "./world.ts";

const { ask, asked } = startWorld();
beforeEach(() => void asked());

describe("an interface whose implementations demand different things", () => {
  it("withholds the objects of a protected type, and none of the others", async () => {
    const answer = await ask(`{ news { __typename id title } }`);
    expect(answer.data).toEqual({
      news: [
        null,
        { __typename: "Leak", id: "l1", title: "Leak l1" },
        { __typename: "Note", id: "n1", title: "Note n1" },
      ],
    });
    expect(refusedAt(answer)).toEqual([["news"]]);
    expect(asked()).not.toMatch(/on (Memo|Story|Node)/);
  });

  it("withholds a field of the types that protect it, and of no others", async () => {
    const answer = await ask(`{ news { title body } }`, member());
    expect(answer.data).toEqual({
      news: [
        { title: "Memo m1", body: "SECRET body m1" },
        { title: "Leak l1", body: null },
        { title: "Note n1", body: "free" },
      ],
    });
    expect(refusedAt(answer)).toEqual([["news", "body"]]);
    expect(asked()).not.toMatch(/on Leak\{[^}]*body/);
  });

  it("says nothing where nothing was withheld", async () => {
    expect(await ask(`{ story { title body } one: node(id: "n1") { __typename } }`)).toEqual({
      data: { story: { title: "Note n1", body: "free" }, one: { __typename: "Note" } },
    });
  });

  it("is asked as it is by who may see all of it", async () => {
    await ask(`{ news { id title } }`, member());
    expect(asked()).toBe("{news{id title}}");
  });

  it.each([
    ["its id", `{ node(id: "m1") { id } }`],
    ["its name", `{ node(id: "m1") { __typename } }`],
    ["its name under an alias", `{ node(id: "m1") { x: __typename } }`],
    ["its own fragment", `{ node(id: "m1") { ... on Memo { x: __typename pages } } }`],
    ["a fragment that is empty for it", `{ node(id: "m1") { ... on Note { title } } }`],
    ["another interface", `{ node(id: "m1") { ...S } } fragment S on Story { ... on Node { id } }`],
  ])("does not show a protected object by %s", async (_, query) => {
    const answer = await ask(query);
    expect(answer.data).toEqual({ node: null });
    expect(refusedAt(answer)).toEqual([["node"]]);
    expect(asked()).not.toMatch(/Memo|pages/);
  });

  it("carries the null of a protected object as far as it must", async () => {
    const list = await ask(`{ strict { title } open }`);
    expect(list.data).toEqual({ strict: null, open: 2 });
    expect(refusedAt(list)).toEqual([["strict"]]);
    const root = await ask(`{ best { id } open }`);
    expect(root.data).toBeNull();
    expect(refusedAt(root)).toEqual([["best"]]);
  });

  it("decides anew at each depth", async () => {
    const query = `{ news { about { ... on Person { name ssn } ... on Story { about { id } body } } } }`;
    const answer = await ask(query);
    const about = { name: "Person 1", ssn: null };
    expect(answer.data).toEqual({ news: [null, { about }, { about }] });
    expect(refusedAt(answer)).toEqual([["news"], ["news", "about", "ssn"]]);
    expect(asked()).not.toMatch(/Memo|ssn/);
  });
});

describe("a union with a protected member", () => {
  it("withholds it, whatever is asked of it", async () => {
    for (const inner of [
      "__typename",
      "... on Memo { pages }",
      "... on Node { id }",
      "... on Story { title }",
    ]) {
      const answer = await ask(`{ search { ${inner} ... on Person { name } } }`);
      expect(answer.data!["search"]).toMatchObject([null, { name: "Person 2" }, {}]);
      expect(refusedAt(answer)).toEqual([["search"]]);
    }
    expect(asked()).not.toMatch(/Memo|pages/);
  });
});

describe("an interface that another subgraph adds to", () => {
  const subgraphs = [
    {
      name: "programs",
      typeDefs: `
        type Query { programs: [Program] }
        interface Program @key(fields: "id") { id: ID! title: String }
        type Internship implements Program @key(fields: "id") @authenticated { id: ID! title: String }
        type Course implements Program @key(fields: "id") { id: ID! title: String }
      `,
      resolvers: {
        Query: { programs: () => [program("i1"), program("c1")] },
        Program: {
          __resolveType: ({ __typename }: { __typename: string }) => __typename,
          __resolveReference: ({ id }: { id: string }) => program(id),
        },
        Internship: { __resolveReference: ({ id }: { id: string }) => program(id) },
        Course: { __resolveReference: ({ id }: { id: string }) => program(id) },
      },
    },
    {
      name: "metrics",
      typeDefs: `
        type Query { figures: [Figure] }
        type Figure { value: Int program: Program }
        type Program @key(fields: "id") @interfaceObject { id: ID! hours: Int }
      `,
      resolvers: {
        Query: {
          figures: () => ["i1", "c1"].map((id) => ({ value: 1, program: { __typename: "Program", id } })),
        },
        Program: { __resolveReference: ({ id }: { id: string }) => ({ id, hours: 40 }) },
      },
    },
  ];
  const program = (id: string) => ({
    __typename: id.startsWith("i") ? "Internship" : "Course",
    id,
    title: `Program ${id}`,
  });
  const other = startWorld({}, subgraphs);
  /** The same, while the subgraph that knows of which type a program is does not answer. */
  const withoutOwner = (parts = subgraphs) => {
    const { send, supergraphSdl } = startFixture(parts);
    const subgraph: SubgraphExecutor = async (request) => {
      if (request.subgraph === "programs") throw new Error("down");
      return send(request);
    };
    return startWorld({ subgraph }, parts, supergraphSdl);
  };

  it("withholds what is added to objects of a protected type", async () => {
    const answer = await other.ask(`{ programs { title hours } }`);
    expect(answer.data).toEqual({ programs: [null, { title: "Program c1", hours: 40 }] });
    expect(refusedAt(answer)).toEqual([["programs"]]);
    expect(await other.ask(`{ programs { hours } }`, member())).toEqual({
      data: { programs: [{ hours: 40 }, { hours: 40 }] },
    });
  });

  it.each([`{ figures { program { id } } }`, `{ figures { program { id hours title __typename } } }`])(
    "withholds objects that may be of a protected type when nobody tells: %s",
    async (query) => {
      const answer = await other.ask(query);
      const [internship] = answer.data!["figures"] as unknown[];
      expect(internship).toEqual({ program: null });
      expect(refusedAt(answer)).toEqual([["figures", "program"]]);
      expect((await other.ask(query, member())).errors).toBeUndefined();
    },
  );

  it("withholds all of them while their types cannot be told", async () => {
    const answer = await withoutOwner().ask(`{ figures { value program { id hours } } }`);
    expect(answer.data).toEqual({
      figures: [
        { value: 1, program: null },
        { value: 1, program: null },
      ],
    });
    expect(answer.errors!.map(({ path }) => path)).toContainEqual(["figures", "program"]);
  });

  it("withholds a field that one of their types protects, while their types cannot be told", async () => {
    const [programs, metrics] = subgraphs;
    const typeDefs = programs!.typeDefs
      .replace(` @authenticated {`, " {")
      .replace('Internship implements Program @key(fields: "id") { id: ID!', "$& @authenticated");
    expect(typeDefs).toMatch(/id: ID! @authenticated/);
    const parts = [{ ...programs!, typeDefs }, metrics!];
    const query = `{ figures { program { hours id } } }`;
    const answer = await withoutOwner(parts).ask(query);
    expect(answer.data).toEqual({ figures: [{ program: null }, { program: null }] });
    expect(answer.errors!.map(({ path }) => path)).toContainEqual(["figures", "program", "id"]);
    expect((await withoutOwner(parts).ask(query, member())).data).toMatchObject({
      figures: [{ program: { id: "i1" } }, { program: { id: "c1" } }],
    });
  });
});

describe("an interface and a union of nothing but protected types", () => {
  const subgraphs = [
    {
      name: "people",
      typeDefs: `
        type Query { secret: Secret either: Either open: Int }
        interface Secret { id: ID }
        type One implements Secret @authenticated { id: ID }
        type Two implements Secret @requiresScopes(scopes: [["two"]]) { id: ID }
        union Either = One | Two
      `,
      resolvers: { Query: { open: () => 1 } },
    },
  ];

  it("is not asked for at all", async () => {
    const all = startWorld({}, subgraphs);
    const answer = await all.ask(`{ secret { __typename id } either { __typename } open }`);
    expect(answer.data).toEqual({ secret: null, either: null, open: 1 });
    expect(refusedAt(answer)).toEqual([["secret"], ["either"]]);
    expect(all.asked()).toBe("{open}");
  });
});
