import sql from "sql-template-tag";
import type { TestPlatform } from "../platform.ts";
import { startTestPlatform } from "../platform.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
  // The demo network has no relations between institutions; here each has one.
  await platform.subgraphs.institutions.db.write(async (tx) => {
    await tx.run(
      sql`INSERT INTO institution_relationship (institution_id, kind, related_ror) SELECT id, 'RELATED', 'https://ror.org/00000000' FROM institution`,
    );
  });
});
afterAll(() => platform.close());

/** Every edge of the graph: where it starts, the field that walks it, and how many statements that takes in all. */
const EDGES: readonly (readonly [edge: string, query: (size: number) => string, statements: number])[] = [
  ["institutions", (n) => `{ institutions(first: ${n}) { totalCount nodes { name } } }`, 2],
  ["partnerOrganizations", (n) => `{ partnerOrganizations(first: ${n}) { nodes { name } } }`, 1],
  ["partnerships", (n) => `{ partnerships(first: ${n}) { totalCount nodes { name } } }`, 2],
  ["programs", (n) => `{ programs(first: ${n}) { nodes { title } } }`, 1],
  ["cohorts", (n) => `{ cohorts(first: ${n}) { nodes { label } } }`, 1],
  ["indicators", (n) => `{ indicators(first: ${n}) { nodes { code } } }`, 1],
  ["periods", (n) => `{ periods(first: ${n}) { nodes { label } } }`, 1],
  ["Period → consortium", (n) => `{ periods(first: ${n}) { nodes { consortium { name } } } }`, 2],
  ["studentGroups", (n) => `{ studentGroups(first: ${n}) { totalCount nodes { code } } }`, 2],
  ["consortia", (n) => `{ consortia(first: ${n}) { nodes { name } } }`, 1],
  ["Institution → names", (n) => `{ institutions(first: ${n}) { nodes { names { value } } } }`, 2],
  [
    "Institution → identifiers",
    (n) => `{ institutions(first: ${n}) { nodes { identifiers { value } } } }`,
    2,
  ],
  ["Institution → locations", (n) => `{ institutions(first: ${n}) { nodes { locations { city } } } }`, 2],
  [
    "Institution → relationships",
    (n) => `{ institutions(first: ${n}) { nodes { relationships { kind } } } }`,
    2,
  ],
  [
    "Institution → memberships → consortium",
    (n) => `{ institutions(first: ${n}) { nodes { memberships { consortium { name } } } } }`,
    3,
  ],
  [
    "Consortium → members → institution",
    (n) => `{ consortia(first: 2) { nodes { members(first: ${n}) { nodes { institution { name } } } } } }`,
    3,
  ],
  [
    "Institution → partnerships",
    (n) => `{ institutions(first: ${n}) { nodes { partnerships(first: 5) { nodes { name } } } } }`,
    2,
  ],
  [
    "Institution → programs",
    (n) => `{ institutions(first: ${n}) { nodes { programs(first: 5) { nodes { title } } } } }`,
    2,
  ],
  [
    "Institution → figures",
    (n) => `{ institutions(first: ${n}) { nodes { figures(first: 3) { nodes { cell { state } } } } } }`,
    5,
  ],
  [
    "PartnerOrganization → partnerships",
    (n) => `{ partnerOrganizations(first: ${n}) { nodes { partnerships(first: 5) { nodes { name } } } } }`,
    2,
  ],
  [
    "PartnerOrganization → programs",
    (n) => `{ partnerOrganizations(first: ${n}) { nodes { programs(first: 5) { nodes { title } } } } }`,
    2,
  ],
  [
    "Partnership → parties → party",
    (n) =>
      `{ partnerships(first: ${n}) { nodes { parties { party { ... on Institution { name } ... on PartnerOrganization { name } } } } } }`,
    4,
  ],
  ["Partnership → consortium", (n) => `{ partnerships(first: ${n}) { nodes { consortium { name } } } }`, 2],
  [
    "Partnership → programs",
    (n) => `{ partnerships(first: ${n}) { nodes { programs(first: 5) { nodes { title } } } } }`,
    2,
  ],
  [
    "Partnership → figures",
    (n) => `{ partnerships(first: ${n}) { nodes { figures(first: 3) { nodes { cell { state } } } } } }`,
    5,
  ],
  ["Program → partnership", (n) => `{ programs(first: ${n}) { nodes { partnership { name } } } }`, 2],
  [
    "Program → provider",
    (n) => `{ programs(first: ${n}) { nodes { provider { ... on PartnerOrganization { name } } } } }`,
    2,
  ],
  ["Program → host", (n) => `{ programs(first: ${n}) { nodes { host { name } } } }`, 2],
  [
    "Program → cohorts",
    (n) => `{ programs(first: ${n}) { nodes { cohorts(first: 2) { nodes { label } } } } }`,
    2,
  ],
  [
    "Program → figures",
    (n) => `{ programs(first: ${n}) { nodes { figures(first: 3) { nodes { cell { state } } } } } }`,
    5,
  ],
  ["Cohort → program", (n) => `{ cohorts(first: ${n}) { nodes { program { title } } } }`, 2],
  [
    "Indicator → figures",
    (n) =>
      `{ indicators(first: ${n}, filter: { code: { in: ["COMPLETION_RATE", "ENROLLED", "GRADUATION_RATE", "PLACEMENT_RATE", "RETENTION_RATE"] } }) { nodes { figures(first: 3) { nodes { cell { state } } } } } }`,
    4,
  ],
  [
    "Figure → indicator, period and group",
    (n) =>
      `{ indicators(first: 2) { nodes { figures(first: ${n}) { nodes { indicator { code } period { label } group { label } } } } } }`,
    5,
  ],
  [
    "Figure → institution",
    (n) =>
      `{ indicators(first: 1, filter: { code: { eq: "ENROLLED" } }) { nodes { figures(first: ${n}, filter: { subjectKind: { eq: INSTITUTION } }) { nodes { institution { name } } } } } }`,
    4,
  ],
  [
    "Figure → partnership",
    (n) =>
      `{ indicators(first: 1, filter: { code: { eq: "ENROLLED" } }) { nodes { figures(first: ${n}, filter: { subjectKind: { eq: PARTNERSHIP } }) { nodes { partnership { name } } } } } }`,
    4,
  ],
  [
    "Figure → program",
    (n) =>
      `{ indicators(first: 1, filter: { code: { eq: "ENROLLED" } }) { nodes { figures(first: ${n}, filter: { subjectKind: { eq: PROGRAM } }) { nodes { program { title ... on Internship { hoursPlanned } } } } } } }`,
    4,
  ],
];

describe("Every edge of the graph", () => {
  it.each(EDGES)("walks %s in a constant number of statements", async (_edge, query, expected) => {
    for (const size of [2, 20]) {
      let answer: { data: unknown; errors?: unknown[] } | undefined;
      const sent = await platform.statementsOf(
        async () => (answer = await platform.ask(query(size), "member")),
      );
      expect(answer!.errors).toBeUndefined();
      expect(leaves(answer!.data)).toBeGreaterThan(0);
      const statements = Object.values(sent).flat();
      expect({ size, statements: statements.length }).toEqual({ size, statements: expected });
    }
  });
});

/** How many values an answer has: an edge that leads nowhere proves nothing. */
function leaves(value: unknown): number {
  if (value === null || value === undefined) return 0;
  if (typeof value !== "object") return 1;
  return Object.values(value).reduce((sum: number, each) => sum + leaves(each), 0);
}
