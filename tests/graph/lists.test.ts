import fc from "fast-check";
import type {
  GraphQLArgument,
  GraphQLField,
  GraphQLInputType,
  GraphQLNamedType,
  GraphQLObjectType,
} from "graphql";
import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";
import type { Viewer } from "../../shared/auth/viewer.ts";
import type { TestPlatform } from "../platform.ts";
import { startTestPlatform } from "../platform.ts";
import type { Asker } from "./matrix/ask.ts";
import { createAsker } from "./matrix/ask.ts";
import { viewersOf } from "./matrix/viewers.ts";

/*
 * Lists of one request share batches. Whatever decides on a list has to be in the key of its batch: any two lists
 * with any arguments, anywhere in a request, are answered as they are in two.
 */

let platform: TestPlatform;
let asker: Asker;
let viewer: Viewer;

beforeAll(async () => {
  platform = await startTestPlatform();
  asker = await createAsker(platform);
  // An admin is the one to whom every list shows something.
  viewer = (await viewersOf(platform))["admin"]!;
});
afterAll(() => platform.close());

type Field = GraphQLField<unknown, unknown>;

const isList = ({ type }: Field) => getNamedType(type).name.endsWith("Connection");

/** The type of the records that a list shows. */
const nodeOf = ({ type }: Field) =>
  getNamedType((getNamedType(type) as GraphQLObjectType).getFields()["nodes"]!.type);

const fieldsOf = (type: GraphQLNamedType): Record<string, Field> =>
  isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};

/** Lists at the root, and with each the lists of its records: `institutions`, `institutions.partnerships`… */
function pathsOf(): Field[][] {
  const roots = Object.values(asker.schema.getQueryType()!.getFields()).filter(isList);
  return roots.flatMap((root) => [
    [root],
    ...Object.values(fieldsOf(nodeOf(root)))
      .filter(isList)
      .map((field) => [root, field]),
  ]);
}

/** Values that demo records have, or could have, so that conditions divide them. */
const TEXTS = ["OH", "US", "TERM", "ALL", "GENDER:MALE", "ENROLLED", "Fall 2024", "a", "e"];

/** A literal of an input type; null where nothing is given. */
function literal(type: GraphQLInputType, depth: number): fc.Arbitrary<string | null> {
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    return fc
      .array(literal(nullable.ofType, depth), { minLength: 1, maxLength: 2 })
      .map((items) => `[${items.filter((item) => item !== null).join(", ")}]`);
  }
  if (isEnumType(nullable)) return fc.constantFrom(...nullable.getValues().map(({ name }) => name));
  if (isInputObjectType(nullable)) {
    const fields = Object.values(nullable.getFields());
    const given = fields.filter(({ name }) => depth > 0 || !["and", "or", "not"].includes(name));
    const required = given.filter((field) => isNonNullType(field.type));
    const chosen =
      required.length > 0 ? fc.constant(required) : fc.constantFrom(...given).map((field) => [field]);
    return chosen
      .chain((some) =>
        fc.tuple(
          ...some.map((field) => literal(field.type, depth - 1).map((value) => `${field.name}: ${value}`)),
        ),
      )
      .map((pairs) => `{ ${pairs.join(", ")} }`);
  }
  switch (getNamedType(type).name) {
    case "Boolean":
      return fc.constantFrom("true", "false");
    case "Int":
    case "Float":
      return fc.constantFrom("0", "20", "1900", "40");
    case "Date":
      return fc.constantFrom('"2024-01-01"', '"2025-06-01"');
    case "DateTime":
      return fc.constantFrom('"2025-01-01T00:00:00Z"', '"2030-01-01T00:00:00Z"');
    default:
      return fc.constantFrom(...TEXTS).map((text) => JSON.stringify(text));
  }
}

/** The arguments of a list: a page of some size from either end, perhaps a filter, perhaps an order. */
function argumentsOf(args: readonly GraphQLArgument[]): fc.Arbitrary<string> {
  const page = fc
    .tuple(fc.constantFrom("first", "last"), fc.integer({ min: 1, max: 4 }))
    .map(([side, size]) => `${side}: ${size}`);
  const others = args
    .filter(({ name }) => name === "filter" || name === "orderBy")
    .map(({ name, type }) =>
      fc.option(literal(type, 3), { freq: 3 }).map((value) => (value === null ? null : `${name}: ${value}`)),
    );
  return fc.tuple(page, ...others).map((given) => `(${given.filter((each) => each !== null).join(", ")})`);
}

