import { buildSubgraphSchema } from "@apollo/subgraph";
import fc from "fast-check";
import { execute, parse, validate } from "graphql";
import { startFixture } from "./fixture.ts";

type Row = { id: string; __typename: string };
const item = (id: string): Row => ({ id, __typename: "Item" });
const maker = (id: string): Row => ({ id, __typename: "Maker" });
const n = ({ id }: Row) => Number(id);
const named = ({ id }: { id: string }) => id;

/** Every field by its owner: pure functions of an id, some of them null and some of them failing. */
const FIELDS = {
  name: (it: Row) => (n(it) === 3 ? null : `item ${it.id}`),
  parts: (it: Row) => [1, 2, 3].slice(0, n(it)).map((id) => item(String(id))),
  price: (it: Row) => (n(it) === 2 ? null : n(it) * 10),
  size: (it: Row, { times = 1 }: { times?: number }) => n(it) * times,
  maker: (it: Row) => (n(it) === 3 ? null : maker(it.id)),
  best: (it: Row) => {
    if (n(it) === 2) throw new Error("no best");
    return item(String((n(it) % 3) + 1));
  },
  title: (it: Row) => `maker ${it.id}`,
  made: (it: Row) => [item("1"), null, item(it.id)],
};
const { name, parts, price, size, maker: makerOf, best, title, made } = FIELDS;
const type = (it: Row) => it.__typename;
const QUERY = {
  items: () => ["1", "2", "3", "1"].map(item),
  item: (_: unknown, key: { id: string }) => item(named(key)),
  things: () => [item("1"), maker("2"), null, item("3")],
  node: () => maker("1"),
};
const ABSTRACT = { Thing: { __resolveType: type }, Node: { __resolveType: type } };
const reference =
  (typename: string) =>
  ({ id }: { id: string }) => ({ id, __typename: typename });

const SUBGRAPHS = [
  {
    name: "shop",
    typeDefs: `
      type Query { items: [Item!] item(id: ID!): Item things: [Thing] node: Node }
      interface Node { id: ID! }
      union Thing = Item | Maker
      type Item implements Node @key(fields: "id") { id: ID! name: String parts: [Item!] }
      type Maker implements Node @key(fields: "id") { id: ID! made: [Item] }
    `,
    resolvers: {
      Query: QUERY,
      ...ABSTRACT,
      Item: { __resolveReference: reference("Item"), name, parts },
      Maker: { __resolveReference: reference("Maker"), made },
    },
  },
  {
    name: "catalogue",
    typeDefs: `
      type Item @key(fields: "id") { id: ID! price: Int! size(times: Int): Int maker: Maker best: Item! }
      type Maker @key(fields: "id") { id: ID! title: String! }
    `,
    resolvers: {
      Item: { __resolveReference: reference("Item"), price, size, maker: makerOf, best },
      Maker: { __resolveReference: reference("Maker"), title },
    },
  },
];

/** The same graph as one schema. */
const MERGED = buildSubgraphSchema({
  typeDefs: parse(`
    type Query { items: [Item!] item(id: ID!): Item things: [Thing] node: Node }
    interface Node { id: ID! }
    union Thing = Item | Maker
    type Item implements Node { id: ID! name: String parts: [Item!] price: Int! size(times: Int): Int maker: Maker best: Item! }
    type Maker implements Node { id: ID! made: [Item] title: String! }
  `),
  resolvers: {
    Query: QUERY,
    ...ABSTRACT,
    Item: { name, parts, price, size, maker: makerOf, best },
    Maker: { made, title },
  } as never,
});

// Some aliases are the names of fields, of keys too: a plan must not take one for the other.
const alias = fc.constantFrom(
  "",
  "",
  "",
  "x: ",
  "y: ",
  "__proto__: ",
  "id: ",
  "price: ",
  "maker: ",
  "__typename: ",
);
const condition = fc.constantFrom(
  "",
  "",
  "",
  "",
  " @include(if: $on)",
  " @skip(if: $on)",
  " @include(if: $off)",
);
const field = (text: string) => fc.tuple(alias, condition).map(([as, when]) => `${as}${text}${when}`);

