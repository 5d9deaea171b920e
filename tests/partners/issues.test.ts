import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { partners } from "../../subgraphs/partners/subgraph.ts";
import { startTestSubgraph } from "../database.ts";
import {
  COLLEGE,
  farSteward,
  knowInstitutions,
  member,
  mutationOf,
  proposePartnership,
  SCHOOL,
  schoolSteward,
  sender,
} from "./lives.ts";

let subgraph: RunningSubgraph;
const send = sender(() => subgraph);
let partnershipId: string;
beforeAll(async () => {
  subgraph = await startTestSubgraph(partners);
  await knowInstitutions(subgraph);
  partnershipId = await proposePartnership(send);
});
afterAll(() => subgraph.close());

const RAISE = mutationOf("raisePartnershipIssue", "id version status title viewerCan partnership { id }");
const raise = (input: object = {}, viewer = member) =>
  send(viewer, RAISE, {
    input: { partnershipId, category: "COMMUNICATION", severity: "HIGH", title: " No minutes ", ...input },
  });

it("is raised by anybody of a party, mitigated, and resolved by a steward", async () => {
  const raised = await raise();
  expect(raised).toMatchObject({
    version: 1,
    status: "OPEN",
    title: "No minutes",
    partnership: { id: partnershipId },
  });
  expect(raised.viewerCan).toEqual(["MITIGATE_PARTNERSHIP_ISSUE"]);
  const { id } = raised;
  const mitigated = await send(
    member,
    mutationOf("mitigatePartnershipIssue", "version status mitigation severity"),
    {
      input: { id, version: 1, mitigation: "A weekly call.", ownerId: SCHOOL },
    },
  );
  expect(mitigated).toEqual({
    version: 2,
    status: "MITIGATING",
    mitigation: "A weekly call.",
    severity: "HIGH",
  });
  const resolve = (viewer = member) =>
    send(viewer, mutationOf("resolvePartnershipIssue", "version status resolvedOn"), {
      input: { id, version: 2 },
    });
  expect(await resolve()).toMatchObject({ code: "FORBIDDEN" });
  expect((await resolve(schoolSteward)).resolvedOn).not.toBeNull();
});

it("is seen by people of the parties only, in lists, counts and the timeline", async () => {
  const { id } = await raise({ ownerId: COLLEGE });
  const LIST = `query ($p: ID!) { partnershipIssues(first: 5, filter: { severity: { eq: HIGH }, partnershipId: { eq: $p } }, orderBy: [{ field: TITLE }]) { totalCount nodes { id } } }`;
  expect((await send(schoolSteward, LIST, { p: partnershipId })).nodes).toContainEqual({ id });
  expect(await send(farSteward, LIST, { p: partnershipId })).toEqual({ totalCount: 0, nodes: [] });
  const TIMELINE = `query ($p: ID!) { partnership(id: $p) { issues(first: 9) { totalCount } timeline(first: 9, filter: { kind: { eq: "partnership_issue" } }) { nodes { recordId } } } }`;
  const { issues, timeline } = await send(member, TIMELINE, { p: partnershipId });
  expect(issues.totalCount).toBe(2);
  expect(timeline.nodes[0]).toEqual({ recordId: id });
});

it("keeps the reason for a change, which fits", async () => {
  const { id } = await raise();
  const mitigate = (reason: string) =>
    send(member, mutationOf("mitigatePartnershipIssue", "history(first: 1) { nodes { reason } }"), {
      input: { id, version: 1, mitigation: "A call.", reason },
    });
  expect(await mitigate("x".repeat(1_001))).toMatchObject({ code: "BAD_USER_INPUT", field: "reason" });
  expect(await mitigate("  Agreed. ")).toEqual({ history: { nodes: [{ reason: "Agreed." }] } });
});

it("belongs to a partnership that one sees, and is owned by one of its parties", async () => {
  expect(await raise({}, farSteward)).toMatchObject({ code: "NOT_FOUND", field: "partnershipId" });
  expect(await raise({ ownerId: "inst_018f0000-0000-7000-8000-000000000000", title: "" })).toMatchObject({
    code: "BAD_USER_INPUT",
    faults: [
      { field: "title", expected: "a value" },
      { field: "ownerId", expected: "a party's id" },
    ],
  });
});
