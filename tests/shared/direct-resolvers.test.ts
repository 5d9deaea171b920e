import { directResolvers } from "../../shared/graphql/direct-resolvers.ts";
import { buildFederatedSchema } from "../../shared/graphql/subgraph.ts";
import { metrics } from "../../subgraphs/metrics/subgraph.ts";

describe("Resolvers that are called directly", () => {
  it("are a type's, with and without arguments, and its subgraph's alone", () => {
    buildFederatedSchema(metrics);
    const ofFigure = directResolvers("Figure", metrics.resolvers);
    expect(Object.keys(ofFigure).sort()).toEqual(
      [
        "cell",
        "group",
        "id",
        "indicator",
        "institution",
        "partnership",
        "period",
        "program",
        "raw",
        "subjectKind",
      ].sort(),
    );
    expect(directResolvers("Indicator", metrics.resolvers)).toHaveProperty("figures");
    // Declared for the interface, resolved for each type that implements it.
    expect(directResolvers("Internship", metrics.resolvers)).toHaveProperty("figures");
    expect(directResolvers("Figure", [])).toEqual({});
    expect(directResolvers("Nothing", metrics.resolvers)).toEqual({});
  });
});
