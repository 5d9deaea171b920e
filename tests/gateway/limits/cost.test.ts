import { buildSchema, parse, validate } from "graphql";
import { createPlanner } from "../../../gateway/execution/planner.ts";
import { createCostModel } from "../../../gateway/limits/cost/cost-model.ts";
import { DEFAULT_LIMITS } from "../../../gateway/limits/limits.ts";
import { refuseCost } from "../../../gateway/limits/refusal.ts";
import { composeSupergraph } from "../../../gateway/supergraph.ts";
import { apiSchema, EXAMPLES, refusalOf, supergraphSdl, times } from "./documents.ts";

const DIRECTIVES = `
  directive @cost(weight: String!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
`;

/** What operations on a schema cost. */
function costOn(sdl: string) {
  const schema = buildSchema(DIRECTIVES + sdl);
  const model = createCostModel(schema, sdl);
  return (text: string, variables?: Record<string, unknown>) => {
    const document = parse(text);
    expect(validate(schema, document)).toEqual([]);
    return model.requestedCost(document, null, variables);
  };
}

describe("The cost that is requested", () => {
  /** The examples of the specification. Its field cost, and one for each object, as in its type cost. */
  it.each([
    ["a field's weight, for each object of a list", "{ users(max: 5) { age } }", 5 * (1 + 2)],
    ["a weight, once for a list of scalars", "{ topProducts }", 5],
    ["the weight of an argument", "{ topProducts(filter: { exact: true }) }", 5 + 15],
    [
      "the weight of a field inside an argument",
      "{ topProducts(filter: { approx: { by: 1 } }) }",
      5 + 15 - 12,
    ],
    ["no weight of an argument that isn't given", "{ mostPopularProduct { id } }", 5 + 1],
    ["a negative weight", "{ mostPopularProduct(approx: { by: 1 }) { id } }", 5 - 3 + 1],
    ["no field for less than nothing", "{ cheap(approx: { by: 1 }) { id } }", 0 + 1],
    ["a scalar and an enum by their types", "{ cheap { big kind } }", 2 + 1 + 7 + 2],
    ["a type by its own weight", "{ heavy { id } }", 20],
    ["the size that is assumed", "{ some { id } }", 4],
    ["the size by either argument", "{ either(last: 3) { id } }", 3],
    ["the larger size of two", "{ either(first: 2, last: 3) { id } }", 3],
    ["the assumed size without an argument", "{ either { id } }", 6],
    ["the default of an argument", "{ byDefault { id } }", 8],
    ["the size by an argument's field", "{ nested(page: { first: 9 }) { id } }", 9],
    [
      "a page's lists by its size",
      "{ page(limit: 7) { items { id } rest { id } other { id } } }",
      1 + 7 + 7 + 10,
    ],
    ["a page inside a list", "{ pages(limit: 2) { items { id } } }", 10 * (1 + 2)],
    ["a list of lists", "{ grid { id } }", 4 * 10],
    ["a list by no less than nothing", "{ users(max: -5) { age } }", 0],
  ])("counts %s", (_, query, cost) => {
    const requested = costOn(`
      type Query {
        users(max: Int): [User] @listSize(slicingArguments: ["max"])
        topProducts(filter: Filter @cost(weight: "15.0")): [String] @cost(weight: "5.0") @listSize(assumedSize: 10)
        mostPopularProduct(approx: Approximate @cost(weight: "-3.0")): Product @cost(weight: "5.0")
        cheap(approx: Approximate @cost(weight: "-3.0")): Product @cost(weight: "2.0")
        heavy: Heavy
        some: [Product] @listSize(assumedSize: 4)
        either(first: Int, last: Int): [Product]
          @listSize(assumedSize: 6, slicingArguments: ["first", "last"], requireOneSlicingArgument: false)
        byDefault(count: Int = 8): [Product] @listSize(slicingArguments: ["count"])
        nested(page: Page): [Product] @listSize(slicingArguments: ["page.first"])
        page(limit: Int!): ProductPage @listSize(slicingArguments: ["limit"], sizedFields: ["items", "rest"])
        pages(limit: Int!): [ProductPage] @listSize(slicingArguments: ["limit"], sizedFields: ["items"])
        grid: [[Product]] @listSize(assumedSize: 4)
      }
      type User { name: String, age: Int @cost(weight: "2.0") }
      input Filter { approx: Approximate @cost(weight: "-12.0"), exact: Boolean }
      input Approximate { by: Int }
      input Page { first: Int }
      type Product { id: ID, big: Big, kind: Kind }
      type Heavy @cost(weight: "20") { id: ID }
      type ProductPage { items: [Product], rest: [Product], other: [Product] }
      scalar Big @cost(weight: "7")
      enum Kind @cost(weight: "2") { A }
    `);
    expect(requested(query)).toBe(cost);
  });

  it.each([
    ["{ list { id } }", 0],
    ["{ list(first: 1, last: 1) { id } }", 2],
  ])("refuses other than one of the arguments that say a size: %s", (query, got) => {
    const requested = costOn(`
      type Query { list(first: Int, last: Int): [Product] @listSize(slicingArguments: ["first", "last"]) }
      type Product { id: ID }
    `);
    expect(requested("{ list(first: 1) { id } }")).toBe(1);
    expect(requested("query ($n: Int) { list(first: 1, last: $n) { id } }")).toBe(1);
    expect(refusalOf(() => requested(query))).toEqual({
      message: `Query.list: expected exactly one of first, last; got ${got}.`,
      code: "BAD_USER_INPUT",
      http: { status: 400 },
    });
  });

  describe("without directives", () => {
    const requested = costOn(`
      type Query {
        things(first: Int, last: Int): ThingConnection
        newest(first: Int): [Thing!]!
        byIds(ids: [ID!]!): [Thing]!
        small: [Thing!]!
        node: Node
        either: Either
      }
      type Mutation { make: Thing }
      type ThingConnection { nodes: [Thing!]!, edges: [ThingEdge!]!, totalCount: Int!, related: [Thing] }
      type ThingEdge { node: Thing! }
      interface Node { id: ID, near: Node }
      type Thing implements Node { id: ID, near: Node, parts: [Thing!]!, next: Thing, tags: [String] }
      type Other implements Node { id: ID, near: Node, big: [Thing] }
      union Either = Thing | Other
    `);

    it.each([
      ["an object as one, what it holds as nothing", "{ node { id } }", 1],
      ["a page by its arguments", "{ things(first: 20) { nodes { id } totalCount } }", 1 + 20],
      ["edges and their nodes", "{ things(last: 5) { edges { node { id } } } }", 1 + 5 * 2],
      ["other lists of a page as small", "{ things(last: 5) { related { id } } }", 1 + 10],
      ["a page of no size as a whole one", "{ things { nodes { id } } }", 1 + 100],
      ["a list by its argument", "{ newest(first: 3) { id } }", 3],
      ["a list by the ids that are given", `{ byIds(ids: ["a", "b"]) { id } }`, 2],
      ["one id that is no list", `{ byIds(ids: "a") { id } }`, 1],
      ["a plain list as a small one", "{ small { parts { id } } }", 10 * (1 + 10)],
      ["no scalars", "{ small { tags } }", 10],
      ["a mutation", "mutation { make { id } }", 10 + 1],
      ["the dearest type of an interface", "{ node { id ... on Other { big { id } } } }", 1 + 10],
      [
        "not all types of a union",
        "{ either { ... on Thing { next { id } } ... on Other { big { id } } } }",
        11,
      ],
      [
        "a field twice as once",
        "{ node { id } node { ... on Thing { next { id } } } ...F } fragment F on Query { node { id } }",
        2,
      ],
      ["fields of two names twice", "{ a: node { id } b: node { id } }", 2],
      [
        "two selections of a field together",
        "{ things(first: 3) { nodes { id } } things(first: 3) { nodes { next { id } } } }",
        1 + 3 * 2,
      ],
      ["what the schema answers", "{ __schema { queryType { fields { name } } } }", 1 + 1 + 10],
    ])("counts %s", (_, query, cost) => expect(requested(query)).toBe(cost));

    it.each([
      ["a size", "query ($n: Int) { things(first: $n) { nodes { id } } }", { n: 7 }, 1 + 7],
      ["a size by its default", "query ($n: Int = 4) { things(first: $n) { nodes { id } } }", {}, 1 + 4],
      ["no size", "query ($n: Int) { things(first: $n, last: 2) { nodes { id } } }", { n: null }, 1 + 2],
      ["a size that is none", "query ($n: Int) { things(first: $n) { nodes { id } } }", { n: "x" }, 1 + 100],
      ["a list", "query ($ids: [ID!]!) { byIds(ids: $ids) { id } }", { ids: ["a", "b", "c"] }, 3],
      ["what is included", "query ($on: Boolean!) { node @include(if: $on) { id } }", { on: true }, 1],
      ["what isn't", "query ($on: Boolean!) { node @include(if: $on) { id } }", { on: false }, 0],
      ["what isn't, by default", "query ($on: Boolean = true) { node @skip(if: $on) { id } }", {}, 0],
      [
        "parts of what is selected twice",
        "query ($on: Boolean!) { node { id } node @include(if: $on) { ... on Other { big { id } } } }",
        { on: false },
        1,
      ],
    ])("takes from variables %s", (_, query, variables, cost) =>
      expect(requested(query, variables)).toBe(cost),
    );

    it("takes other variables of the same document", () => {
      const document = parse(
        "query ($n: Int) { things(first: $n) { nodes { id } } } query B { node { id } }",
      );
      const schema = buildSchema(
        "type Query { things(first: Int): [Query], node: Query, id: ID, nodes: [Query] }",
      );
      const model = createCostModel(schema, "type Query { id: ID }");
      const costs = [1, 50].map((n) => model.requestedCost(document, "B", { n }));
      expect(costs).toEqual([1, 1]);
      expect(model.requestedCost(document, null, {})).toBe(0);
    });

    it("counts fragments as they are spread, not by spreading them", () => {
      const levels = 60;
      const text = `{ node { ...F0 } } ${times(
        levels,
        (each) =>
          `fragment F${each} on Node { ... on Thing { a: next { ...F${each + 1} } b: next { ...F${each + 1} } } }`,
      )} fragment F${levels} on Node { id }`;
      expect(requested(text)).toBe(2 ** (levels + 1) - 1);
    });

    it("counts interfaces inside each other without multiplying their types out", () => {
      const chain = (links: number): string => (links === 0 ? "id" : `near { ${chain(links - 1)} }`);
      expect(requested(`{ node { ${chain(40)} } }`)).toBe(1 + 40);
    });
  });

  describe("of a supergraph", () => {
    const part = (name: string, header: string, types: string) => ({
      name,
      url: `http://${name}.invalid/`,
      sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", ${header}]) ${types}`,
    });
    const types = (cost: string, listSize: string) => `
      type Query { things(first: Int ${cost}(weight: 2)): Things ${listSize}(slicingArguments: ["first"], sizedFields: ["rows"]) }
      type Things { rows: [Thing] ${cost}(weight: 3) }
      type Thing @key(fields: "id") ${cost}(weight: 4) { id: ID! kind: Kind }
      enum Kind ${cost}(weight: 5) { A }`;

    it.each([
      ["its own names", `"@cost", "@listSize"`, "@cost", "@listSize"],
      [
        "other names",
        `{ name: "@cost", as: "@price" }, { name: "@listSize", as: "@size" }`,
        "@price",
        "@size",
      ],
      ["federation's names", "", "@federation__cost", "@federation__listSize"],
    ])("knows the directives under %s", async (_, header, cost, listSize) => {
      const other = part("b", "", `type Thing @key(fields: "id") { id: ID! more: Int }`);
      const sdl = composeSupergraph([part("a", header, types(cost, listSize)), other]);
      const planner = await createPlanner(sdl);
      const query = "{ things(first: 6) { rows { kind more } } }";
      const { requestedCost } = createCostModel(planner.apiSchema, sdl);
      expect(requestedCost(parse(query), null)).toBe(2 + 1 + 3 + 6 * (4 + 5));
      expect(JSON.stringify(await planner.plan(query))).toContain('"b"');
    });

    it("knows the directives where they are linked, not imported", () => {
      const sdl = `schema @link(url: "https://specs.apollo.dev/cost/v0.1", as: "price") { query: Query }
        type Query { things: [Query] @price(weight: 2) @price__listSize(assumedSize: 3) }`;
      const schema = buildSchema("type Query { things: [Query] }");
      expect(createCostModel(schema, sdl).requestedCost(parse("{ things { __typename } }"), null)).toBe(
        2 + 3,
      );
    });

    it("takes what an interface says for the types that say nothing", () => {
      const sdl = `type Query { node: Node } interface Node { parts: [Thing] @cost(weight: "3") @listSize(assumedSize: 2) }
        type Thing implements Node { parts: [Thing] }`;
      expect(costOn(sdl)("{ node { parts { __typename } } }")).toBe(1 + 3 + 2);
    });
  });
});

