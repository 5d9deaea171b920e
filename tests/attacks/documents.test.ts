import type { Attacked } from "./platform.ts";
import { DEEP, startAttacked } from "./platform.ts";

const times = (count: number, make: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => make(at)).join(" ");

/** Fragments that each spread the next one twice: a short text that means a million fields. */
const bomb = (count: number) =>
  `{ viewer { ...F0 } } ${times(count, (at) => `fragment F${at} on Viewer { a: __typename b: __typename ${at + 1 < count ? `...F${at + 1} ... { ...F${at + 1} }` : "kind"} }`)}`;

describe("A document that asks for too much", () => {
  let attacked: Attacked;
  beforeAll(async () => void (attacked = await startAttacked()));
  afterAll(() => attacked.platform.close());

  it.each([
    ["20 fragments that each spread the next one twice", bomb(20)],
    ["90 of them", bomb(90)],
    [
      "hundreds of overlapping inline fragments",
      `{ ${times(400, () => `... on Query { viewer { ... on Viewer { kind } } }`)} }`,
    ],
    ["5,000 levels", `${"{ viewer ".repeat(5_000)}${"}".repeat(5_000)}`],
    [
      "arguments 1,000 levels deep",
      `{ institutions(first: 1, filter: ${"{ not: ".repeat(1_000)}{}${"}".repeat(1_000)}) { totalCount } }`,
    ],
    ["thousands of aliases", `{ ${times(3_000, (at) => `a${at}: viewer { kind }`)} }`],
    ["thousands of directives", `{ viewer { kind ${"@include(if: true) ".repeat(3_000)} } }`],
    ["thousands of the same field", `{ viewer { ${"kind ".repeat(6_000)} } }`],
    ["a list argument of thousands", `{ nodes(ids: [${times(4_000, () => `"x"`)}]) { id } }`],
    ["a text of a hundred thousand spaces and more", `{ viewer { kind } }${" ".repeat(200_000)}`],
    ["root fields without end", `{ ${times(100, (at) => `a${at}: __typename`)} }`],
  ])("is refused before it is planned: %s", async (_, query) => {
    const { status } = await attacked.refused("LIMIT_EXCEEDED", () => attacked.post({ query }));
    expect(status).toBe(400);
  });

  it("is refused where its fragments go round in a circle", () => {
    const query = `{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }`;
    return attacked.refused("GRAPHQL_VALIDATION_FAILED", () => attacked.post({ query }));
  });

  it("is refused by what it can cost, where its lists are long and deep", async () => {
    const { body } = await attacked.refused("COST_EXCEEDED", () => attacked.post({ query: DEEP }));
    expect(body.errors[0].extensions.requested).toBeGreaterThan(1_000_000);
  });

  it("is refused by its variables", async () => {
    const variables = { filter: { or: Array.from({ length: 20_000 }, () => ({})) } };
    const query = `query ($filter: InstitutionFilter) { institutions(first: 1, filter: $filter) { totalCount } }`;
    await attacked.refused("LIMIT_EXCEEDED", () => attacked.post({ query, variables }));
  });
});
