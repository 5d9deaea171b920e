import fc from "fast-check";
import type { GraphQLFieldResolver, GraphQLObjectType } from "graphql";
import {
  buildSchema,
  execute,
  getNamedType,
  getNullableType,
  isEnumType,
  isInterfaceType,
  isListType,
  isObjectType,
  parse,
  validate,
} from "graphql";
import type { ExecutionResult, GraphQLCompositeType, GraphQLOutputType } from "graphql";
import { createCostModel } from "../../../gateway/limits/cost/cost-model.ts";

const SDL = `
  directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION

  type Query { thing: Thing, things(first: Int!): ThingPage!, node: Node, either: [Either] @listSize(assumedSize: 3) }
  type Mutation { make(in: Input @cost(weight: 3)): Node @cost(weight: 8) }
  input Input { a: Int @cost(weight: 2) }
  interface Node { id: ID, near(far: Int @cost(weight: -1)): Node @cost(weight: 4), nodes(limit: Int!): [Node] @listSize(slicingArguments: ["limit"]) }
  type Thing implements Node @cost(weight: 3) {
    id: ID
    near(far: Int @cost(weight: -1)): Node @cost(weight: 4)
    nodes(limit: Int!): [Node] @listSize(slicingArguments: ["limit"])
    others: [Other!]!
    kinds: [Kind!]
  }
  type Other implements Node {
    id: ID
    near(far: Int @cost(weight: -1)): Node @cost(weight: 4)
    nodes(limit: Int!): [Node] @listSize(slicingArguments: ["limit"])
    things(first: Int!): ThingPage
    kind: Kind
  }
  type Plain { kind: Kind, things(first: Int!): ThingPage }
  type ThingPage { nodes: [Thing], edges: [Edge!]!, totalCount: Int @cost(weight: 5) }
  type Edge { node: Thing, cursor: String }
  union Either = Thing | Other | Plain
  enum Kind @cost(weight: 2) { A }
`;
const schema = buildSchema(SDL);
const model = createCostModel(schema, SDL);

/** What an operation asked for and what its data cost, where the data is made by `resolve`. */
async function costsOf(text: string, fieldResolver: GraphQLFieldResolver<any, unknown>, variables = {}) {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  const { data, errors } = (await execute({
    schema,
    document,
    fieldResolver,
    variableValues: variables,
    typeResolver: (value: { __typename: string }) => value.__typename,
  })) as ExecutionResult;
  expect(errors).toBeUndefined();
  return {
    requested: model.requestedCost(document, null, variables),
    actual: model.actualCost(document, null, variables, data),
  };
}

describe("The cost of an answer", () => {
  const actual = (text: string, data: Record<string, unknown> | null, variables = {}) => {
    const document = parse(text);
    expect(validate(schema, document)).toEqual([]);
    return model.actualCost(document, null, variables, data);
  };

  it.each([
    [
      "the objects that came",
      "{ things(first: 9) { nodes { id } } }",
      { things: { nodes: [{}, {}, null] } },
      1 + 2 * 3,
    ],
    ["what was counted", "{ things(first: 9) { totalCount } }", { things: { totalCount: 3 } }, 1 + 5],
    ["scalars that weigh", "{ thing { kinds } }", { thing: { kinds: ["A", "A"] } }, 3 + 2 * 2],
    ["a field that found nothing", "mutation { make { id } }", { make: null }, 8],
    ["arguments", "mutation { make(in: { a: 1 }) { id } }", { make: { id: 1 } }, 8 + 3 + 2 + 3],
    ["nothing where nothing came", "{ thing { id } }", { thing: null }, 0],
    ["no data", "{ thing { id } }", null, 0],
  ])("counts %s", (_, query, data, cost) => expect(actual(query, data)).toBe(cost));

  it("counts what was included", () => {
    const query = "query ($on: Boolean!) { thing @include(if: $on) { id } node { id } }";
    expect(actual(query, { node: { id: 1 } }, { on: false })).toBe(3);
    expect(actual(query, { thing: { id: 1 }, node: { id: 1 } }, { on: true })).toBe(6);
  });

  const byType = "{ node { __typename ... on Thing { others { id } } ... on Other { v: kind } } }";
  const byKeys = "{ node { ... on Thing { others { id } } ... on Other { v: kind } } }";
  it.each([
    ["the type that it names", byType, { __typename: "Other", v: "A" }, 1 + 2],
    ["the other type that it names", byType, { __typename: "Thing", others: [] }, 3],
    ["the cheaper type that it names", "{ node { __typename id } }", { __typename: "Other", id: 1 }, 1],
    ["the type that has its keys", byKeys, { v: "A" }, 1 + 2],
    ["the other type that has its keys", byKeys, { others: [{}] }, 3 + 1],
    ["the dearest type, when it fits all", "{ node { id } }", { id: 1 }, 3],
  ])("counts an object by %s", (_, query, node, cost) => expect(actual(query, { node })).toBe(cost));
});

