import type { SubgraphExecutor } from "../../gateway/execution/subgraph-executor.ts";
import { variablesIn } from "../../gateway/execution/subgraph-executor.ts";
import { withAudit } from "../../gateway/subgraphs/audited.ts";
import type { HttpSubgraphs } from "../../gateway/subgraphs/http.ts";
import { createHttpSubgraphs } from "../../gateway/subgraphs/http.ts";
import type { AuditedRead } from "../../shared/auth/audit.ts";
import type { Role, Viewer } from "../../shared/auth/viewer.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import type { ServedSubgraph } from "../../shared/graphql/serve.ts";
import { serveSubgraph } from "../../shared/graphql/serve.ts";
import { newId } from "../../shared/ids.ts";
import { metrics } from "../../subgraphs/metrics/subgraph.ts";
import { startTestSubgraph, statementsOf } from "../database.ts";
import {
  anObservation,
  aSubject,
  membershipEvent,
  OTHER_CONSORTIUM,
  registerDimensions,
  tell,
  viewers,
} from "./records.ts";

const SECRET = "of the gateway and its subgraphs";
const [{ id: CONSORTIUM }] = viewers.member.consortia as unknown as [{ id: string }];
const [own, other, partnership] = [newId("Institution"), newId("Institution"), newId("Partnership")];

const somebody = (organisation: string, consortium: string, ...roles: Role[]): Viewer => ({
  id: "somebody",
  kind: "PERSON",
  organisationIds: [organisation],
  consortia: [{ id: consortium, roles: ["MEMBER", ...roles] }],
});
const steward = somebody(own, CONSORTIUM, "STEWARD");

let subgraph: RunningSubgraph;
let served: ServedSubgraph;
let http: HttpSubgraphs;
beforeAll(async () => {
  subgraph = await startTestSubgraph(metrics);
  await registerDimensions(subgraph.db);
  await tell(
    subgraph,
    "institutions",
    [own, other].map((id) => membershipEvent(id)),
  );
  for (const [subject_id, kind] of [
    [own, "INSTITUTION"],
    [other, "INSTITUTION"],
    [partnership, "PARTNERSHIP"],
  ] as const) {
    const subject_no = await aSubject(subgraph.db, { subject_id, kind });
    await anObservation(subgraph.db, { subject_no, n: 4, x: 1, value: 0.25 });
    await anObservation(subgraph.db, { subject_no, period_no: 2, n: null, x: null, value: null });
  }
  served = await serveSubgraph(subgraph, {
    host: "127.0.0.1",
    port: 0,
    logLevel: "silent",
    secret: SECRET,
  });
  http = createHttpSubgraphs({ urls: { metrics: `${served.url}/graphql` }, secret: SECRET });
});
afterAll(async () => {
  await http.close();
  await served.close();
  await subgraph.close();
});

const inProcess: SubgraphExecutor = (request) =>
  subgraph.execute({ query: request.query, variables: variablesIn(request) }, request.viewer);

