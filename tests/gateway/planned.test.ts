import { parse, validate } from "graphql";
import { explainPlan } from "../../gateway/execution/explain.ts";
import { sourceToPlan } from "../../gateway/execution/planned-source.ts";
import type { Planner } from "../../gateway/execution/planner.ts";
import { createPlanner } from "../../gateway/execution/planner.ts";
import { readSupergraph } from "../../gateway/supergraph.ts";

/*
 * Operations on our own graph in which types that exclude each other meet in one partnership. What they answer is
 * tested over fixtures and generated federations; here it is that our graph's planner takes them at all.
 */
describe("the platform's own graph plans", () => {
  let planner: Planner;
  beforeAll(async () => (planner = await createPlanner(readSupergraph("schema/supergraph.graphql"))));
  const planOf = async (query: string) => {
    const document = parse(query);
    expect(validate(planner.apiSchema, document)).toEqual([]);
    const text = sourceToPlan(document, undefined, {}, planner);
    return explainPlan(text === null ? null : await planner.plan(text));
  };

  it("one field with other arguments for each type", async () => {
    const plan = await planOf(
      `{ programs(first: 5) { nodes { ... on Internship { partnership { figures(first: 1) { nodes { indicator { code } } } } }
         ... on CodingCourse { partnership { figures(first: 2) { nodes { indicator { code } } } } } } } }`,
    );
    expect(plan).toContain("figures(first: 1)");
    expect(plan).toContain("figures(first: 2)");
  });

  it("one key for another field of each type", async () => {
    const plan = await planOf(
      `{ programs(first: 5) { nodes { ... on Internship { partnership { x: startsOn } } ... on CodingCourse { partnership { x: endsOn } } } } }`,
    );
    expect(plan).toContain("startsOn");
    expect(plan).toContain("endsOn");
  });

  it.each([`program(id: "prog_1")`, `node(id: "prog_1")`])("what no object can be: %s", async (field) => {
    const plan = await planOf(
      `{ ${field} { ... on Internship { ... on Program { ... on CodingCourse { id startsOn } } } } }`,
    );
    expect(plan).not.toContain("startsOn");
  });
});