/** Selections on each type; the fragments F and G stand at the end of every operation. */
const { Query: operation } = fc.letrec<Record<"Query" | "Item" | "Maker" | "Thing" | "Node", string>>(
  (tie) => {
    const below = (text: string, of: "Item" | "Maker" | "Thing" | "Node") =>
      fc.tuple(alias, condition, tie(of)).map(([as, when, inner]) => `${as}${text}${when} ${inner}`);
    const on = (of: "Item" | "Maker" | "Node") =>
      fc.tuple(condition, tie(of)).map(([when, inner]) => `... on ${of}${when} ${inner}`);
    const set =
      (...leaves: fc.Arbitrary<string>[]) =>
      (...deeper: fc.Arbitrary<string>[]) =>
        fc
          .array(fc.oneof({ depthSize: "small", maxDepth: 5 }, ...leaves, ...deeper), {
            minLength: 1,
            maxLength: 4,
          })
          .map((each) => `{ ${each.join(" ")} }`);
    const leaf = (...names: string[]) => names.map(field);
    return {
      Query: set(field("__typename"))(
        below("items", "Item"),
        below(`item(id: "2")`, "Item"),
        below("item(id: $id)", "Item"),
        below("things", "Thing"),
        below("node", "Node"),
      ),
      Item: set(...leaf("id", "__typename", "name", "price", "size", "size(times: $times)"))(
        below("parts", "Item"),
        below("maker", "Maker"),
        below("best", "Item"),
        fc.constant("...F"),
        on("Node"),
      ),
      Maker: set(...leaf("id", "__typename", "title"))(below("made", "Item"), fc.constant("...G")),
      Thing: set(field("__typename"))(on("Item"), on("Maker"), on("Node")),
      Node: set(...leaf("id", "__typename"))(on("Item"), on("Maker")),
    };
  },
);
const FRAGMENTS = `fragment F on Item { id maker { title } ...H } fragment G on Maker { made { name } } fragment H on Item { price x: name }`;

describe("any operation", () => {
  const fixture = startFixture(SUBGRAPHS);
  const variables = { on: true, off: false, id: "1", times: 3 };

  it("is answered as one schema over the same data answers it", async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(operation, async (selection) => {
        const head = `query ($on: Boolean!, $off: Boolean!, $id: ID!, $times: Int)`;
        const query = `${head} ${selection} ${FRAGMENTS}`;
        const document = parse(query);
        const problems = validate(MERGED, document).filter(({ message }) => !/never used/.test(message));
        fc.pre(problems.length === 0);
        const used = document.definitions[0]!;
        const [fragments, names] = [new Set<string>(), JSON.stringify(used)];
        for (const each of ["F", "G", "H"]) if (names.includes(`"value":"${each}"`)) fragments.add(each);
        if (fragments.has("F")) fragments.add("H");
        const definitions = document.definitions.filter(
          (each) => each.kind !== "FragmentDefinition" || fragments.has(each.name.value),
        );
        const expected = await execute({
          schema: MERGED,
          document: { ...document, definitions },
          variableValues: variables,
        });
        const printed = definitions.map(({ loc }) => query.slice(loc!.start, loc!.end)).join(" ");
        const asked = printed.replace(/^query \([^)]*\)/, () => {
          const wanted = Object.entries({ on: "Boolean!", off: "Boolean!", id: "ID!", times: "Int" });
          const declared = wanted.filter(([key]) => selection.includes(`$${key}`));
          return declared.length
            ? `query (${declared.map(([key, of]) => `$${key}: ${of}`).join(", ")})`
            : "query";
        });
        const actual = await fixture.ask(asked, variables);
        compared++;
        expect({ asked, data: actual.data }).toEqual({
          asked,
          data: JSON.parse(JSON.stringify(expected.data)) as unknown,
        });
        expect({ asked, fails: Boolean(actual.errors) }).toEqual({ asked, fails: Boolean(expected.errors) });
      }),
      {
        numRuns: Number(process.env["DIFFERENTIAL_RUNS"] ?? 150),
        seed: Number(process.env["DIFFERENTIAL_SEED"] ?? 7),
      },
    );
    expect(compared).toBeGreaterThan(50);
  });
});