/** A list by a path from the root, every list on the way with arguments of its own. */
function listAt([field, ...below]: readonly Field[]): fc.Arbitrary<string> {
  const inner = below.length > 0 ? listAt(below) : fc.constant("");
  const id = "id" in fieldsOf(nodeOf(field!)) ? "id" : "__typename";
  return fc
    .tuple(argumentsOf(field!.args), inner)
    .map(
      ([args, nested]) =>
        `${field!.name}${args} { totalCount pageInfo { startCursor hasNextPage } nodes { ${id} ${nested} } }`,
    );
}

/** Two lists that show records of one type, perhaps by different paths. */
interface Pair {
  readonly type: string;
  readonly one: string;
  readonly other: string;
}

function pairs(): fc.Arbitrary<Pair>[] {
  const paths = pathsOf();
  return paths.flatMap((path) => {
    const type = nodeOf(path.at(-1)!).name;
    const others = paths.filter((other) => nodeOf(other.at(-1)!).name === type);
    // The same list twice, and one of the others: batches are shared by either.
    return [[path], others].map((among) =>
      fc.record({
        type: fc.constant(type),
        one: listAt(path),
        other: fc.constantFrom(...among).chain(listAt),
      }),
    );
  });
}

const RUNS = Number(process.env["LISTS_RUNS"] ?? 2);
const SEED = Number(process.env["LISTS_SEED"] ?? 18);

it("answers any two lists in one request as in two", async () => {
  let different = 0;
  const ask = async (text: string) => {
    const { data, errors = [] } = await asker.ask(text, viewer);
    return { data, errors: errors.map(({ message, path }) => `${path.join(".")}: ${message}`).sort() };
  };
  for (const pair of pairs()) {
    await fc.assert(
      fc.asyncProperty(pair, async ({ one, other }) => {
        const together = await ask(`{ one: ${one} other: ${other} }`);
        const [first, second] = [await ask(`{ one: ${one} }`), await ask(`{ other: ${other} }`)];
        expect(together).toEqual({
          data: { ...first.data, ...second.data },
          errors: [...first.errors, ...second.errors].sort(),
        });
        if (first.data.one?.totalCount !== second.data.other?.totalCount) different++;
      }),
      { numRuns: RUNS, seed: SEED },
    );
  }
  // Lists that are all alike would prove nothing.
  expect(different).toBeGreaterThan(RUNS * 10);
}, 180_000);

it("asks every list of the schema", () => {
  const lists = Object.values(asker.schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) => Object.values(type.getFields()).filter(isList));
  const asked = new Set(pathsOf().map((path) => path.at(-1)!.name));
  expect([...new Set(lists.map(({ name }) => name))].sort()).toEqual([...asked].sort());
});

it.each([
  [
    "at the root",
    `{ a: partnerships(first: 1) { totalCount }
       b: partnerships(first: 1, filter: { stage: { eq: ACTIVE } }) { totalCount } }`,
  ],
  [
    "by variables",
    `query($one: PartnershipFilter, $other: PartnershipFilter = { stage: { eq: ACTIVE } }) {
       a: partnerships(first: 1, filter: $one) { totalCount }
       b: partnerships(first: 1, filter: $other) { totalCount } }`,
  ],
  [
    "of one record",
    `{ institutions(first: 1) { nodes {
         a: figures(first: 1) { totalCount }
         b: figures(first: 1, filter: { groupCode: { eq: "ALL" } }) { totalCount } } } }`,
  ],
  [
    "of records of different lists",
    `{ a: indicators(first: 1, filter: { code: { eq: "ENROLLED" } }) { nodes {
            figures(first: 1, filter: { groupCode: { eq: "ALL" } }) { totalCount } } }
       b: indicators(first: 1, filter: { code: { eq: "ENROLLED" } }) { nodes {
            figures(first: 1) { totalCount } } } }`,
  ],
])("counts lists %s by their own arguments", async (_where, text) => {
  const { data } = await asker.ask(text, viewer);
  const counts: number[] = [];
  JSON.stringify(data, (key, value) =>
    key === "totalCount" ? void counts.push(value as number) : (value as unknown),
  );
  expect(counts).toHaveLength(2);
  expect(counts[0]).not.toBe(counts[1]);
});

it("gives cursors that carry nothing but their order and what their rows show", async () => {
  const values = (cursor: string) =>
    (JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as unknown[]).slice(1);
  let seen = 0;
  for (const path of pathsOf()) {
    const text = path.reduceRight(
      (inner, { name }) => `${name}(first: 3) { edges { cursor } nodes { __typename ${inner} } }`,
      "",
    );
    const { data } = await asker.ask(`{ ${text} }`, viewer);
    JSON.stringify(data, (key, value: unknown) => {
      if (key !== "cursor") return value;
      seen++;
      // Numbers are the database's own; ids, names, codes and days are shown.
      expect(values(value as string).filter((each) => typeof each !== "string")).toEqual([]);
      return value;
    });
  }
  expect(seen).toBeGreaterThan(50);
});
