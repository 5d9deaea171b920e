import { directResolvers } from "../../shared/graphql/direct-resolvers.ts";
import { buildFederatedSchema } from "../../shared/graphql/subgraph.ts";
import { metrics } from "../../subgraphs/metrics/subgraph.ts";

describe("Resolvers that are called directly", () => {
  it("are those of a type that take no arguments, and its subgraph's alone", () => {
    buildFederatedSchema(metrics);
    const ofFigure = directResolvers("Figure", metrics.resolvers);
    expect(Object.keys(ofFigure).sort()).toEqual(
      [
        "cell",
        "group",
        "indicator",
        "institution",
        "partnership",
        "period",
        "program",
        "raw",
        "subjectKind",
      ].sort(),
    );
    // Lists have arguments, which type-graphql makes and checks.
    expect(directResolvers("Indicator", metrics.resolvers)).not.toHaveProperty("figures");
    expect(directResolvers("Figure", [])).toEqual({});
    expect(directResolvers("Nothing", metrics.resolvers)).toEqual({});
  });
});
