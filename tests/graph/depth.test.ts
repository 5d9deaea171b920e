import type { TestPlatform } from "../platform.ts";
import { startTestPlatform } from "../platform.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.close());

type Filter = Readonly<Record<string, unknown>>;

const wrap = (depth: number, inner: Filter, around: (filter: Filter) => Filter): Filter =>
  depth === 0 ? inner : around(wrap(depth - 1, inner, around));

const WAYS: Readonly<Record<string, (filter: Filter) => Filter>> = {
  not: (filter) => ({ not: filter }),
  and: (filter) => ({ and: [filter] }),
  or: (filter) => ({ or: [filter, filter] }),
  "not, or": (filter) => ({ not: { or: [filter] } }),
};

/** A filter as a literal. */
const literal = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, each]) => `${name}: ${literal(each)}`)
    .join(", ")} }`;
};

const LISTS: readonly (readonly [
  list: string,
  type: string,
  condition: Filter,
  wrapped: (list: string) => string,
])[] = [
  ["institutions", "InstitutionFilter", { name: { contains: "a" } }, (list) => list],
  ["programs", "ProgramFilter", { title: { startsWith: "a" } }, (list) => list],
  [
    "figures",
    "FigureFilter",
    { periodLabel: { contains: "2" } },
    (list) => `indicators(first: 2) { nodes { ${list} } }`,
  ],
];

/** The codes that an answer's errors have; none where it has data alone. */
async function codesOf(query: string, variables: object = {}): Promise<string[]> {
  try {
    const { errors = [] } = await platform.ask(query, "member", variables);
    return errors.map(({ extensions }) => extensions.code as string);
  } catch (error) {
    const { errors } = (error as { response: { errors: any[] } }).response;
    return errors.map(({ extensions }) => extensions.code as string);
  }
}

describe.each(LISTS)("Filters of %s inside each other", (list, type, condition, wrapped) => {
  const byLiteral = (filter: Filter) =>
    codesOf(
      `{ ${wrapped(`${list}(first: 1, filter: ${literal(filter)}) { totalCount nodes { __typename } }`)} }`,
    );
  const byVariable = (filter: Filter) =>
    codesOf(
      `query($filter: ${type}) { ${wrapped(`${list}(first: 1, filter: $filter) { totalCount nodes { __typename } }`)} }`,
      { filter },
    );

  it.each(["not", "and"])("are answered ten levels deep: %s", async (way) => {
    const filter = wrap(10, condition, WAYS[way]!);
    expect(await byLiteral(filter)).toEqual([]);
    expect(await byVariable(filter)).toEqual([]);
  });

  it.each(Object.keys(WAYS))(
    "are refused deeper, with a code, by literals and variables: %s",
    async (way) => {
      for (const depth of way === "or" ? [5, 9] : [11, 17, 18, 24, 45]) {
        const filter = wrap(depth, condition, WAYS[way]!);
        for (const codes of [await byLiteral(filter), await byVariable(filter)]) {
          expect({ depth, code: codes[0] }).toEqual({ depth, code: "LIMIT_EXCEEDED" });
        }
      }
    },
  );
});

it.each([
  ["lists", `{ nodes(ids: ${"[".repeat(40)}${"]".repeat(40)}) { id } }`],
  [
    "objects",
    `{ institutions(first: 1, filter: ${"{ name: ".repeat(30)}{}${"}".repeat(30)}) { totalCount } }`,
  ],
  [
    "selections",
    `{ institutions(first: 1) { ${"nodes { partnerships(first: 1) { ".repeat(20)} totalCount ${"} }".repeat(20)} } }`,
  ],
  ["brackets", `{ institutions(first: 1, filter: ${"{ not: ".repeat(5_000)}`],
])("%s inside each other are refused before anything is validated", async (_what, query) => {
  expect(await codesOf(query)).toEqual(["LIMIT_EXCEEDED"]);
});
