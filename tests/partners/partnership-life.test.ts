import sql from "sql-template-tag";
import { VISITOR } from "../../shared/auth/viewer.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { partners } from "../../subgraphs/partners/subgraph.ts";
import { startTestSubgraph } from "../database.ts";
import {
  admin,
  COLLEGE,
  collegeSteward,
  CONSORTIUM,
  FAR,
  farSteward,
  knowInstitutions,
  member,
  mutationOf,
  SCHOOL,
  schoolSteward,
  sender,
} from "./lives.ts";

let subgraph: RunningSubgraph;
const send = sender(() => subgraph);
beforeAll(async () => {
  subgraph = await startTestSubgraph(partners);
  await knowInstitutions(subgraph);
});
afterAll(() => subgraph.close());

const PROPOSE = mutationOf("proposePartnership", "id version stage visibility nextStages viewerCan");
const proposal = (overrides: object = {}) => ({
  consortiumId: CONSORTIUM,
  name: "  Robotics Compact ",
  type: "ACADEMIC_COLLABORATION",
  modality: "HYBRID",
  scope: "REGIONAL",
  parties: [
    { partyId: COLLEGE, role: "LEAD" },
    { partyId: SCHOOL, role: "CO_LEAD" },
  ],
  ...overrides,
});
const propose = (overrides: object = {}, viewer = collegeSteward) =>
  send(viewer, PROPOSE, { input: proposal(overrides) });

const ADVANCE = mutationOf("advancePartnership", "version stage stageSince startsOn");
const advance = (id: string, version: number, stage: string, viewer = collegeSteward) =>
  send(viewer, ADVANCE, { input: { id, version, stage } });

const stop = (name: string, input: object) =>
  send(
    collegeSteward,
    `mutation ($input: StopPartnershipInput!) { ${name}(input: $input) { version stage endsOn } }`,
    { input },
  );

it("begins as a prospect of its parties, whose stewards and admins may go on with it", async () => {
  const proposed = await propose();
  expect(proposed).toMatchObject({ version: 1, stage: "PROSPECT", visibility: "PARTIES" });
  expect(proposed.nextStages).toEqual(["EXPLORING", "DECLINED"]);
  expect(proposed.viewerCan).toEqual(expect.arrayContaining(["ADVANCE_PARTNERSHIP", "JOIN_PARTNERSHIP"]));
  const read = `query ($id: ID!) { partnership(id: $id) { name viewerCan } }`;
  const { id } = proposed;
  expect(await send(member, read, { id })).toEqual({
    name: "Robotics Compact",
    viewerCan: ["RAISE_PARTNERSHIP_ISSUE", "LOG_INTERACTION", "ASSIGN_ACTION_ITEM", "GIVE_FEEDBACK"],
  });
  expect(await send(farSteward, read, { id })).toBeNull();
  expect(await advance(id, 1, "EXPLORING", member)).toMatchObject({ code: "FORBIDDEN" });
  expect(await advance(id, 1, "EXPLORING", farSteward)).toMatchObject({ code: "NOT_FOUND", field: "id" });
  expect(await advance(id, 1, "EXPLORING", VISITOR as never)).toMatchObject({ code: "UNAUTHENTICATED" });
});

it("is proposed by those who may, all faults of the input told at once", async () => {
  expect(await propose({}, farSteward)).toMatchObject({ code: "FORBIDDEN" });
  const bad = await propose({
    name: "x".repeat(201),
    startsOn: "2026-05-01",
    endsOn: "2026-04-01",
    sdgTargets: ["4.4", "18"],
    parties: [
      { partyId: COLLEGE, role: "LEAD" },
      { partyId: COLLEGE, role: "LEAD" },
    ],
    details: { publicPrivate: { funding: "A lab" } },
  });
  expect(bad.code).toBe("BAD_USER_INPUT");
  expect(bad.faults.map(({ field }: { field: string }) => field).sort()).toEqual([
    "details.publicPrivate",
    "endsOn",
    "name",
    "parties",
    "parties[1].partyId",
    "sdgTargets[1]",
  ]);
  const stranger = await propose({
    parties: [
      { partyId: COLLEGE, role: "LEAD" },
      { partyId: "porg_018f0000-0000-7000-8000-000000000000", role: "FUNDER" },
    ],
  });
  expect(stranger).toMatchObject({ code: "NOT_FOUND", field: "parties[1].partyId" });
});

it("goes along its stages only, each with its day, and not twice on one version", async () => {
  const { id } = await propose({ visibility: "PUBLIC" });
  expect(await advance(id, 1, "SIGNED")).toMatchObject({ code: "CONFLICT", field: "stage" });
  expect(await advance(id, 1, "EXPLORING")).toMatchObject({ version: 2, stage: "EXPLORING" });
  expect(await advance(id, 1, "NEGOTIATING", schoolSteward)).toMatchObject({ code: "CONFLICT", version: 2 });
  await advance(id, 2, "NEGOTIATING", admin);
  const signed = await advance(id, 3, "SIGNED");
  expect(signed.startsOn).toBe(signed.stageSince);
  await advance(id, 4, "ACTIVE");
  expect(await stop("endPartnership", { id, version: 5 })).toMatchObject({
    code: "BAD_USER_INPUT",
    field: "reason",
  });
  const ended = await stop("endPartnership", { id, version: 5, reason: "The grant has ended." });
  expect(ended).toMatchObject({ version: 6, stage: "ENDED" });
  expect(await advance(id, 6, "ACTIVE")).toMatchObject({ code: "CONFLICT" });
});

