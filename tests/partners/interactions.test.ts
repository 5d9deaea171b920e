import sql from "sql-template-tag";
import { today } from "../../shared/clock.ts";
import type { Viewer } from "../../shared/auth/viewer.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { partners } from "../../subgraphs/partners/subgraph.ts";
import { startTestSubgraph } from "../database.ts";
import {
  admin,
  COLLEGE,
  collegeSteward,
  FAR,
  farSteward,
  knowInstitutions,
  member,
  mutationOf,
  person,
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
  partnershipId = await proposePartnership(send, { visibility: "PUBLIC" });
});
afterAll(() => subgraph.close());

const dayFrom = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

const LOG = mutationOf(
  "logInteraction",
  "id version title heldOn attendees { partyId count roles } decisions minutes viewerCan partnership { id }",
);
const log = (input: object = {}, viewer: Viewer = member) =>
  send(viewer, LOG, {
    input: { partnershipId, kind: "MEETING", title: " Kick-off ", heldOn: "2026-02-03", ...input },
  });
const CHANGE = mutationOf("changeInteraction", "id version minutes decisions place");

const ASSIGN = mutationOf(
  "assignActionItem",
  "id version status isOverdue ownerId interaction { id } viewerCan",
);
const assign = (input: object = {}, viewer: Viewer = member) =>
  send(viewer, ASSIGN, {
    input: { partnershipId, description: "Send the plan", ownerId: SCHOOL, dueOn: "2026-03-01", ...input },
  });

const GIVE = mutationOf("giveFeedback", "id partyId communication responsiveness value comment");
const give = (viewer: Viewer, ratings: readonly number[], input: object = {}) => {
  const [communication, responsiveness, value] = ratings;
  return send(viewer, GIVE, {
    input: {
      partnershipId,
      partyId: viewer.organisationIds[0],
      communication,
      responsiveness,
      value,
      ...input,
    },
  });
};
const SUMMARY = `query ($p: ID!) { partnership(id: $p) { feedbackSummary { count partyCount communication responsiveness value } } }`;

