/** The arrows of docs/ARCHITECTURE.md, as rules. */
module.exports = {
  forbidden: [
    {
      name: "no-circular",
      comment:
        "Files that import each other in a circle cannot be understood one by one; type-only circles are allowed.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "shared-stands-alone",
      comment: "shared/ is what the others stand on; it knows none of them.",
      severity: "error",
      from: { path: "^shared/" },
      to: { path: "^(subgraphs|gateway|tests)/" },
    },
    {
      name: "subgraphs-do-not-meet",
      comment: "Subgraphs meet in the graph, by keys, or through feeds; never in code.",
      severity: "error",
      from: { path: "^subgraphs/([^/]+)/" },
      to: { path: "^subgraphs/", pathNot: "^subgraphs/$1/" },
    },
    {
      name: "subgraphs-do-not-know-the-gateway",
      comment: "A subgraph runs without our gateway.",
      severity: "error",
      from: { path: "^subgraphs/" },
      to: { path: "^gateway/" },
    },
    {
      name: "one-composition-point",
      comment: "The gateway knows the subgraphs' code in one file only: gateway/embedded.ts.",
      severity: "error",
      from: { path: "^gateway/", pathNot: "^gateway/embedded\\.ts$" },
      to: { path: "^subgraphs/" },
    },
    {
      name: "through-the-front-door",
      comment: "A subgraph is entered by its subgraph.ts.",
      severity: "error",
      from: { path: "^gateway/embedded\\.ts$" },
      to: { path: "^subgraphs/", pathNot: "^subgraphs/[^/]+/subgraph\\.ts$" },
    },
    {
      name: "facts-stay-private",
      comment: "Observations are shown as protected cells only; their rows never become GraphQL types.",
      severity: "error",
      from: { path: "^subgraphs/metrics/observation/" },
      to: { path: "type-graphql" },
    },
    {
      name: "no-tests-in-production",
      comment: "Nothing imports tests.",
      severity: "error",
      from: { pathNot: "^tests/" },
      to: { path: "^tests/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|data|coverage)/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: [".ts", ".js", ".cjs"] },
  },
};