it("has two signatories from SIGNED on, and one lead at all times", async () => {
  const parties = [
    { partyId: COLLEGE, role: "LEAD" },
    { partyId: SCHOOL, role: "BENEFICIARY", isSignatory: false },
  ];
  const { id } = await propose({ parties });
  await advance(id, 1, "EXPLORING");
  await advance(id, 2, "NEGOTIATING");
  expect(await advance(id, 3, "SIGNED")).toMatchObject({ code: "CONFLICT", field: "stage" });
  const change = (name: string, version: number, rest: object) =>
    send(collegeSteward, mutationOf(name, "version parties { role isSignatory endsOn }"), {
      input: { id, version, ...rest },
    });
  const party = { partyId: SCHOOL, role: "CO_LEAD", isSignatory: true };
  const changed = await change("changePartyRole", 3, { party });
  expect(changed.parties[1]).toEqual({ role: "CO_LEAD", isSignatory: true, endsOn: null });
  expect(await advance(id, 4, "SIGNED")).toMatchObject({ stage: "SIGNED" });
  expect(await change("leavePartnership", 5, { partyId: SCHOOL })).toMatchObject({ code: "CONFLICT" });
  expect(await change("joinPartnership", 5, { party: { partyId: FAR, role: "LEAD" } })).toMatchObject({
    code: "CONFLICT",
  });
  const joined = await change("joinPartnership", 5, { party: { partyId: FAR, role: "CONTRIBUTOR" } });
  expect(joined.parties).toHaveLength(3);
  const read = `query ($id: ID!) { partnership(id: $id) { name } }`;
  expect(await send(farSteward, read, { id })).toEqual({ name: "Robotics Compact" });
  const left = await change("leavePartnership", 6, { partyId: FAR });
  expect(left.parties[2].endsOn).not.toBeNull();
  expect(await send(farSteward, read, { id })).toBeNull();
});

it("keeps who changed what, when and why, from which value to which, for those who see it", async () => {
  const { id } = await propose();
  const input = { id, version: 1, summary: "Robots for all.", reason: "Agreed by phone." };
  await send(schoolSteward, mutationOf("changePartnership", "version"), { input });
  const HISTORY = `query ($id: ID!) { partnership(id: $id) { history(first: 5) { totalCount nodes { version action reason actorId changes { field from to } } } timeline(first: 5, filter: { kind: { eq: "partnership" } }) { totalCount } } }`;
  const { history, timeline } = await send(collegeSteward, HISTORY, { id });
  expect(history.totalCount).toBe(2);
  expect(timeline.totalCount).toBe(2);
  expect(history.nodes[0]).toEqual({
    version: 2,
    action: "CHANGE_PARTNERSHIP",
    reason: "Agreed by phone.",
    actorId: schoolSteward.id,
    changes: [{ field: "summary", from: null, to: "Robots for all." }],
  });
  expect(history.nodes[1].changes).toContainEqual({ field: "stage", from: null, to: "PROSPECT" });
  const [event] = (await subgraph.readFeed(0, 1000)).filter(({ recordId }) => recordId === id).slice(-1);
  expect(event).toMatchObject({
    kind: "partnership",
    payload: { version: 2, stage: "PROSPECT", parties: [{ id: COLLEGE }, { id: SCHOOL }] },
    change: { action: "CHANGE_PARTNERSHIP", actorId: schoolSteward.id, reason: "Agreed by phone." },
  });
  expect(event!.payload).not.toHaveProperty("summary");
});

it("answers a retry with the partnership that is there, two at once too, and refuses another input", async () => {
  const once = { idempotencyKey: "retry-1" };
  const [one, other] = await Promise.all([propose(once), propose(once)]);
  expect(one).toEqual(other);
  expect((await propose(once)).id).toBe(one.id);
  expect(await propose({ ...once, scope: "LOCAL" })).toMatchObject({
    code: "CONFLICT",
    field: "idempotencyKey",
  });
  // Another person's key is another key.
  expect((await propose(once, schoolSteward)).id).not.toBe(one.id);
  const rows = await subgraph.db.read(sql`SELECT id FROM record_history WHERE record_id = ${one.id}`);
  expect(rows).toHaveLength(1);
  // A retry by somebody who may not any more is refused.
  const former = { ...collegeSteward, consortia: [] };
  expect(await propose(once, former)).toMatchObject({ code: "FORBIDDEN" });
});

it("lets one of several changes at once through, and tells the others the version that there is", async () => {
  const { id } = await propose();
  const change = (summary: string) =>
    send(collegeSteward, mutationOf("changePartnership", "version"), { input: { id, version: 1, summary } });
  const answers = await Promise.all(["a", "b", "c", "d"].map(change));
  expect(answers.filter(({ code }) => code === undefined)).toEqual([{ version: 2 }]);
  for (const { code, version } of answers.filter((each) => each.code))
    expect([code, version]).toEqual(["CONFLICT", 2]);
});

it("is renewed from review, until a later day", async () => {
  const { id } = await propose({ startsOn: "2024-01-01", endsOn: "2026-12-31" });
  for (const [index, stage] of [
    "EXPLORING",
    "NEGOTIATING",
    "SIGNED",
    "ACTIVE",
    "UNDER_REVIEW",
    "RENEWING",
  ].entries()) {
    await advance(id, index + 1, stage);
  }
  const renew = (endsOn: string) =>
    send(collegeSteward, mutationOf("renewPartnership", "stage endsOn version"), {
      input: { id, version: 7, endsOn },
    });
  expect(await renew("2026-12-31")).toMatchObject({ code: "BAD_USER_INPUT", field: "endsOn" });
  expect(await renew("2029-12-31")).toEqual({ stage: "ACTIVE", endsOn: "2029-12-31", version: 8 });
  const again = { id, version: 8, endsOn: "2031-12-31" };
  expect(await send(collegeSteward, mutationOf("renewPartnership", "stage"), { input: again })).toMatchObject(
    {
      code: "CONFLICT",
    },
  );
});
