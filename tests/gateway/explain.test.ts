import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { explain } from "../../gateway/cli/explain.ts";
import type { Viewer } from "../../shared/auth/viewer.ts";
import { VISITOR } from "../../shared/auth/viewer.ts";
import { NOBODY } from "../../gateway/identity/caller.ts";
import { keys } from "./fixtures/keys.ts";
import type { HttpFixture } from "./http.ts";
import { startHttpFixture } from "./http.ts";

const OPERATOR: Viewer = {
  ...VISITOR,
  id: "o",
  kind: "PERSON",
  consortia: [{ id: "c", roles: ["OPERATOR"] }],
};
const QUERY = `{ course(id: "c1") { title enrolled } }`;

describe("an answer", () => {
  let running: HttpFixture;
  afterEach(() => running.close());

  const ask = async (extensions?: Record<string, unknown>) => {
    const answer = await fetch(`${running.gateway.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: QUERY, extensions }),
    });
    return (await answer.json()) as { data: unknown; extensions?: { plan?: any } };
  };

  it("says its plan, and what each fetch took, to an operator who wants to know", async () => {
    running = await startHttpFixture(keys.subgraphs, { signIn: () => ({ ...NOBODY, viewer: OPERATOR }) });
    const { plan } = (await ask({ plan: true })).extensions!;
    expect(plan.text).toMatch(
      /^One after the other\n {2}Ask courses\n[^]*Ask enrolments\n {4}for each course, by/,
    );
    expect(plan.fetches).toEqual([
      expect.objectContaining({ subgraph: "courses", entities: 0, hasFailed: false }),
      expect.objectContaining({ subgraph: "enrolments", entities: 1, hasFailed: false }),
    ]);
    const [first, second] = plan.fetches;
    const times = [0, plan.plannedAt, first.startedAt, first.endedAt, second.startedAt, second.endedAt];
    expect([...times, plan.endedAt]).toEqual([...times, plan.endedAt].sort((a, b) => a - b));
    expect((await ask()).extensions).not.toHaveProperty("plan");
  });

  it("says which fetch failed", async () => {
    running = await startHttpFixture(keys.subgraphs, {
      signIn: () => ({ ...NOBODY, viewer: OPERATOR }),
      sabotage: { enrolments: (response) => Boolean(response.destroy()) },
    });
    const { fetches } = (await ask({ plan: true })).extensions!.plan;
    expect(fetches.map(({ subgraph, hasFailed }: any) => [subgraph, hasFailed])).toEqual([
      ["courses", false],
      ["enrolments", true],
    ]);
  });

  it("tells nobody else", async () => {
    running = await startHttpFixture(keys.subgraphs);
    expect((await ask({ plan: true })).extensions).not.toHaveProperty("plan");
  });
});

describe("consortia explain", () => {
  const folder = mkdtempSync(join(tmpdir(), "consortia-explain-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const explained = async (operation: string, options = {}) => {
    const file = join(folder, "operation.graphql");
    writeFileSync(file, operation);
    let printed = "";
    const write = jest
      .spyOn(process.stdout, "write")
      .mockImplementation((text) => Boolean((printed += String(text))));
    try {
      await explain({ root: join(__dirname, "../..") }, file, options);
    } finally {
      write.mockRestore();
    }
    return printed;
  };

  it("prints which subgraph is asked what, in which order, by which keys", async () => {
    const text = await explained(
      `{ partnerships(first: 2) { nodes { name programs(first: 1) { nodes { title } } parties { party { ... on Institution { name } } } } } }`,
    );
    const steps = text.match(/(One after the other|At once|Ask \w+|for each .*)$/gm);
    expect(steps).toEqual([
      "One after the other",
      "Ask partners",
      "At once",
      expect.stringMatching(/^Ask /),
      expect.stringMatching(/^for each partnerships\.nodes\[\]/),
      expect.stringMatching(/^Ask /),
      expect.stringMatching(/^for each partnerships\.nodes\[\]/),
    ]);
    expect(text).toContain(
      "for each partnerships.nodes[].parties[].party<Institution>, by { Institution { id } }",
    );
    expect(text).toMatch(/Ask programs[^]*\.\.\. on Partnership \{\s+programs\(first: 1\)/);
  });

  it("leaves out what the variables leave out", async () => {
    const query = `query ($with: Boolean!) { partnerships(first: 1) { nodes { name programs(first: 1) @include(if: $with) { nodes { title } } } } }`;
    expect(await explained(query, { variables: `{"with": true}` })).toContain("Ask programs");
    expect(await explained(query, { variables: `{"with": false}` })).not.toContain("Ask programs");
  });

  it("says that the schema answers by itself", async () => {
    expect(await explained(`{ __typename }`)).toBe("Nothing is fetched: the schema itself answers.\n");
  });

  it.each([
    ["{ nothing }", {}, /is not valid for this graph: Cannot query field "nothing"/],
    ["{ ", {}, /is not GraphQL: Syntax Error/],
    ["{ __typename }", { variables: "first=1" }, /--variables takes an object of JSON.*got first=1/],
    [
      "{ __typename }",
      { supergraph: "/nowhere.graphql" },
      /The supergraph \/nowhere.graphql cannot be read \(ENOENT\)/,
    ],
  ])("refuses %s %j in a sentence", async (operation, options, message) => {
    await expect(explained(operation, options)).rejects.toThrow(message);
  });
});
