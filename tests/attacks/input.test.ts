import type { Attacked } from "./platform.ts";
import { startAttacked } from "./platform.ts";

describe("Input that would be something else", () => {
  let attacked: Attacked;
  beforeAll(async () => void (attacked = await startAttacked()));
  afterAll(() => attacked.platform.close());

  const INSTITUTIONS = `query ($filter: InstitutionFilter, $after: String) { institutions(first: 1, filter: $filter, after: $after) { totalCount } }`;

  it.each([
    ["SQL", { name: { eq: "' OR 1=1 --" } }],
    ["a LIKE that is all", { name: { contains: "%" } }],
    ["a LIKE's sign for what it is", { name: { startsWith: "!" } }],
    ["a text of fifty thousand characters", { name: { eq: "x".repeat(50_000) } }],
    ["a code that is none", { country: { eq: "Ü" }, or: [{ subdivision: { contains: "😀" } }] }],
    ["an id that is none", { ror: { in: ["😀", "\u202e"] } }],
  ])("is a text that nothing has: %s", async (_, filter) => {
    const { status, body } = await attacked.post({ query: INSTITUTIONS, variables: { filter } });
    expect([status, body.data]).toEqual([200, { institutions: { totalCount: 0 } }]);
  });

  it.each([
    ["an object for a text", { filter: { name: { eq: { $ne: null } } } }],
    ["a field that isn't there", { filter: { password: { eq: "x" } } }],
    ["a cursor with SQL in it", { after: "' OR 1=1 --" }],
    [
      "a cursor of somebody's making",
      { after: Buffer.from(JSON.stringify({ v: ["x"], id: 1e300 })).toString("base64url") },
    ],
    ["a cursor without end", { after: "A".repeat(50_000) }],
  ])("is refused: %s", async (_, variables) => {
    const { body } = await attacked.post({ query: INSTITUTIONS, variables });
    expect(body.errors[0].extensions.code).toBe("BAD_USER_INPUT");
  });

  it.each([
    ["a number beyond all", "99999999999999999999999"],
    ["a negative one", "-1"],
    ["a fraction", "1.5"],
  ])("is refused as a page's size: %s", async (_, first) => {
    const { body } = await attacked.post({ query: `{ institutions(first: ${first}) { totalCount } }` });
    expect(["BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"]).toContain(body.errors[0].extensions.code);
  });

  it("is nobody's, where an id is of another type or of none", async () => {
    const { body: some } = await attacked.post({ query: `{ institutions(first: 1) { nodes { id } } }` });
    const [{ id }] = some.data.institutions.nodes;
    const query = `query ($id: ID!) { partnership(id: $id) { id } program(id: $id) { id } consortium(id: $id) { id } node(id: $id) { id } }`;
    const nothing = { partnership: null, program: null, consortium: null };
    expect((await attacked.post({ query, variables: { id } })).body.data).toEqual({
      ...nothing,
      node: { id },
    });
    for (const wrong of [
      "",
      "inst_ü",
      "😀",
      "inst_",
      "x".repeat(10_000),
      "inst_'; DROP TABLE institution; --",
    ]) {
      const { body } = await attacked.post({ query, variables: { id: wrong } });
      expect(body.data).toEqual({ ...nothing, node: null });
    }
  });

  it.each([
    ["a text to search for", { name: { contains: "x".repeat(501) } }],
    ["a list", { name: { in: Array.from({ length: 201 }, (_, at) => `${at}`) } }],
    ["conditions side by side", { or: Array.from({ length: 60 }, () => ({ name: { eq: "a" } })) }],
    ["conditions", tree(6)],
    ["values", tree(12)],
    ["a filter in a filter, a hundred times", chain(100)],
  ])("is refused where it is too much: %s", async (_, filter) => {
    const { status, body } = await attacked.post({ query: INSTITUTIONS, variables: { filter } });
    expect(status).toBeLessThan(500);
    expect(body.errors[0].extensions.code).toBe("LIMIT_EXCEEDED");
  });

  it("is refused where a filter is in a filter a hundred thousand times", async () => {
    const filter = `${`{"not":`.repeat(100_000)}{}${"}".repeat(100_000)}`;
    const text = `{"query":${JSON.stringify(INSTITUTIONS)},"variables":{"filter":${filter}}}`;
    const { status } = await attacked.refused("LIMIT_EXCEEDED", () => attacked.post(text));
    expect(status).toBe(400);
  });

  it("is answered where a filter is as deep as it may be", async () => {
    const variables = { filter: chain(8) };
    const { body } = await attacked.post({ query: INSTITUTIONS, variables });
    expect(body).toMatchObject({ data: { institutions: { totalCount: 0 } } });
  });

  describe.each([
    ["NUL", "a\u0000b"],
    ["half of a character", "a\ud800b"],
    ["the other half", "\udc00"],
  ])("is no text where it has %s", (_, text) => {
    it.each([
      ["an id", `query ($text: ID!) { node(id: $text) { id } }`],
      [
        "a filter",
        `query ($text: String!) { institutions(first: 1, filter: { name: { contains: $text } }) { totalCount } }`,
      ],
      ["a cursor", `query ($text: String!) { institutions(first: 1, after: $text) { totalCount } }`],
      [
        "a name that is to be kept",
        `mutation ($text: String!) { createConsortium(input: { name: $text }) { id } }`,
      ],
    ])("as %s", async (_, query) => {
      const got = await attacked.refused("BAD_USER_INPUT", () =>
        attacked.post({ query, variables: { text } }, { "x-demo-viewer": "operator" }),
      );
      expect(got.status).toBe(400);
    });
  });

  it("is no text where NUL is written into the document", () =>
    attacked.refused("BAD_USER_INPUT", () => attacked.post({ query: `{ node(id: "a\\u0000") { id } }` })));

  it.each([
    ["a whole other order", ["STARTS_ON+ID+", "a", "b"]],
    ["too few places", ["NAME+ID+", "a"]],
    ["an id that is none", ["NAME+ID+", "a", "ü"]],
    ["no id", ["NAME+ID+", "a", null]],
    ["an object", ["NAME+ID+", { $gt: "" }, "b"]],
    ["yes", ["NAME+ID+", true, "b"]],
  ])("is refused as a cursor with %s", async (_, values) => {
    const after = Buffer.from(JSON.stringify(values)).toString("base64url");
    const { body } = await attacked.repelled(() =>
      attacked.post({ query: INSTITUTIONS, variables: { after } }),
    );
    expect(body).toMatchObject({
      data: { institutions: null },
      errors: [{ path: ["institutions"], extensions: { code: "BAD_USER_INPUT", field: "after" } }],
    });
  });

  it("is a place in the list as a cursor of SQL: the place where that would stand", async () => {
    const after = Buffer.from(JSON.stringify(["NAME+ID+", "' OR 1=1; --", "'"])).toString("base64url");
    const query = `query ($after: String) { institutions(first: 100, after: $after) { totalCount nodes { id } } }`;
    const [behind, all] = [
      await attacked.post({ query, variables: { after } }),
      await attacked.post({ query, variables: {} }),
    ];
    expect(behind.body).toMatchObject({ data: all.body.data });
  });

  it("is data in a change: what is written is what was sent", async () => {
    const name = `Robert'); DROP TABLE consortium; -- 😀 \\`;
    const query = `mutation ($name: String!) { createConsortium(input: { name: $name }) { id name } }`;
    const headers = { "x-demo-viewer": "operator" };
    const { body } = await attacked.post({ query, variables: { name } }, headers);
    expect(body.data.createConsortium.name).toBe(name);
    const read = `query ($id: ID!) { consortium(id: $id) { name } }`;
    const { id } = body.data.createConsortium;
    expect((await attacked.post({ query: read, variables: { id } }, headers)).body.data).toEqual({
      consortium: { name },
    });
  });

  it.each([`'; DROP TABLE membership; --`, "😀"])("is no id in a change: %s", async (id) => {
    const query = `mutation ($id: ID!) { endMembership(input: { consortiumId: $id, institutionId: $id }) { status } revokeApiKey(input: { id: $id }) { id } }`;
    const { status, body } = await attacked.post(
      { query, variables: { id } },
      { "x-demo-viewer": "operator" },
    );
    expect(status).toBe(200);
    for (const { extensions } of body.errors) {
      expect(["NOT_FOUND", "FORBIDDEN", "BAD_USER_INPUT"]).toContain(extensions.code);
    }
  });
});

/** Filters in each other, two at each level: twice as many with each. */
function tree(levels: number): object {
  return levels === 0 ? { name: { eq: "a" } } : { or: [tree(levels - 1), tree(levels - 1)] };
}

/** A filter in a filter in a filter. */
function chain(length: number): object {
  let filter: object = { name: { eq: "nobody" } };
  for (let level = 0; level < length; level++) filter = level % 2 ? { and: [filter] } : { or: [filter] };
  return filter;
}
