import { DEFINITIONS } from "../../gateway/embedded.ts";
import { createPlanner } from "../../gateway/execution/planner.ts";
import { composeSupergraph } from "../../gateway/supergraph.ts";
import { buildFederatedSchema } from "../../shared/graphql/subgraph.ts";

describe("programs across subgraphs", () => {
  const supergraph = composeSupergraph(
    Object.entries(DEFINITIONS).map(([name, definition]) => ({
      name,
      url: `http://${name}/graphql`,
      sdl: buildFederatedSchema(definition).sdl,
    })),
  );
  const planning = createPlanner(supergraph);

  it("gives each kind of program the figures of the metrics subgraph", async () => {
    const { apiSchema } = await planning;
    for (const type of ["Program", "Internship", "MentoringProgram", "CodingCourse"]) {
      const found = apiSchema.getType(type);
      expect(found && "getFields" in found && Object.keys(found.getFields())).toContain("figures");
    }
  });

  it.each([
    ["{ programs(first: 2) { nodes { title figures(first: 1) { nodes { cell { state } } } } } }"],
    [
      "{ indicators(first: 1) { nodes { figures(first: 3) { nodes { program { title ... on Internship { hoursPlanned } } } } } } }",
    ],
    [
      "{ institutions(first: 2) { nodes { partnerships(first: 2) { nodes { parties { party { __typename ... on PartnerOrganization { programs(first: 1) { nodes { title provider { ... on PartnerOrganization { name } ... on Institution { name } } } } } } } programs(first: 3) { nodes { title figures(first: 5) { nodes { period { label } cell { value } } } } } } } } } }",
    ],
  ])("is planned: %s", async (query) => {
    const { plan } = await planning;
    expect(await plan(query)).toMatchObject({ kind: "QueryPlan" });
  });
});
