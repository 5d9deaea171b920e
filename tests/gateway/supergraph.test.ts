import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeSupergraph, readSupergraph, subgraphUrls } from "../../gateway/supergraph.ts";
import { StartupError } from "../../shared/errors.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])`;
const A = {
  name: "a",
  url: "http://a/graphql",
  sdl: `${LINK} type Query { x: T } type T @key(fields: "id") { id: ID! }`,
};
const B = { name: "b", url: "http://b/graphql", sdl: `${LINK} type T @key(fields: "id") { id: ID! y: Int }` };

describe("a supergraph", () => {
  const folder = mkdtempSync(join(tmpdir(), "consortia-supergraph-"));
  const file = join(folder, "supergraph.graphql");
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is composed of subgraphs, and says where they are", () => {
    const supergraph = composeSupergraph([A, B]);
    expect(subgraphUrls(supergraph)).toEqual({ a: "http://a/graphql", b: "http://b/graphql" });
    expect(subgraphUrls(supergraph, file, { b: "http://elsewhere/" })).toEqual({
      a: "http://a/graphql",
      b: "http://elsewhere/",
    });
  });

  it("is not composed of subgraphs that contradict each other", () => {
    const wrong = { ...B, sdl: `${LINK} type T @key(fields: "missing") { id: ID! }` };
    expect(() => composeSupergraph([A, wrong])).toThrow(StartupError);
    expect(() => composeSupergraph([A, wrong])).toThrow(/^The subgraphs do not compose: .*missing/);
  });

  it("is read from a file", () => {
    writeFileSync(file, composeSupergraph([A, B]));
    expect(readSupergraph(file)).toBe(composeSupergraph([A, B]));
  });

  it.each([
    ["is not there", null, "cannot be read (ENOENT)"],
    ["is not GraphQL", "type Query {", "is not GraphQL"],
    ["is a schema and no supergraph", "type Query { a: Int }", "is not a Federation 2 supergraph"],
  ])("is refused by the file's name when it %s", (_, text, reason) => {
    rmSync(file, { force: true });
    if (text !== null) writeFileSync(file, text);
    expect(() => readSupergraph(file)).toThrow(StartupError);
    expect(() => readSupergraph(file)).toThrow(file);
    expect(() => readSupergraph(file)).toThrow(reason);
  });
});
