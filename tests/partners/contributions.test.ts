import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { partners } from "../../subgraphs/partners/subgraph.ts";
import { startTestSubgraph, statementsOf } from "../database.ts";
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
  proposePartnership,
  SCHOOL,
  schoolSteward,
  sender,
} from "./lives.ts";
import { VISITOR } from "../../shared/auth/viewer.ts";

let subgraph: RunningSubgraph;
const send = sender(() => subgraph);
let partnershipId: string;
beforeAll(async () => {
  subgraph = await startTestSubgraph(partners);
  await knowInstitutions(subgraph);
  partnershipId = await proposePartnership(send, { visibility: "PUBLIC" });
});
afterAll(() => subgraph.close());

const SHOWN =
  "id version category startsOn endsOn currency committedMinor deliveredMinor fulfilment deliveries { deliveredOn amountMinor quantity } viewerCan";
const COMMIT = mutationOf("commitContribution", SHOWN);
const DELIVER = mutationOf("deliverContribution", SHOWN);
const CORRECT = mutationOf("correctContribution", SHOWN);
const CASH = { category: "CASH", valuationMethod: "FACE_VALUE", currency: "USD", committedMinor: 40_000 };
const YEAR = { startsOn: "2025-01-01", endsOn: "2025-12-31" };
const commit = (input: object = {}, viewer = collegeSteward) =>
  send(viewer, COMMIT, { input: { partnershipId, partyId: COLLEGE, ...CASH, ...YEAR, ...input } });
const deliver = (id: string, version: number, delivery: object, viewer = collegeSteward) =>
  send(viewer, DELIVER, { input: { id, version, delivery } });

it("is committed, delivered in parts and corrected, and keeps what was", async () => {
  const committed = await commit({ unit: "hours", committedQuantity: 20, description: " Two  trucks " });
  expect(committed).toMatchObject({ version: 1, deliveredMinor: 0, fulfilment: 0, deliveries: [] });
  expect(committed.viewerCan).toEqual(["DELIVER_CONTRIBUTION", "CORRECT_CONTRIBUTION"]);
  const { id } = committed;
  await deliver(id, 1, { deliveredOn: "2025-03-01", amountMinor: 10_000 });
  const second = await deliver(id, 2, { deliveredOn: "2025-02-01", amountMinor: 20_000, quantity: 3 });
  expect(second).toMatchObject({ version: 3, deliveredMinor: 30_000, fulfilment: 0.75 });
  expect(second.deliveries).toEqual([
    { deliveredOn: "2025-02-01", amountMinor: 20_000, quantity: 3 },
    { deliveredOn: "2025-03-01", amountMinor: 10_000, quantity: null },
  ]);
  const corrected = await send(admin, CORRECT, {
    input: {
      id,
      version: 3,
      deliveries: [{ deliveredOn: "2025-02-01", amountMinor: 2_000 }],
      reason: "A typo",
    },
  });
  expect(corrected).toMatchObject({ version: 4, deliveredMinor: 2_000, committedMinor: 40_000 });
  const HISTORY = `query ($id: ID!) { contribution(id: $id) { history(first: 9) { nodes { action reason changes { field from to } } } } }`;
  const [last, ...before] = (await send(collegeSteward, HISTORY, { id })).history.nodes;
  expect(last).toMatchObject({ action: "CORRECT_CONTRIBUTION", reason: "A typo" });
  expect(last.changes).toContainEqual({ field: "deliveredMinor", from: "30000", to: "2000" });
  expect(before).toHaveLength(3);
  const visitors = (await send(VISITOR, HISTORY, { id })).history.nodes;
  expect(visitors).toHaveLength(4);
  expect(visitors[0].changes).toEqual([]);
});

