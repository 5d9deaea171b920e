const suites = require("./tests/suites.cjs");

/** Tests run the TypeScript source itself, compiled by swc to CommonJS; process tests run the real build. */
const project = {
  testEnvironment: "node",
  roots: ["<rootDir>/tests"],
  setupFiles: ["<rootDir>/tests/setup.ts"],
  extensionsToTreatAsEsm: [],
  transform: {
    "\\.(ts|js|mjs|cjs)$": [
      "@swc/jest",
      {
        jsc: {
          target: "es2022",
          parser: { syntax: "typescript", decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: false, useDefineForClassFields: false },
        },
        module: { type: "commonjs" },
      },
    ],
  },
  // These packages ship ES modules only, or load some; jest's own module loader needs them as CommonJS.
  transformIgnorePatterns: [
    "/node_modules/(?!(sql-template-tag|uuid|stream-json|stream-chain|graphql-request|commander|jose|marked|auto-bind|@graphql-hive/router-runtime)/)",
  ],
};

/** `npm test -- --selectProjects database` runs only the suites whose result depends on the database. */
module.exports = {
  testTimeout: 60_000,
  projects: [
    { ...project, displayName: "plain", testMatch: suites.plain },
    { ...project, displayName: "database", testMatch: suites.database },
  ],
};
