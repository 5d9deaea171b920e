import { createHash } from "node:crypto";
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

const FIELDS = `id version number latestNumber termsHash latestTermsHash status isInForce approvalState
  isAwaitingApproval noticeOn effectiveOn expiresOn sections { heading text } documents { address sha256 }
  approvals { number isCurrent party { ... on Institution { id } } drift { path from to } } predecessor { id }
  versions { number termsHash canonicalTerms draftedBy approvedOn } viewerCan`;
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

const draft = (input: object = {}, viewer = collegeSteward) =>
  send(viewer, mutationOf("draftAgreement", FIELDS), {
    input: {
      partnershipId,
      kind: "MOU",
      title: " Robotics ",
      effectiveOn: day(-10),
      expiresOn: day(60),
      noticeDays: 30,
      sections: [
        { heading: "Purpose", text: "A shared lab." },
        { heading: "Duties", text: "Meet every term." },
      ],
      ...input,
    },
  });
const change =
  (name: string) =>
  (input: object, viewer = collegeSteward) =>
    send(viewer, mutationOf(name, FIELDS), { input });
const [revise, approve, renew, terminate] = [
  "reviseAgreement",
  "approveAgreement",
  "renewAgreement",
  "terminateAgreement",
].map(change) as [typeof draft, typeof draft, typeof draft, typeof draft];
const read = (id: string, viewer = collegeSteward) =>
  send(viewer, `query ($id: ID!) { agreement(id: $id) { ${FIELDS} } }`, { id });

/** An agreement that both parties have approved. */
async function approved(input: object = {}) {
  const { id, termsHash } = await draft(input);
  await approve({ id, termsHash });
  return approve({ id, termsHash }, schoolSteward);
}

it("is in force once each party has approved the hash of its canonical terms", async () => {
  const drafted = await draft({ autoRenew: false });
  expect(drafted).toMatchObject({ status: "DRAFT", approvalState: "NONE", number: 1, version: 1 });
  // RFC 8785: names in order, no blanks; the last day is 60 days from now, notice 30 days before.
  const { canonicalTerms } = drafted.versions[0];
  expect(canonicalTerms).toBe(
    `{"autoRenew":false,"documents":[],"effectiveOn":"${day(-10)}","expiresOn":"${day(60)}","kind":"MOU","noticeDays":30,"sections":[{"heading":"Purpose","text":"A shared lab."},{"heading":"Duties","text":"Meet every term."}],"title":"Robotics"}`,
  );
  expect(drafted.termsHash).toBe(createHash("sha256").update(canonicalTerms).digest("hex"));
  expect(drafted.noticeOn).toBe(day(30));
  expect(drafted.viewerCan).toEqual([
    "REVISE_AGREEMENT",
    "APPROVE_AGREEMENT",
    "RENEW_AGREEMENT",
    "TERMINATE_AGREEMENT",
  ]);

  const { id, termsHash } = drafted;
  expect(await approve({ id, termsHash })).toMatchObject({ status: "DRAFT", approvalState: "LOCAL_ONLY" });
  expect(await read(id, schoolSteward)).toMatchObject({ approvalState: "PARTNER_ONLY" });
  expect(await read(id, farSteward)).toMatchObject({ approvalState: "PARTNER_ONLY" });
  const whole = await approve({ id, termsHash }, schoolSteward);
  expect(whole).toMatchObject({
    status: "APPROVED",
    approvalState: "BOTH",
    isInForce: true,
    isAwaitingApproval: false,
    version: 3,
  });
  expect(whole.versions[0].approvedOn).toBe(day(0));
  // Once more changes nothing.
  expect(await approve({ id, termsHash }, schoolSteward)).toMatchObject({ version: 3 });
});