it("is written by stewards of its own party and by admins", async () => {
  expect(await commit({}, schoolSteward)).toMatchObject({
    code: "BAD_USER_INPUT",
    faults: [{ field: "partyId", expected: "the id of a party that you act for" }],
  });
  expect(await commit({ partyId: FAR }, admin)).toMatchObject({ code: "BAD_USER_INPUT", field: "partyId" });
  expect(await commit({}, member)).toMatchObject({ code: "FORBIDDEN" });
  expect(await commit({}, farSteward)).toMatchObject({ code: "FORBIDDEN" });
  const { id } = await commit({ partyId: SCHOOL }, admin);
  const delivery = { deliveredOn: "2025-03-01", amountMinor: 1 };
  expect(await deliver(id, 1, delivery)).toMatchObject({ code: "FORBIDDEN" });
  expect(await deliver(id, 1, delivery, schoolSteward)).toMatchObject({ version: 2 });
  expect(await deliver(id, 1, delivery, schoolSteward)).toMatchObject({ code: "CONFLICT", version: 2 });
});

it("tells all that is wrong with it at once", async () => {
  const wrong = { currency: "Dollars", committedMinor: 1.5, endsOn: "2024-12-31" };
  expect((await commit(wrong)).faults.map(({ field }: { field: string }) => field)).toEqual([
    "currency",
    "currency",
    "committedMinor",
    "endsOn",
  ]);
  expect((await commit({ committedMinor: -1 })).field).toBe("committedMinor");
  const { id } = await commit();
  expect((await deliver(id, 1, { deliveredOn: "2999-01-01", amountMinor: -1 })).faults).toMatchObject([
    { field: "delivery.amountMinor" },
    { field: "delivery.deliveredOn" },
  ]);
});

it("takes each of two deliveries at once, or refuses one of them", async () => {
  const { id } = await commit();
  const both = await Promise.all(
    [1_000, 2_000].map((amountMinor) => deliver(id, 1, { deliveredOn: "2025-03-01", amountMinor })),
  );
  expect(both.map(({ code, version }) => code ?? version).sort()).toEqual([2, "CONFLICT"].sort());
  const keyed = { idempotencyKey: "one-contribution" };
  const answers = await Promise.all([commit(keyed), commit(keyed)]);
  expect(answers[0].id).toBe(answers[1].id);
});

it("shows amounts to the parties and to admins, and finds what is late for them only", async () => {
  const own = await proposePartnership(send, { visibility: "PUBLIC" });
  const { id } = await commit({ partnershipId: own, description: "Ten laptops" });
  const ONE = `query ($id: ID!) { contribution(id: $id) { ${SHOWN} description unit valuationMethod partnership { id } party { ... on Institution { id } } } }`;
  const seen = { category: "CASH", startsOn: "2025-01-01", endsOn: "2025-12-31", party: { id: COLLEGE } };
  for (const viewer of [VISITOR, farSteward]) {
    expect(await send(viewer, ONE, { id })).toMatchObject({
      ...seen,
      currency: null,
      committedMinor: null,
      deliveredMinor: null,
      fulfilment: null,
      deliveries: null,
      description: null,
      valuationMethod: null,
      viewerCan: [],
    });
  }
  for (const viewer of [member, schoolSteward, admin]) {
    expect(await send(viewer, ONE, { id })).toMatchObject({
      ...seen,
      committedMinor: 40_000,
      currency: "USD",
    });
  }
  const LATE = `query ($p: ID!) { contributions(first: 5, filter: { partnershipId: { eq: $p }, isFulfilled: { eq: false }, endsOn: { lt: "2026-01-01" } }, orderBy: [{ field: CATEGORY }]) { totalCount } }`;
  expect(await send(member, LATE, { p: own })).toEqual({ totalCount: 1 });
  expect(await send(VISITOR, LATE, { p: own })).toEqual({ totalCount: 0 });
  const hidden = await proposePartnership(send, { visibility: "PARTIES" });
  const { id: unseen } = await commit({ partnershipId: hidden });
  expect(await send(farSteward, ONE, { id: unseen })).toBeNull();
});

