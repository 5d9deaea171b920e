import { parse, validate } from "graphql";
import type { Graph } from "../../gateway/graph.ts";
import { loadGraph } from "../../gateway/graph.ts";
import { composeSupergraph } from "../../gateway/supergraph.ts";
import { VISITOR } from "../../shared/auth/viewer.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])\n`;
const SUPERGRAPH = composeSupergraph([
  {
    name: "one",
    url: "http://one.invalid/",
    sdl: `${LINK} type Query { ranked: Rank thing: Thing } enum Rank { LOW HIGH } type Thing @key(fields: "id") { id: ID! }`,
  },
  {
    name: "two",
    url: "http://two.invalid/",
    sdl: `${LINK} type Query { b: Int } type Thing @key(fields: "id") { id: ID! size: Int }`,
  },
]);

const ask = (graph: Graph, query: string) => {
  const document = parse(query);
  expect(validate(graph.apiSchema, document)).toEqual([]);
  return graph.execute({ document, viewer: VISITOR });
};

describe("a graph", () => {
  it("does not pass on what no enum of the supergraph has", async () => {
    const graph = await loadGraph(SUPERGRAPH, { subgraph: async () => ({ data: { ranked: "MIDDLE" } }) });
    expect(await ask(graph, `{ ranked }`)).toMatchObject({
      data: { ranked: null },
      errors: [{ message: "The enum Rank has no such value.", path: ["ranked"] }],
    });
  });

  it("says so where its subgraphs promise together what none of them has", async () => {
    // Nothing leads to what is only in the second subgraph once its key has been taken away.
    const broken = SUPERGRAPH.replace(/@join__type\(graph: TWO, key: "id"\)/, "@join__type(graph: TWO)");
    expect(broken).not.toBe(SUPERGRAPH);
    const graph = await loadGraph(broken, { subgraph: async () => ({ data: { thing: { id: "1" } } }) });
    expect(await ask(graph, `{ thing { id } }`)).toEqual({ data: { thing: { id: "1" } } });
    for (let turn = 0; turn < 2; turn++) {
      expect(await ask(graph, `{ thing { size } }`)).toMatchObject({
        data: null,
        errors: [
          { message: "The operation cannot be planned.", extensions: { code: "INTERNAL_SERVER_ERROR" } },
        ],
      });
    }
  });
});