it("counts the approvals of both parties when they come at once", async () => {
  const { id, termsHash } = await draft();
  const both = await Promise.all(
    [collegeSteward, schoolSteward, collegeSteward].map((viewer) => approve({ id, termsHash }, viewer)),
  );
  expect(both.map(({ code }) => code)).toEqual([undefined, undefined, undefined]);
  const after = await read(id);
  expect(after).toMatchObject({ status: "APPROVED", approvalState: "BOTH", version: 3 });
  expect(after.approvals).toHaveLength(2);
});

it("keeps the version in force, and shows the drift, until all have approved a revision", async () => {
  const { id, version, termsHash } = await approved();
  const revised = await revise({
    id,
    version,
    expiresOn: day(400),
    sections: [
      { heading: "Duties", text: "Meet every month." },
      { heading: "Purpose", text: "A shared lab." },
      { heading: "Costs", text: "Each its own." },
    ],
  });
  expect(revised).toMatchObject({
    status: "APPROVED",
    approvalState: "NONE",
    number: 1,
    latestNumber: 2,
    termsHash,
    expiresOn: day(60),
    isAwaitingApproval: true,
  });
  // The order of what both versions have is turned around, too.
  const drift = [
    { path: "expiresOn", from: day(60), to: day(400) },
    { path: "sections[Duties]", from: "Meet every term.", to: "Meet every month." },
    { path: "sections[Costs]", from: null, to: "Each its own." },
    { path: "sections", from: '["Purpose","Duties"]', to: '["Duties","Purpose"]' },
  ];
  for (const approval of revised.approvals) {
    expect(approval).toMatchObject({ number: 1, isCurrent: false });
    expect(approval.drift).toHaveLength(4);
    expect(approval.drift).toEqual(expect.arrayContaining(drift));
  }

  const stale = await approve({ id, termsHash }, schoolSteward);
  expect(stale).toMatchObject({ code: "CONFLICT", field: "termsHash", termsHash: revised.latestTermsHash });

  const { latestTermsHash } = revised;
  const half = await approve({ id, termsHash: latestTermsHash }, schoolSteward);
  expect(half).toMatchObject({ number: 1, approvals: [{ number: 2, drift: [] }, { number: 1 }] });
  const whole = await approve({ id, termsHash: latestTermsHash });
  expect(whole).toMatchObject({
    number: 2,
    termsHash: latestTermsHash,
    expiresOn: day(400),
    noticeOn: day(370),
  });

  // Back to the first terms: a version of its own, with the same hash and without approvals.
  const back = await revise({
    id,
    version: whole.version,
    expiresOn: day(60),
    sections: [
      { heading: "Purpose", text: "A shared lab." },
      { heading: "Duties", text: "Meet every term." },
    ],
  });
  expect(back).toMatchObject({ latestNumber: 3, latestTermsHash: termsHash, approvalState: "NONE" });
  expect(back.versions.map(({ number }: any) => number)).toEqual([3, 2, 1]);
  expect(await revise({ id, version: back.version, title: "Robotics " })).toMatchObject({
    version: back.version,
  });
  expect(await revise({ id, version })).toMatchObject({ code: "CONFLICT", version: back.version });
});

it("is renewed by a successor, which takes its place on its first day", async () => {
  const first = await approved();
  const { id } = first;
  const twice = await Promise.all(
    [collegeSteward, schoolSteward].map((viewer) => renew({ id, expiresOn: day(500) }, viewer)),
  );
  const [successor] = twice.filter(({ code }) => code === undefined);
  expect(twice.filter(({ code }) => code === "CONFLICT")).toHaveLength(1);
  expect(successor).toMatchObject({ status: "DRAFT", effectiveOn: day(61), predecessor: { id } });
  const { termsHash } = successor;
  await approve({ id: successor.id, termsHash });
  await approve({ id: successor.id, termsHash }, schoolSteward);
  const SUPERSEDED = `query ($id: ID!) { agreement(id: $id) { status supersededOn history(first: 1) { nodes { action version } } } }`;
  const entry = { action: "APPROVE_AGREEMENT", version: first.version + 1 };
  expect(await send(member, SUPERSEDED, { id })).toEqual({
    status: "APPROVED",
    supersededOn: day(61),
    history: { nodes: [entry] },
  });
  const next = await read(successor.id);
  expect(next).toMatchObject({ status: "APPROVED", isInForce: false });
  // A successor that is given up before its first day leaves the place.
  const { version } = next;
  await terminate({ id: successor.id, version, reason: "No money" });
  expect(await send(member, SUPERSEDED, { id })).toMatchObject({ supersededOn: null });
  const now = await renew({ id, expiresOn: day(500), effectiveOn: day(0) });
  await approve({ id: now.id, termsHash: now.termsHash });
  await approve({ id: now.id, termsHash: now.termsHash }, schoolSteward);
  expect(await send(member, SUPERSEDED, { id })).toMatchObject({ status: "SUPERSEDED" });
  expect(await renew({ id, expiresOn: day(900) })).toMatchObject({ code: "CONFLICT" });
});