it("moves to the organization that its party is merged into", async () => {
  const register = async (name: string) => {
    const input = { consortiumId: CONSORTIUM, name, orgType: "BUSINESS", agentSector: "PRIVATE_FOR_PROFIT" };
    const registered = { ...input, visibility: "PUBLIC" };
    return (await send(admin, mutationOf("registerPartnerOrganization", "id"), { input: registered })).id;
  };
  const [kept, duplicate] = [await register("Foxglove Works"), await register("Marigold Mills")];
  const parties = [
    { partyId: COLLEGE, role: "LEAD" },
    { partyId: duplicate, role: "FUNDER" },
  ];
  const own = await proposePartnership(send, { visibility: "PUBLIC", parties });
  const { id } = await commit({ partnershipId: own, partyId: duplicate }, admin);
  const input = { id: kept, version: 1, duplicateId: duplicate };
  expect(await send(admin, mutationOf("mergePartnerOrganizations", "id"), { input })).toEqual({ id: kept });
  const PARTY = `query ($id: ID!) { contribution(id: $id) { party { ... on PartnerOrganization { id } } } }`;
  expect(await send(member, PARTY, { id })).toEqual({ party: { id: kept } });
});

const RECORD = mutationOf("recordBenefit", "id version category amountMinor viewerCan");
const SET = mutationOf("setExchangeRate", "id version currency reportingCurrency rate effectiveOn viewerCan");
const setRate = (input: object, viewer = admin) =>
  send(viewer, SET, { input: { consortiumId: CONSORTIUM, ...input } });

it("records benefits and corrects them", async () => {
  const input = { partnershipId, partyId: SCHOOL, category: "DATA", receivedOn: "2025-06-01" };
  const worth = { valuationMethod: "SELF_REPORTED", currency: "USD", amountMinor: 900 };
  const recorded = await send(schoolSteward, RECORD, { input: { ...input, ...worth } });
  expect(recorded).toMatchObject({ version: 1, amountMinor: 900, viewerCan: ["CORRECT_BENEFIT"] });
  const correct = (viewer = schoolSteward) =>
    send(viewer, mutationOf("correctBenefit", "version amountMinor"), {
      input: { id: recorded.id, version: 1, amountMinor: 90 },
    });
  expect(await correct(collegeSteward)).toMatchObject({ code: "FORBIDDEN" });
  expect(await correct()).toEqual({ version: 2, amountMinor: 90 });
  const LIST = `query ($p: ID!) { partnership(id: $p) { benefits(first: 5, filter: { category: { eq: DATA } }) { nodes { id amountMinor } } } }`;
  const shown = async (viewer: typeof VISITOR) =>
    (await send(viewer, LIST, { p: partnershipId })).benefits.nodes;
  expect(await shown(member)).toEqual([{ id: recorded.id, amountMinor: 90 }]);
  expect(await shown(VISITOR)).toEqual([{ id: recorded.id, amountMinor: null }]);
});

it("lets admins set dated rates to one reporting currency, and correct them", async () => {
  const euro = { currency: "EUR", rate: "1.05", effectiveOn: "2025-01-01" };
  expect(await setRate(euro, collegeSteward)).toMatchObject({ code: "FORBIDDEN" });
  const [first, second] = await Promise.all([setRate(euro), setRate(euro)]);
  expect([first.code, second.code].sort()).toEqual(["CONFLICT", undefined]);
  const there = first.code ? second : first;
  expect(there).toMatchObject({ version: 1, reportingCurrency: "USD", viewerCan: ["CORRECT_EXCHANGE_RATE"] });
  expect(await setRate({ ...euro, effectiveOn: "2025-06-01", reportingCurrency: "GBP" })).toMatchObject({
    code: "BAD_USER_INPUT",
    faults: [{ field: "reportingCurrency", expected: "USD, in which the consortium reports" }],
  });
  for (const rate of ["0", "0.00", "1,05", "-1", "1e3", "01", "1.12345678901"])
    expect(await setRate({ ...euro, rate })).toMatchObject({ code: "BAD_USER_INPUT", field: "rate" });
  expect(await setRate({ ...euro, currency: "USD" })).toMatchObject({ field: "currency" });
  const corrected = await send(admin, mutationOf("correctExchangeRate", "version rate"), {
    input: { id: there.id, version: 1, rate: "1.06" },
  });
  expect(corrected).toEqual({ version: 2, rate: "1.06" });
  const LIST = `query ($c: ID!) { exchangeRates(first: 5, filter: { consortiumId: { eq: $c }, currency: { eq: "EUR" } }) { nodes { rate consortium { id } } } }`;
  expect(await send(VISITOR, LIST, { c: CONSORTIUM })).toEqual({
    nodes: [{ rate: "1.06", consortium: { id: CONSORTIUM } }],
  });
});

