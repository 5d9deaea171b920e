import type { DocumentNode } from "graphql";
import { parse, print, validate } from "graphql";
import { checkDocument, createAdmission } from "../../../gateway/limits/admission.ts";
import type { Limits } from "../../../gateway/limits/limits.ts";
import { DEFAULT_LIMITS } from "../../../gateway/limits/limits.ts";
import { createPlanCheck } from "../../../gateway/limits/planned-fields.ts";
import { checkVariables } from "../../../gateway/limits/variables.ts";
import { apiSchema, bomb, EXAMPLES, refusalOf, times } from "./documents.ts";

const admit = createAdmission(DEFAULT_LIMITS);

/** For each limit of the text: a query that asks for so many. */
const OF_TEXT: readonly [
  limit: keyof Limits,
  max: number,
  text: (count: number) => string,
  counted: boolean,
][] = [
  ["characters", 100, (count) => "{ a }".padEnd(count), true],
  ["tokens", 20, (count) => `{ ${times(count - 2, () => "a")} }`, false],
  ["nesting", 10, (count) => `{ a(b: ${"[".repeat(count - 2)}${"]".repeat(count - 2)}) }`, false],
  ["depth", 5, (count) => `${"{ a ".repeat(count)}${"}".repeat(count)}`, true],
  [
    "depth",
    5,
    (count) => `{ ...F } fragment F on T { ${"... { ".repeat(count - 1)} a ${"}".repeat(count)}`,
    true,
  ],
  ["aliases", 5, (count) => `{ ${times(count, (each) => `a${each}: a`)} }`, true],
  ["directives", 5, (count) => `{ a ${times(count, () => "@b")} }`, true],
  ["fragments", 5, (count) => `{ a } ${times(count, (each) => `fragment F${each} on T { a }`)}`, true],
  [
    "rootFields",
    5,
    (count) => `{ a ...F } fragment F on T { ... { ${times(count - 1, () => "a { b }")} } }`,
    true,
  ],
  ["expandedFields", 9, (count) => `{ a { ${times(count - 1, () => "a")} } }`, true],
  [
    "expandedFields",
    9,
    (count) => `{ ...F ...F ...F } fragment F on T { ${times(count / 3, () => "a")} }`,
    true,
  ],
  [
    "inputDepth",
    6,
    (count) => `{ a(b: ${"{ c: [".repeat(count / 2)}${"{}".repeat(count % 2)}${"] }".repeat(count / 2)}) }`,
    true,
  ],
  ["listItems", 5, (count) => `{ a(b: { c: [${times(count, () => "1")}] }) }`, true],
];

describe("What a query's text may hold", () => {
  it.each(OF_TEXT)("is limited: %s", (limit, max, text, isCounted) => {
    const admitted = createAdmission({ ...DEFAULT_LIMITS, [limit]: max });
    expect(print(admitted(text(max)))).toBe(print(parse(text(max))));
    const more = limit === "expandedFields" ? max + 3 : max + 1;
    expect(refusalOf(() => admitted(text(more)))).toEqual({
      message: expect.stringMatching(
        isCounted ? `^Expected at most ${max} .*; got ${more}.$` : `^Expected at most ${max} .*; got more.$`,
      ),
      code: "LIMIT_EXCEEDED",
      limit,
      max,
      ...(isCounted ? { got: more } : {}),
      http: { status: 400 },
    });
  });

  it("leaves room for every example", () => {
    for (const [text, variables] of Object.values(EXAMPLES)) {
      const document = admit(text);
      expect(validate(apiSchema, document)).toEqual([]);
      checkVariables(variables, DEFAULT_LIMITS);
      createPlanCheck(apiSchema, DEFAULT_LIMITS)(document);
    }
  });

  it("is refused as no GraphQL at the place where it isn't", () => {
    expect(() => admit("{ a ")).toThrow(
      expect.objectContaining({
        message: "Syntax Error: Expected Name, found <EOF>.",
        locations: [{ line: 1, column: 5 }],
        extensions: { code: "GRAPHQL_PARSE_FAILED" },
      }),
    );
    expect(() => admit(`{ a(b: "`)).toThrow("Unterminated string");
  });
});