it("is terminated for a reason, and kept", async () => {
  const { id, version, termsHash } = await approved();
  expect(await terminate({ id, version, reason: " " })).toMatchObject({
    code: "BAD_USER_INPUT",
    field: "reason",
  });
  const over = await terminate({ id, version, reason: "No money" }, schoolSteward);
  expect(over).toMatchObject({ status: "TERMINATED", isInForce: false });
  for (const refused of [
    await approve({ id, termsHash }),
    await revise({ id, version: over.version, title: "Other" }),
    await renew({ id, expiresOn: day(900) }),
    await terminate({ id, version: over.version, reason: "Again" }),
  ]) {
    expect(refused).toMatchObject({ code: "CONFLICT", version: over.version });
  }
});

it("lets stewards of signatory parties write, each for its own", async () => {
  for (const viewer of [member, admin, farSteward]) {
    expect(await draft({}, viewer)).toMatchObject({ code: "FORBIDDEN" });
  }
  const { id, termsHash, version } = await draft();
  expect(await approve({ id, termsHash }, member)).toMatchObject({ code: "FORBIDDEN" });
  expect(await approve({ id, termsHash, partyId: SCHOOL })).toMatchObject({
    code: "FORBIDDEN",
    field: "partyId",
  });
  expect(await approve({ id, termsHash, partyId: FAR })).toMatchObject({ code: "BAD_USER_INPUT" });
  expect(await revise({ id, version, title: "Mine" }, farSteward)).toMatchObject({ code: "FORBIDDEN" });
  expect((await approve({ id, termsHash, partyId: COLLEGE })).approvals).toMatchObject([
    { party: { id: COLLEGE } },
  ]);
  // Of three parties, all have to approve; one that signs nothing has no part in it.
  const third = { partyId: FAR, role: "FUNDER", isSignatory: false };
  const parties = [{ partyId: COLLEGE, role: "LEAD" }, { partyId: SCHOOL, role: "CO_LEAD" }, third];
  const other = await proposePartnership(send, { parties });
  const unsigned = await draft({ partnershipId: other });
  const { id: of, termsHash: hash } = unsigned;
  expect(await approve({ id: of, termsHash: hash }, farSteward)).toMatchObject({ code: "FORBIDDEN" });
  await approve({ id: of, termsHash: hash });
  expect(await approve({ id: of, termsHash: hash }, schoolSteward)).toMatchObject({ approvalState: "BOTH" });
});

it("shows terms, versions and drift to people of the parties only, also in the history", async () => {
  const { id } = await approved({
    documents: [{ name: "Scan", address: "https://files.example/mou.pdf", sha256: "A".repeat(64) }],
  });
  const SEEN = `query ($id: ID!) { agreement(id: $id) { title sections { text } documents { sha256 } versions { number }
    approvals { drift { path } } history(last: 1) { nodes { changes { field } } } } }`;
  const own = await send(member, SEEN, { id });
  expect(own).toMatchObject({ documents: [{ sha256: "a".repeat(64) }], versions: [{ number: 1 }] });
  expect(own.history.nodes[0].changes).toContainEqual({ field: "sections" });
  const others = await send(farSteward, SEEN, { id });
  expect(others).toMatchObject({
    title: "Robotics",
    sections: null,
    documents: null,
    versions: [],
    approvals: [{ drift: null }, { drift: null }],
  });
  const fields = others.history.nodes[0].changes.map(({ field }: any) => field);
  expect(fields).toContain("title");
  expect(fields).not.toContain("sections");
  expect(fields).not.toContain("documents");
});