describe("equity", () => {
  let own: string;
  const EQUITY = `query ($p: ID!) { partnership(id: $p) { now: equity { ...Whole } then: equity(asOf: "2025-02-15") { ...Whole } } }
    fragment Whole on PartnershipEquity { currency asOf gini leftOut perParty { party { ... on Institution { id } } deliveredMinor share benefitShare balance fulfilment } }`;
  beforeAll(async () => {
    await setRate({ currency: "GBP", rate: "1.25", effectiveOn: "2025-01-01" });
    own = await proposePartnership(send, { visibility: "PUBLIC" });
    const { id } = await commit({ partnershipId: own });
    await deliver(id, 1, { deliveredOn: "2025-02-01", amountMinor: 10_000 });
    await deliver(id, 2, { deliveredOn: "2025-03-01", amountMinor: 20_000 });
    const ofSchool = { partnershipId: own, partyId: SCHOOL };
    const pounds = await commit({ ...ofSchool, currency: "GBP", committedMinor: 8_000 }, schoolSteward);
    await deliver(pounds.id, 1, { deliveredOn: "2025-04-01", amountMinor: 8_000 }, schoolSteward);
    const dollars = await commit({ ...ofSchool, currency: "CAD", committedMinor: 100 }, schoolSteward);
    await deliver(dollars.id, 1, { deliveredOn: "2025-05-01", amountMinor: 100 }, schoolSteward);
    const benefit = { category: "DATA", receivedOn: "2025-06-01", valuationMethod: "SELF_REPORTED" };
    await send(admin, RECORD, { input: { ...ofSchool, ...benefit, currency: "USD", amountMinor: 500 } });
  });

  it("is computed for the parties and admins, each time as of its own day", async () => {
    // The college delivered 30,000 cents of 40,000, the school 8,000 pence · 1.25 = 10,000 cents; Σ 40,000.
    // Gini: 2 · 20,000 / (2 · 2 · 40,000) = 0.25. The school has all benefits: balance 1/0.25 = 4.
    const { now, then } = await send(member, EQUITY, { p: own });
    expect(now).toMatchObject({ currency: "USD", gini: 0.25 });
    expect(now.perParty).toEqual([
      {
        party: { id: COLLEGE },
        deliveredMinor: 30_000,
        share: 0.75,
        benefitShare: 0,
        balance: 0,
        fulfilment: 0.75,
      },
      {
        party: { id: SCHOOL },
        deliveredMinor: 10_000,
        share: 0.25,
        benefitShare: 1,
        balance: 4,
        fulfilment: 1,
      },
    ]);
    expect(now.leftOut).toHaveLength(2);
    expect(now.leftOut[1]).toMatch(/on 2025-05-01 is left out: no exchange rate from CAD to USD/);
    // By mid-February the college alone had delivered, 10,000 of 40,000: all of the sum, and a Gini of (n − 1)/n.
    expect(then).toMatchObject({ asOf: "2025-02-15", gini: 0.5 });
    expect(then.perParty).toMatchObject([
      { share: 1, benefitShare: null, balance: null, fulfilment: 0.25 },
      { share: 0, benefitShare: null, balance: null, fulfilment: 0 },
    ]);
    expect((await send(admin, EQUITY, { p: own })).now.gini).toBe(0.25);
    expect(await send(farSteward, EQUITY, { p: own })).toEqual({ now: null, then: null });
    expect(await send(VISITOR, EQUITY, { p: own })).toEqual({ now: null, then: null });
  });

  it("takes as many statements for a page of partnerships as for one", async () => {
    const PAGE = `query ($n: Int!) { partnerships(first: $n) { nodes { equity { gini perParty { share } } contributions(first: 3) { totalCount nodes { id } } benefits(first: 3) { nodes { id } } } } }`;
    const count = async (n: number) => (await statementsOf(subgraph, () => send(member, PAGE, { n }))).length;
    const [one, many] = [await count(1), await count(20)];
    expect((await send(member, PAGE, { n: 20 })).nodes.length).toBeGreaterThan(2);
    expect(many).toBe(one);
  });
});