/** A selection of a type's fields, nested at most so many levels. */
function selectionOf(type: GraphQLCompositeType, levels: number): fc.Arbitrary<string> {
  const fields = "getFields" in type ? Object.values(type.getFields()) : [];
  const pieces = fields.flatMap((field) => {
    const below = getNamedType(field.type);
    const isObject = "getFields" in below || "getTypes" in below;
    if (isObject && levels === 0) return [];
    const size = field.args.find(({ name }) => name === "first" || name === "limit");
    const given = fc
      .record({ size: fc.nat({ max: 3 }), far: fc.boolean(), isVariable: fc.boolean() })
      .map(({ size: count, far, isVariable }) => {
        const parts = size ? [`${size.name}: ${isVariable ? "$n" : count}`] : [];
        if (far && field.name === "near") parts.push("far: 1");
        if (far && field.name === "make") parts.push("in: { a: 1 }");
        return parts.length > 0 ? `(${parts.join(", ")})` : "";
      });
    const set = isObject ? selectionOf(below as GraphQLCompositeType, levels - 1) : fc.constant("");
    const condition = fc.constantFrom("", "", "@include(if: $on)", "@skip(if: $on)");
    return [
      fc.tuple(given, condition, set).map(
        ([argument, directive, selected]) =>
          // The name says the arguments, so that what has one name may be merged.
          `${field.name}${argument.replace(/\W/g, "")}${type.name}: ${field.name}${argument} ${directive} ${selected}`,
      ),
    ];
  });
  const types = isObjectType(type) ? [] : schema.getPossibleTypes(type);
  const spreads = types.map((each) =>
    selectionOf(each, levels).map((set) => (levels > 0 ? `... on ${each.name} ${set}` : "__typename")),
  );
  const all = [...pieces, ...spreads, fc.constant("__typename")];
  return fc.array(fc.oneof(...all), { minLength: 1, maxLength: 4 }).map((each) => `{ ${each.join(" ")} }`);
}

const operation = fc
  .oneof(
    selectionOf(schema.getQueryType()!, 4).map((set) => `query ($on: Boolean!, $n: Int!) ${set}`),
    selectionOf(schema.getMutationType()!, 3).map((set) => `mutation ($on: Boolean!, $n: Int!) ${set}`),
  )
  // GraphQL has no word for a variable that is declared and not used.
  .map((text) => `${text.replace("{", "{ on: __typename @include(if: $on) ...N ")} ${fragmentFor(text)}`);

const fragmentFor = (text: string) =>
  text.startsWith("query")
    ? "fragment N on Query { n: things(first: $n) { edges { cursor } } }"
    : "fragment N on Mutation { n: make { nodes(limit: $n) { id } } }";

/** Makes data by the choices of a stream of numbers: no list longer than it may be. */
function resolverBy(choices: readonly number[]): GraphQLFieldResolver<any, unknown> {
  let next = 0;
  const choose = (limit: number) => (choices[next++ % choices.length] ?? 0) % (limit + 1);
  const valueOf = (type: GraphQLOutputType, length: number, page: number): unknown => {
    const nullable = getNullableType(type);
    if (type === nullable && choose(4) === 0) return null;
    if (isListType(nullable)) {
      return Array.from({ length: choose(length) }, () =>
        valueOf(nullable.ofType as GraphQLOutputType, 0, page),
      );
    }
    if (isEnumType(nullable)) return "A";
    if (isObjectType(nullable)) return { __typename: nullable.name, page };
    if (isInterfaceType(nullable) || "getTypes" in nullable) {
      const types: readonly GraphQLObjectType[] = schema.getPossibleTypes(nullable as never);
      return { __typename: types[choose(types.length - 1)]!.name, page };
    }
    return 1;
  };
  return (
    source: { page?: number } | undefined,
    args: { first?: number; limit?: number },
    _context,
    info,
  ) => {
    const { fieldName, parentType, returnType } = info;
    if (fieldName === "__typename") return parentType.name;
    const isRow = parentType.name === "ThingPage";
    const length = isRow ? source?.page : (args.limit ?? (fieldName === "either" ? 3 : 10));
    return valueOf(returnType, length ?? 0, args.first ?? 0);
  };
}

it("is never more than was requested", async () => {
  await fc.assert(
    fc.asyncProperty(
      operation,
      fc.boolean(),
      fc.nat({ max: 3 }),
      fc.array(fc.nat({ max: 20 }), { minLength: 5, maxLength: 50 }),
      async (text, on, n, choices) => {
        const { requested, actual } = await costsOf(text, resolverBy(choices), { on, n });
        expect(actual).toBeLessThanOrEqual(requested);
      },
    ),
    { numRuns: 500 },
  );
});

it("is all that was requested when every list is full and every object there", async () => {
  const query = `{ things(first: 3) { nodes { kinds others { kind near(far: 1) { ... on Thing { id } } } } totalCount } }`;
  // The first type is Thing, the dearest; no choice is to have nothing, or fewer.
  const full: GraphQLFieldResolver<any, unknown> = (_source, _args, _context, { fieldName }) => {
    const thing = { __typename: "Thing" };
    if (fieldName === "nodes") return [thing, thing, thing];
    if (fieldName === "kinds") return Array.from({ length: 10 }, () => "A");
    if (fieldName === "others") return Array.from({ length: 10 }, () => ({}));
    if (fieldName === "kind") return "A";
    return fieldName === "totalCount" || fieldName === "id" ? 1 : thing;
  };
  const { requested, actual } = await costsOf(query, full);
  expect(actual).toBe(requested);
  expect(requested).toBe(1 + 5 + 3 * (3 + 10 * 2 + 10 * (1 + 2 + 3 + 3)));
});