it("lists those that expire in the next 90 days, by their status of today", async () => {
  const of = await proposePartnership(send);
  const add = (title: string, expiresOn: string | null, more: object = {}) =>
    approved({ partnershipId: of, title, expiresOn, effectiveOn: day(-400), ...more });
  const [soon, last] = [await add("Soon", day(90)), await add("Last day", day(0))];
  await add("Later", day(91));
  await add("Open", null);
  const past = await add("Past", day(-1));
  const renewing = await add("Renewing", day(-1), { autoRenew: true });
  expect([past.status, renewing.status, last.status]).toEqual(["EXPIRED", "APPROVED", "APPROVED"]);
  const LIST = `query ($filter: AgreementFilter!) { agreements(first: 9, filter: $filter, orderBy: [{ field: EXPIRES_ON }]) { totalCount nodes { title } } }`;
  const partnership = { partnershipId: { eq: of } };
  const near = { expiresOn: { gte: day(0), lte: day(90) }, status: { eq: "APPROVED" }, ...partnership };
  expect(await send(collegeSteward, LIST, { filter: near })).toEqual({
    totalCount: 2,
    nodes: [{ title: "Last day" }, { title: "Soon" }],
  });
  const expired = { status: { in: ["EXPIRED", "SUPERSEDED"] }, ...partnership };
  expect((await send(collegeSteward, LIST, { filter: expired })).nodes).toEqual([{ title: "Past" }]);
  // Notice is given 30 days before.
  const notice = { noticeOn: { eq: day(60) }, title: { contains: "SOON" }, ...partnership };
  expect((await send(collegeSteward, LIST, { filter: notice })).totalCount).toBe(1);
  expect((await send(farSteward, LIST, { filter: near })).totalCount).toBe(0);
  const HANG = `query ($id: ID!) { partnership(id: $id) { agreements(first: 9, filter: { kind: { eq: MOU } }) { totalCount } a: agreements(first: 1, filter: { title: { eq: "Soon" } }) { nodes { id } } timeline(first: 1, filter: { kind: { eq: "agreement" } }) { totalCount } } }`;
  const hanging = await send(member, HANG, { id: of });
  expect(hanging).toMatchObject({ agreements: { totalCount: 6 }, a: { nodes: [{ id: soon.id }] } });
  // Each was drafted and approved twice.
  expect(hanging.timeline.totalCount).toBe(18);
});

it("tells all faults of terms at once", async () => {
  const section = { heading: "Purpose", text: "\ud800" };
  const bad = await draft({
    title: " ",
    expiresOn: day(-11),
    noticeDays: -1,
    sections: [section, { heading: " Purpose ", text: "" }],
    documents: [{ name: "Scan", address: "ftp://files.example", sha256: "abc" }],
  });
  expect(bad.code).toBe("BAD_USER_INPUT");
  expect(bad.faults.map(({ field }: any) => field).sort()).toEqual([
    "documents[0].address",
    "documents[0].sha256",
    "expiresOn",
    "noticeDays",
    "sections[0].text",
    "sections[1].heading",
    "sections[1].text",
    "title",
  ]);
  expect(await draft({ sections: [] })).toMatchObject({ field: "sections" });
  const { id, version } = await draft();
  expect(await revise({ id, version, sections: null, kind: null })).toMatchObject({
    faults: [{ field: "kind" }, { field: "sections" }],
  });
});