describe("an interaction", () => {
  it("is logged and changed by anybody of a party, with attendees, decisions and minutes", async () => {
    const attendees = [
      { partyId: COLLEGE, count: 2, roles: " Dean " },
      { partyId: SCHOOL, count: 1 },
    ];
    const logged = await log({ attendees, decisions: [" We begin in fall. "] });
    expect(logged).toEqual({
      id: expect.stringMatching(/^interaction_/),
      version: 1,
      title: "Kick-off",
      heldOn: "2026-02-03",
      attendees: [
        { partyId: COLLEGE, count: 2, roles: "Dean" },
        { partyId: SCHOOL, count: 1, roles: null },
      ],
      decisions: ["We begin in fall."],
      minutes: null,
      viewerCan: ["CHANGE_INTERACTION"],
      partnership: { id: partnershipId },
    });
    const input = { id: logged.id, version: 1, minutes: "All agreed.", place: "Dayton, OH" };
    expect(await send(schoolSteward, CHANGE, { input })).toMatchObject({
      version: 2,
      minutes: "All agreed.",
      place: "Dayton, OH",
      decisions: ["We begin in fall."],
    });
    expect(await send(member, CHANGE, { input })).toMatchObject({ code: "CONFLICT", version: 2 });
  });

  it("is refused to others, and tells all faults of its lists at once", async () => {
    for (const viewer of [farSteward, admin]) {
      expect(await log({}, viewer)).toMatchObject({ code: "FORBIDDEN" });
    }
    const attendees = [
      { partyId: FAR, count: 1 },
      { partyId: SCHOOL, count: 0, roles: "r".repeat(201) },
      { partyId: SCHOOL, count: 1 },
    ];
    const { code, faults } = await log({ title: " ", attendees, decisions: ["Yes.", " "] });
    expect(code).toBe("BAD_USER_INPUT");
    expect(faults.map(({ field }: { field: string }) => field)).toEqual([
      "title",
      "attendees[0].partyId",
      "attendees[1].count",
      "attendees[1].roles",
      "attendees[2].partyId",
      "decisions[1]",
    ]);
    expect(await log({ attendees: null })).toMatchObject({ code: "BAD_USER_INPUT", field: "attendees" });
  });

  it("is seen with its partnership, its content by people of the parties, in the history too", async () => {
    const { id } = await log({
      minutes: "Between us.",
      decisions: ["Go on."],
      attendees: [{ partyId: SCHOOL, count: 3 }],
    });
    const READ = `query ($id: ID!) { interaction(id: $id) { title minutes decisions attendees { count } viewerCan history(first: 5) { nodes { changes { field } } } } }`;
    const fieldsOf = ({ history }: any) => history.nodes[0].changes.map(({ field }: any) => field).sort();
    const own = await send(schoolSteward, READ, { id });
    expect(own).toMatchObject({ minutes: "Between us.", decisions: ["Go on."], attendees: [{ count: 3 }] });
    expect(fieldsOf(own)).toEqual([
      "attendees",
      "decisions",
      "heldOn",
      "kind",
      "minutes",
      "partnershipId",
      "title",
    ]);
    for (const viewer of [farSteward, admin]) {
      const others = await send(viewer, READ, { id });
      expect(others).toMatchObject({
        title: "Kick-off",
        minutes: null,
        decisions: null,
        attendees: null,
        viewerCan: [],
      });
      expect(fieldsOf(others)).toEqual(["heldOn", "kind", "partnershipId", "title"]);
    }
    const secret = await proposePartnership(send);
    const { id: hidden } = await log({ partnershipId: secret });
    expect(await send(farSteward, READ, { id: hidden })).toBeNull();
  });

  it("carries nothing of its content in its event", async () => {
    const { id } = await log({ minutes: "Between us.", decisions: ["Go on."] });
    const rows = await subgraph.db.read<{ payload: string }>(
      sql`SELECT payload FROM outbox WHERE record_id = ${id}`,
    );
    const payload = typeof rows[0]!.payload === "string" ? JSON.parse(rows[0]!.payload) : rows[0]!.payload;
    expect(payload).toEqual({
      kind: "MEETING",
      title: "Kick-off",
      heldOn: "2026-02-03",
      place: null,
      partnershipId,
      version: 1,
    });
  });

  it("is one, however often it is sent at once with one idempotency key", async () => {
    const input = { title: "Once", idempotencyKey: "once" };
    const answers = await Promise.all([log(input), log(input), log(input)]);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  });

  it("tells how recently the parties were in touch, planned ones aside, for all partnerships of a page at once", async () => {
    const [some, none] = [await proposePartnership(send), await proposePartnership(send)];
    const planned = dayFrom(5);
    for (const heldOn of ["2025-09-01", "2026-01-15", planned]) await log({ partnershipId: some, heldOn });
    const ASK = `query { partnerships(first: 50) {
      nodes { id lastInteractionOn past: interactions(first: 5, filter: { heldOn: { lt: "2026-01-01" } }) { totalCount } all: interactions(first: 1) { totalCount nodes { heldOn } } } } }`;
    const { nodes } = await send(member, ASK);
    expect(nodes).toContainEqual({
      id: some,
      lastInteractionOn: "2026-01-15",
      past: { totalCount: 1 },
      all: { totalCount: 3, nodes: [{ heldOn: planned }] },
    });
    expect(nodes).toContainEqual({
      id: none,
      lastInteractionOn: null,
      past: { totalCount: 0 },
      all: { totalCount: 0, nodes: [] },
    });
  });
});