describe("What the platform lets in", () => {
  const { requestedCost } = createCostModel(apiSchema, supergraphSdl);
  const check = (text: string, variables?: Record<string, unknown>) =>
    refuseCost(requestedCost(parse(text), null, variables), DEFAULT_LIMITS.cost);
  const deep = (first: number, levels: readonly string[]): string =>
    levels.reduceRight(
      (below, level) => `{ ${level}(first: ${first}) { nodes ${below} } }`,
      "{ __typename }",
    );

  it("leaves room for every example", () => {
    for (const [text, variables] of Object.values(EXAMPLES))
      expect(() => check(text, variables)).not.toThrow();
  });

  it("refuses lists of 100 inside each other", () => {
    const levels = ["institutions", "partnerships", "programs", "figures"];
    expect(() => check(deep(100, levels.slice(0, 2)))).not.toThrow();
    expect(refusalOf(() => check(deep(100, levels)))).toEqual({
      message: "Expected a cost of at most 500000; got 102020201. Ask for shorter lists.",
      code: "COST_EXCEEDED",
      requested: 102020201,
      max: 500_000,
      http: { status: 400 },
    });
  });

  it("is at most what is allowed, and a number", () => {
    expect(() => refuseCost(10, 10)).not.toThrow();
    expect(refusalOf(() => refuseCost(11, 10))).toMatchObject({
      code: "COST_EXCEEDED",
      requested: 11,
      max: 10,
    });
    expect(refusalOf(() => refuseCost(NaN, 10))).toMatchObject({ code: "COST_EXCEEDED" });
  });

  it("counts totals and long lists as its subgraphs say", () => {
    const cost = (text: string) => requestedCost(parse(text), null);
    expect(cost("{ institutions(first: 3) { totalCount } }")).toBe(1 + 5);
    expect(cost(`{ partnership(id: "x") { parties { role } } }`)).toBe(1 + 5);
    expect(cost(`{ nodes(ids: ["a", "b"]) { id ... on Institution { relationships { kind } } } }`)).toBe(
      2 * 21,
    );
  });
});