const OF_INSTITUTION = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Institution { figures(first: 10) { nodes { cell { state n value } raw { n x value } } } } ... on Partnership { figures(first: 10) { nodes { raw { n } } } } } }`;

/** Asks by a way, and tells what would be in the audit log, too. */
async function ask(send: SubgraphExecutor, viewer: Viewer, ids: string[], query = OF_INSTITUTION) {
  const recorded: AuditedRead[] = [];
  const audited = withAudit(send, async (reads, { requestId }) => {
    expect(requestId).toBe("a request");
    recorded.push(...reads);
  });
  const representations = ids.map((id) => ({
    __typename: id === partnership ? "Partnership" : "Institution",
    id,
  }));
  const { data, errors } = await audited({
    subgraph: "metrics",
    query,
    operationKind: "query",
    variables: query.includes("$r") ? { r: representations } : {},
    viewer,
    requestId: "a request",
  });
  expect(errors).toBeUndefined();
  return { data: data as any, recorded };
}

const HIDDEN = { state: "SUPPRESSED_PRIMARY", n: null, value: null };
const MISSING = { state: "NOT_REPORTED", n: null, value: null };
const AS_REPORTED = [
  { cell: HIDDEN, raw: { n: 4, x: 1, value: 0.25 } },
  { cell: MISSING, raw: { n: null, x: null, value: null } },
];
const PROTECTED = AS_REPORTED.map(({ cell }) => ({ cell, raw: null }));

describe.each([
  ["in this process", () => inProcess],
  ["over HTTP", () => http.execute],
] as [string, () => SubgraphExecutor][])("Raw figures, asked for %s,", (_, way) => {
  it.each(["STEWARD", "ANALYST"] as const)("are the %s's of their institution", async (role) => {
    const { data, recorded } = await ask(way(), somebody(own, CONSORTIUM, role), [own, other]);
    expect(data._entities.map(({ figures }: any) => figures.nodes)).toEqual([AS_REPORTED, PROTECTED]);
    expect(recorded).toEqual([
      { action: "RAW_FIGURES_READ", organisationId: own, consortiumId: CONSORTIUM, count: 2 },
    ]);
  });

  it.each<[string, Viewer]>([
    ["a member without the role", somebody(own, CONSORTIUM)],
    ["an admin of the consortium", somebody(own, CONSORTIUM, "CONSORTIUM_ADMIN", "OPERATOR")],
    ["a steward of another member", somebody(other, CONSORTIUM, "STEWARD")],
    ["a steward in another consortium", somebody(own, OTHER_CONSORTIUM, "STEWARD")],
  ])("are null for %s", async (_who, viewer) => {
    const { data, recorded } = await ask(way(), viewer, [own]);
    expect(data._entities[0].figures.nodes).toEqual(PROTECTED);
    expect(recorded).toEqual([]);
  });

  it("are told of where they are reached by the indicator, and in none of the others' figures", async () => {
    const { data, recorded } = await ask(
      way(),
      steward,
      [],
      `{ indicator(code: "COMPLETION_RATE") { figures(first: 10) { nodes { institution { id } raw { n } } } } }`,
    );
    const shown = data.indicator.figures.nodes.filter(({ raw }: any) => raw !== null);
    expect(shown.map(({ institution }: any) => institution.id)).toEqual([own, own]);
    expect(recorded).toMatchObject([{ organisationId: own, count: 2 }]);
  });

  it("are those of no partnership, whoever its parties are", async () => {
    const viewer = somebody(partnership, CONSORTIUM, "STEWARD");
    const { data, recorded } = await ask(way(), viewer, [partnership]);
    expect(data._entities[0].figures.nodes.filter(({ raw }: any) => raw !== null)).toEqual([]);
    expect(recorded).toEqual([]);
  });

  it("are not read, and not told of, where nobody asks for them", async () => {
    const query = `query ($r: [_Any!]!, $no: Boolean = false) { _entities(representations: $r) { ... on Institution { figures(first: 10) { nodes { cell { state } raw @include(if: $no) { n } } } } } }`;
    const { data, recorded } = await ask(way(), steward, [own], query);
    expect(data._entities[0].figures.nodes).toEqual(
      PROTECTED.map(({ cell: { state } }) => ({ cell: { state } })),
    );
    expect(recorded).toEqual([]);
  });

  it("are withheld when the audit log cannot be written", async () => {
    const audited = withAudit(way(), () => Promise.reject(new Error("The log is full.")));
    const request = {
      subgraph: "metrics",
      query: OF_INSTITUTION,
      operationKind: "query" as const,
      variables: { r: [{ __typename: "Institution", id: own }] },
      viewer: steward,
    };
    await expect(audited(request)).rejects.toThrow("The log is full.");
    await expect(audited({ ...request, viewer: viewers.member })).resolves.toHaveProperty("data");
  });
});

it("Two requests that share one answer are both put into the audit log", async () => {
  const answers = await Promise.all([ask(http.execute, steward, [own]), ask(http.execute, steward, [own])]);
  expect(answers.map(({ recorded }) => recorded.length)).toEqual([1, 1]);
});

it("What isn't understood of audited reads is no answer", async () => {
  const odd: SubgraphExecutor = async () => ({ data: {}, extensions: { audit: [{ action: "OTHER" }] } });
  const request = { subgraph: "metrics", query: "{ a }", operationKind: "query" as const, viewer: steward };
  await expect(withAudit(odd, async () => {})(request)).rejects.toThrow();
});

it("Whose figures they are is asked with the page, not by a statement more for each", async () => {
  const query = `{ indicator(code: "COMPLETION_RATE") { figures(first: 10) { nodes { raw { n } } } } }`;
  const count = async (viewer: Viewer) =>
    (await statementsOf(subgraph, () => subgraph.execute({ query }, viewer))).length;
  // The steward's own are told of with the subject's ids, in one statement for all.
  expect((await count(steward)) - (await count(viewers.member))).toBe(1);
});