describe("A bomb", () => {
  it.each([20, 99])("of %i fragments that spread the next one twice is refused, not spread", (fragments) => {
    const refusal = refusalOf(() => admit(bomb(fragments)));
    expect(refusal).toMatchObject({ code: "LIMIT_EXCEEDED", limit: "expandedFields" });
    expect(refusal["got"]).toBeGreaterThan(2 ** 20);
    expect(Number.isSafeInteger(refusal["got"])).toBe(true);
  });

  it("whose count is beyond any number is refused", () => {
    const limits = {
      ...DEFAULT_LIMITS,
      fragments: 2_000,
      tokens: 50_000,
      characters: 1_000_000,
      aliases: 9_999,
    };
    const text = `{ ...F0 } ${times(1_500, (each) => `fragment F${each} on T { ...F${each + 1} ...F${each + 1} }`)} fragment F1500 on T { a }`;
    expect(refusalOf(() => createAdmission(limits)(text))).toMatchObject({
      limit: "expandedFields",
      got: Number.MAX_SAFE_INTEGER,
    });
  });

  it("of fragments that nobody spreads is refused, too", () => {
    const unused = bomb(20).replace("...F0", "id");
    expect(refusalOf(() => admit(unused))).toMatchObject({ limit: "expandedFields" });
  });

  it("of fragments that spread themselves is refused, not followed", () => {
    for (const text of [
      "{ ...A } fragment A on T { ...A }",
      "{ a } fragment A on T { b { ...B } } fragment B on T { ... { ...A } }",
    ]) {
      expect(refusalOf(() => admit(text))).toMatchObject({
        message: expect.stringMatching(/^Cannot spread fragment "[AB]" within itself/),
        code: "GRAPHQL_VALIDATION_FAILED",
      });
    }
  });

  const institution = (selection: string) => `{ institution(id: "x") { ${selection} } }`;
  it.each([
    [
      "overlapping inline fragments",
      institution(times(600, () => "... on Institution { name }")),
      "expandedFields",
    ],
    ["repeated fields", institution(times(3_000, () => "name")), "expandedFields"],
    ["aliases", institution(times(1_000, (each) => `a${each}: name`)), "aliases"],
    ["directives", institution(`name ${times(100, () => "@include(if: true)")}`), "directives"],
    ["roots", `{ ${times(60, () => `institution(id: "x") { id }`)} }`, "rootFields"],
    ["levels", institution(`${"parties { ".repeat(40)} id ${"}".repeat(40)}`), "depth"],
    ["brackets", `${"{ a ".repeat(2_000)}${"}".repeat(2_000)}`, "nesting"],
    ["open brackets", `{ a(b: ${"[".repeat(50_000)}`, "nesting"],
    ["ids", `{ nodes(ids: [${times(600, (each) => `"x${each}"`)}]) { id } }`, "listItems"],
    ["words", `{ ${times(500_000, () => "a")} }`, "characters"],
  ])("of %s is refused", (_, text, limit) => {
    expect(refusalOf(() => admit(text))).toMatchObject({ code: "LIMIT_EXCEEDED", limit });
  });

  it("is refused as a document as it is as a text", () => {
    expect(refusalOf(() => checkDocument(parse(bomb(20)), DEFAULT_LIMITS))).toMatchObject({
      limit: "expandedFields",
    });
    checkDocument(parse("{ a }"), DEFAULT_LIMITS);
  });
});

describe("What variables may hold", () => {
  const limits = { ...DEFAULT_LIMITS, variableValues: 5, inputDepth: 2 };

  it("is limited in number, through lists and objects", () => {
    checkVariables({ a: [1, 2], b: { c: null } }, limits);
    expect(refusalOf(() => checkVariables({ a: [1, 2], b: { c: null, d: 1 } }, limits))).toMatchObject({
      code: "LIMIT_EXCEEDED",
      limit: "variableValues",
      max: 5,
    });
  });

  it("is limited in depth", () => {
    checkVariables({ a: [[1]] }, limits);
    expect(refusalOf(() => checkVariables({ a: [{ b: [1] }] }, limits))).toMatchObject({
      code: "LIMIT_EXCEEDED",
      limit: "inputDepth",
      max: 2,
      got: 3,
    });
  });
});

describe("What is planned", () => {
  const program = (selection: string) => `{ program(id: "x") { ${selection} } }`;
  const counted = (document: DocumentNode, operationName?: string) =>
    refusalOf(() =>
      createPlanCheck(apiSchema, { ...DEFAULT_LIMITS, plannedFields: 0 })(document, operationName),
    )["got"];

  it("counts a field of an interface for each of its types, and again below", () => {
    expect(counted(parse(program("title")))).toBe(1 + 3);
    expect(counted(parse(program("host { name }")))).toBe(1 + 3 * 2);
    expect(counted(parse(program("partnership { programs(first: 1) { nodes { title } } }")))).toBe(
      1 + 3 * (3 + 3),
    );
  });

  it("counts a field for the types that its fragment is about", () => {
    expect(counted(parse(program("... on Internship { title }")))).toBe(2);
    expect(counted(parse(program("... on Node { id } ...T") + "fragment T on Program { title }"))).toBe(
      1 + 3 + 3,
    );
    expect(counted(parse(program("... { title } ... on Institution { name }")))).toBe(1 + 3);
  });

  it("doesn't count what the schema itself answers", () => {
    expect(counted(parse("{ __schema { types { name } } __typename }"))).toBe(2);
  });

  it("counts the operation that is run", () => {
    const document = parse("query A { viewer { id } } query B { viewer { id kind } }");
    expect(counted(document, "A")).toBe(2);
    expect(counted(document, "B")).toBe(3);
    expect(counted(document)).toBeUndefined();
  });

  it("is limited, so that a chain of interfaces cannot multiply", () => {
    const chain = (links: number): string =>
      links === 0 ? "title" : `figures(first: 1) { nodes { program { ${chain(links - 1)} } } }`;
    const check = createPlanCheck(apiSchema, { ...DEFAULT_LIMITS, plannedFields: 199 });
    const allowed = admit(program(chain(3)));
    for (let again = 0; again < 2; again++) check(allowed);
    const refused = admit(program(chain(4)));
    for (let again = 0; again < 2; again++) {
      expect(refusalOf(() => check(refused))).toEqual({
        message: "Expected at most 199 fields over all types of its interfaces and unions; got 604.",
        code: "LIMIT_EXCEEDED",
        limit: "plannedFields",
        max: 199,
        got: 604,
        http: { status: 400 },
      });
    }
  });

  it("is counted in no more steps than there are selections", () => {
    const chain = (links: number): string =>
      links === 0 ? "title" : `partnership { programs(first: 1) { nodes { ${chain(links - 1)} } } }`;
    expect(counted(parse(program(chain(100))))).toBe(Number.MAX_SAFE_INTEGER);
  });
});