describe("an action item", () => {
  it("is assigned, changed, completed, canceled and reopened by people of the parties", async () => {
    const { id: interactionId } = await log();
    const assigned = await assign({ interactionId });
    expect(assigned).toMatchObject({
      version: 1,
      status: "OPEN",
      isOverdue: true,
      ownerId: SCHOOL,
      interaction: { id: interactionId },
    });
    expect(assigned.viewerCan).toEqual([
      "CHANGE_ACTION_ITEM",
      "COMPLETE_ACTION_ITEM",
      "CANCEL_ACTION_ITEM",
      "REOPEN_ACTION_ITEM",
    ]);
    const { id } = assigned;
    const turn = (name: string, version: number, more: object = {}) =>
      send(schoolSteward, mutationOf(name, "version status isOverdue completedOn dueOn"), {
        input: { id, version, ...more },
      });
    expect(await turn("changeActionItem", 1, { dueOn: today() })).toMatchObject({
      version: 2,
      isOverdue: false,
    });
    expect(await turn("completeActionItem", 2)).toMatchObject({
      version: 3,
      status: "DONE",
      completedOn: today(),
    });
    expect(await turn("completeActionItem", 3)).toMatchObject({ version: 3, status: "DONE" });
    expect(await turn("cancelActionItem", 3)).toMatchObject({ code: "CONFLICT", version: 3 });
    expect(await turn("changeActionItem", 3, { dueOn: today() })).toMatchObject({ code: "CONFLICT" });
    expect(await turn("reopenActionItem", 3)).toMatchObject({
      version: 4,
      status: "OPEN",
      completedOn: null,
    });
    expect(await turn("cancelActionItem", 4)).toMatchObject({ version: 5, status: "CANCELED" });
    const ITEM = `query ($id: ID!) { actionItem(id: $id) { history(first: 9) { nodes { action } } } }`;
    const { history } = await send(member, ITEM, { id });
    expect(history.nodes.map(({ action }: { action: string }) => action)).toEqual([
      "CANCEL_ACTION_ITEM",
      "REOPEN_ACTION_ITEM",
      "COMPLETE_ACTION_ITEM",
      "CHANGE_ACTION_ITEM",
      "ASSIGN_ACTION_ITEM",
    ]);
    expect(await send(farSteward, ITEM, { id })).toBeNull();
  });

  it("belongs to a party, and to an interaction of the same partnership", async () => {
    const other = await log({ partnershipId: await proposePartnership(send) });
    for (const interactionId of [other.id, "interaction_0", ""]) {
      expect(await assign({ interactionId, ownerId: FAR })).toMatchObject({
        code: "BAD_USER_INPUT",
        faults: [{ field: "ownerId" }, { field: "interactionId" }],
      });
    }
    expect(await assign({}, admin)).toMatchObject({ code: "FORBIDDEN" });
  });

  it("is found when overdue by one query, at the root, of a partnership and of an interaction", async () => {
    const mine = await proposePartnership(send);
    const { id: interactionId } = await log({ partnershipId: mine });
    const of = async (input: object) =>
      (await assign({ partnershipId: mine, interactionId, ...input })).id as string;
    // Due today is in time; due yesterday is overdue, but not when it is done.
    const [late, later, , done] = [
      await of({ dueOn: dayFrom(-9) }),
      await of({ dueOn: dayFrom(-1), ownerId: COLLEGE }),
      await of({ dueOn: today() }),
      await of({ dueOn: dayFrom(-5) }),
    ];
    await send(member, mutationOf("completeActionItem", "id"), { input: { id: done, version: 1 } });
    const ROOT = `query ($p: ID!, $owner: ID) { actionItems(first: 9, filter: { partnershipId: { eq: $p }, isOverdue: { eq: true }, ownerId: { eq: $owner } }) { totalCount nodes { id isOverdue } } }`;
    const overdue = { totalCount: 2, nodes: [late, later].map((id) => ({ id, isOverdue: true })) };
    expect(await send(member, ROOT, { p: mine })).toEqual(overdue);
    expect((await send(member, ROOT, { p: mine, owner: COLLEGE })).nodes).toEqual([
      { id: later, isOverdue: true },
    ]);
    expect(await send(farSteward, ROOT, { p: mine })).toEqual({ totalCount: 0, nodes: [] });
    const BELOW = `query ($p: ID!) { partnership(id: $p) {
      late: actionItems(first: 9, filter: { isOverdue: { eq: true } }) { totalCount } inTime: actionItems(first: 9, filter: { isOverdue: { eq: false } }) { totalCount }
      interactions(first: 9) { nodes { actionItems(first: 9, filter: { status: { eq: OPEN } }, orderBy: [{ field: DUE_ON, direction: DESC }]) { totalCount nodes { id } } } } } }`;
    const below = await send(member, BELOW, { p: mine });
    expect(below).toMatchObject({ late: { totalCount: 2 }, inTime: { totalCount: 2 } });
    const [{ actionItems }] = below.interactions.nodes;
    expect(actionItems.totalCount).toBe(3);
    expect(actionItems.nodes.slice(1)).toEqual([{ id: later }, { id: late }]);
  });
});

describe("feedback", () => {
  it("is given by a person for a party of their own, not by services or others", async () => {
    expect(await give(member, [4, 3, 5], { comment: " Fine. " })).toMatchObject({
      partyId: COLLEGE,
      communication: 4,
      comment: "Fine.",
    });
    expect(await give({ ...member, kind: "SERVICE" }, [4, 3, 5])).toMatchObject({ code: "FORBIDDEN" });
    expect(await give(farSteward, [4, 3, 5])).toMatchObject({ code: "FORBIDDEN" });
    expect(await give(member, [0, 3, 6], { partyId: SCHOOL })).toMatchObject({
      code: "BAD_USER_INPUT",
      faults: [{ field: "partyId" }, { field: "communication" }, { field: "value" }],
    });
    const CAN = `query ($p: ID!) { partnership(id: $p) { viewerCan } }`;
    expect((await send(member, CAN, { p: partnershipId })).viewerCan).toContain("GIVE_FEEDBACK");
    const service: Viewer = { ...member, kind: "SERVICE" };
    expect((await send(service, CAN, { p: partnershipId })).viewerCan).not.toContain("GIVE_FEEDBACK");
  });

  it("shows its ratings to its own party, its comment to all parties, and nothing to others", async () => {
    const { id } = await give(member, [1, 2, 3], { comment: "Too slow." });
    const READ = `query ($id: ID!) { feedback(id: $id) { communication value comment history(first: 1) { nodes { changes { field } } } } }`;
    expect(await send(collegeSteward, READ, { id })).toMatchObject({
      communication: 1,
      value: 3,
      comment: "Too slow.",
    });
    const other = await send(schoolSteward, READ, { id });
    expect(other).toMatchObject({ communication: null, value: null, comment: "Too slow." });
    const shown = other.history.nodes[0].changes.map(({ field }: { field: string }) => field);
    expect(shown).not.toContain("communication");
    expect(shown).toContain("comment");
    for (const viewer of [farSteward, admin]) expect(await send(viewer, READ, { id })).toBeNull();
  });

  it("is summed up from three parties on, each person's latest, for people of the parties", async () => {
    const parties = [
      { partyId: COLLEGE, role: "LEAD" },
      { partyId: SCHOOL, role: "CO_LEAD" },
      { partyId: FAR, role: "CONTRIBUTOR" },
    ];
    const p = await proposePartnership(send, { parties, visibility: "PUBLIC" });
    const of = (viewer: Viewer, ...ratings: number[]) => give(viewer, ratings, { partnershipId: p });
    const summary = async (viewer: Viewer) => (await send(viewer, SUMMARY, { p })).feedbackSummary;
    await of(member, 1, 1, 1);
    await of(collegeSteward, 5, 4, 3);
    await of(schoolSteward, 3, 3, 5);
    // Two parties only: each would know the other's answers.
    expect(await summary(member)).toBeNull();
    await of(farSteward, 2, 5, 4);
    await of(member, 4, 2, 5);
    // Four people, of whom the member's second answer counts: communication (4 + 5 + 3 + 2) / 4 = 3.5,
    // responsiveness (2 + 4 + 3 + 5) / 4 = 3.5, value (5 + 3 + 5 + 4) / 4 = 4.25, to tenths 4.3.
    const means = { count: 4, partyCount: 3, communication: 3.5, responsiveness: 3.5, value: 4.3 };
    expect(await summary(member)).toEqual(means);
    expect(await summary(farSteward)).toEqual(means);
    expect(await summary(admin)).toBeNull();
    expect(await summary(person("outsider", []))).toBeNull();
  });
});

it("stands in the partnership's timeline", async () => {
  const p = await proposePartnership(send, { visibility: "PUBLIC" });
  await log({ partnershipId: p });
  await assign({ partnershipId: p });
  await give(member, [3, 3, 3], { partnershipId: p });
  const TIMELINE = `query ($p: ID!) { partnership(id: $p) { timeline(first: 9) { nodes { action } } } }`;
  const actions = async (viewer: Viewer) =>
    (await send(viewer, TIMELINE, { p })).timeline.nodes.map(({ action }: { action: string }) => action);
  expect(await actions(schoolSteward)).toEqual([
    "GIVE_FEEDBACK",
    "ASSIGN_ACTION_ITEM",
    "LOG_INTERACTION",
    "PROPOSE_PARTNERSHIP",
  ]);
  expect(await actions(admin)).toEqual(["LOG_INTERACTION", "PROPOSE_PARTNERSHIP"]);
});
