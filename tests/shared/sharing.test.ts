import sql from "sql-template-tag";
import type { Database, Transaction } from "../../shared/data/database.ts";
import type { FeedEvent } from "../../shared/feed/outbox.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { newId } from "../../shared/ids.ts";
import type { MembershipPayload } from "../../shared/projection/membership.ts";
import { projectMemberships } from "../../shared/projection/membership.ts";
import { metrics } from "../../subgraphs/metrics/subgraph.ts";
import { PARTNERSHIPS } from "../../subgraphs/partners/partnership/partnership.list.ts";
import { partners } from "../../subgraphs/partners/subgraph.ts";
import { programs } from "../../subgraphs/programs/subgraph.ts";
import { startTestSubgraph } from "../database.ts";
import {
  anObservation,
  ask,
  aSubject,
  membershipEvent,
  OTHER_CONSORTIUM,
  partnershipEvent,
  peopleOf,
  registerDimensions,
  tell,
  viewers,
} from "../metrics/records.ts";
import { registerPartnership } from "../partners/records.ts";
import { aCohort, aProgram } from "../programs/records.ts";

type Event = Omit<FeedEvent, "sequence">;
type Membership = Partial<MembershipPayload> | null;
/** What members see: nothing, what is run under a partnership, or its figures, too. */
type Shared = "nothing" | "partnership" | "partnership and figures";

const all: Membership = {};
const partnershipsOnly: Membership = { dataSharingTier: "PARTNERSHIPS" };
const profile: Membership = { dataSharingTier: "PROFILE" };
const ended: Membership = { status: "ENDED", leftOn: "2026-01-01" };
const invited: Membership = { status: "INVITED", joinedOn: null };
const invitedAgain: Membership = { status: "INVITED", leftOn: "2026-01-01" };
const ofAnother: Membership = { consortiumId: OTHER_CONSORTIUM };

/** The institutions among the parties, each with what is told of its memberships, and what members see then. */
const CASES: readonly (readonly [string, readonly (readonly Membership[])[], Shared])[] = [
  ["shares figures", [[all]], "partnership and figures"],
  ["shares partnerships", [[partnershipsOnly]], "partnership"],
  ["shares nothing but its profile", [[profile]], "nothing"],
  ["shares less than another", [[all], [partnershipsOnly]], "partnership"],
  ["shares nothing, though another shares all", [[all], [profile], [all]], "nothing"],
  ["never was a member, where another is one", [[all], []], "partnership and figures"],
  ["is only invited, where another is a member", [[all], [invited]], "partnership and figures"],
  ["is no longer a member", [[ended]], "nothing"],
  ["is no longer a member, though another is one", [[all], [ended]], "nothing"],
  ["was a member and is invited again", [[all], [invitedAgain]], "nothing"],
  ["is unknown", [[]], "nothing"],
  ["is only invited", [[invited]], "nothing"],
  ["shares nothing in another consortium", [[all, { ...ofAnother, ...profile }]], "partnership and figures"],
  ["shares all in another consortium", [[ofAnother, profile]], "nothing"],
  ["has come to share more", [[profile, all]], "partnership and figures"],
  ["has come to share less", [[all, partnershipsOnly]], "partnership"],
  ["has left after all", [[all, ended]], "nothing"],
  ["has come back", [[all, ended, invitedAgain, partnershipsOnly]], "partnership"],
  ["has been merged into another", [[all, null]], "nothing"],
];

/** A subgraph with its own way to learn of a partnership, and what a viewer sees there. */
interface Follower {
  readonly name: string;
  readonly subgraph: RunningSubgraph;
  readonly learn: (partnership: ReturnType<typeof partnershipEvent>) => Promise<void>;
  readonly seenBy: (
    partnership: string,
    viewer: (typeof viewers)["member"],
  ) => Promise<Partial<Record<"partnership" | "figures", boolean>>>;
}

const running: RunningSubgraph[] = [];
const followers: Follower[] = [];

beforeAll(async () => {
  const own = await startTestSubgraph(partners);
  followers.push({
    name: "partners",
    subgraph: own,
    learn: ({ recordId, payload }) => own.db.write((tx) => registerPartnership(tx, recordId, payload)),
    async seenBy(id, viewer) {
      const found = await ask<{ partnership: object | null; partnerships: { totalCount: number } }>(
        own,
        `{ partnership(id: "${id}") { id } partnerships(first: 1, filter: { name: { eq: "${id}" } }) { totalCount } }`,
        viewer,
      );
      expect(found.partnerships.totalCount).toBe(found.partnership ? 1 : 0);
      return { partnership: found.partnership !== null };
    },
  });

  const run = await startTestSubgraph(programs);
  const cohortOf = new Map<string, string>();
  followers.push({
    name: "programs",
    subgraph: run,
    async learn(event) {
      const program = await aProgram(run.db, { partnership_id: event.recordId });
      cohortOf.set(event.recordId, await aCohort(run.db, { program_id: program }));
      await tell(run, "partners", [event]);
    },
    async seenBy(id, viewer) {
      const { cohort, programs: list } = await ask<{
        cohort: object | null;
        programs: { totalCount: number };
      }>(
        run,
        `{ cohort(id: "${cohortOf.get(id)}") { id } programs(first: 1, filter: { partnershipId: { eq: "${id}" } }) { totalCount } }`,
        viewer,
      );
      expect(list.totalCount).toBe(cohort ? 1 : 0);
      return { partnership: cohort !== null };
    },
  });

  const measured = await startTestSubgraph(metrics);
  await registerDimensions(measured.db);
  followers.push({
    name: "metrics",
    subgraph: measured,
    async learn(event) {
      const about = { subject_id: event.recordId, partnership_id: event.recordId, kind: "PARTNERSHIP" };
      await anObservation(measured.db, { subject_no: await aSubject(measured.db, about) });
      await tell(measured, "partners", [event]);
    },
    async seenBy(id, viewer) {
      return { figures: (await figuresOf(measured, "Partnership", id, viewer)) > 0 };
    },
  });
  running.push(...followers.map(({ subgraph }) => subgraph));
});
afterAll(() => Promise.all(running.map((each) => each.close())));

async function figuresOf(
  subgraph: RunningSubgraph,
  type: string,
  id: string,
  viewer: (typeof viewers)["member"],
) {
  const { _entities } = await ask<{ _entities: [{ figures: { totalCount: number } }] }>(
    subgraph,
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { figures(first: 1) { totalCount } } } }`,
    viewer,
    { r: [{ __typename: type, id }] },
  );
  return _entities[0].figures.totalCount;
}

const told = (institutions: readonly string[], memberships: readonly (readonly Membership[])[]): Event[] =>
  memberships.flatMap((changes, index) =>
    changes.map((membership): Event => {
      const event = membershipEvent(institutions[index]!, membership ?? {});
      return membership ? event : { ...event, payload: null };
    }),
  );

const orders = ["memberships are known first", "the partnership is known first"] as const;

describe.each(orders)(
  "Of a partnership of a consortium, when %s, its members see what is shared where an institution",
  (order) => {
    it.each(CASES)("%s", async (_, memberships, shared) => {
      for (const { name, subgraph, learn, seenBy } of followers) {
        const institutions = memberships.map(() => newId("Institution"));
        const parties = [newId("PartnerOrganization"), ...institutions];
        const id = newId("Partnership");
        const event = partnershipEvent("CONSORTIUM", parties, { id, name: id });
        const events = told(institutions, memberships);
        if (order === "the partnership is known first") {
          await learn(event);
          // One at a time, as changes come; the other order has them all at once.
          for (const each of events) await tell(subgraph, "institutions", [each]);
        } else {
          await tell(subgraph, "institutions", events);
          await learn(event);
        }
        const expected = { partnership: shared !== "nothing", figures: shared === "partnership and figures" };
        for (const [what, isSeen] of Object.entries(await seenBy(id, viewers.member))) {
          expect([name, what, isSeen]).toEqual([name, what, expected[what as "figures"]]);
        }
        for (const party of parties) {
          expect(Object.values(await seenBy(id, peopleOf(party)))).toEqual([true]);
        }
        for (const viewer of [viewers.visitor, viewers.stranger]) {
          expect(Object.values(await seenBy(id, viewer))).toEqual([false]);
        }
      }
    });
  },
);

it("What is public stays so, and what is the parties' own too, whatever they share", async () => {
  for (const { name, subgraph, learn, seenBy } of followers) {
    for (const [membership, visibility, isSeen] of [
      [profile, "PUBLIC", true],
      [ended, "PUBLIC", true],
      [all, "PARTIES", false],
    ] as const) {
      const institution = newId("Institution");
      const id = newId("Partnership");
      await tell(subgraph, "institutions", told([institution], [[membership]]));
      await learn(partnershipEvent(visibility, [institution], { id, name: id }));
      expect([name, ...Object.values(await seenBy(id, viewers.member))]).toEqual([name, isSeen]);
    }
  }
});

describe("Nothing is shown of a partnership where one of its parties has narrowed what it shares", () => {
  /** Does something after a transaction has begun to read; where there is one writer only, before it. */
  async function during(db: Database, other: () => Promise<void>, work: (tx: Transaction) => Promise<void>) {
    let isDone = false;
    if (db.dialect === "sqlite") await other().then(() => (isDone = true));
    await db.write(async (tx) => {
      await tx.read(sql`SELECT COUNT(*) AS n FROM partnership p JOIN membership_projection m`);
      if (!isDone) await other().then(() => (isDone = true));
      await work(tx);
    });
  }

  it.each(["the partnership is written", "that is narrowed"])("while %s", async (first) => {
    const { subgraph, seenBy } = followers.find(({ name }) => name === "partners")!;
    const { db } = subgraph;
    const institution = newId("Institution");
    const id = newId("Partnership");
    const { payload } = partnershipEvent("CONSORTIUM", [institution], { id, name: id });
    const write = (tx: Transaction) => registerPartnership(tx, id, payload);
    const events = told([institution], [[profile]]).map((event) => ({ ...event, sequence: 1 }));
    const narrow = (tx: Transaction) => projectMemberships(tx, events, PARTNERSHIPS);
    await tell(subgraph, "institutions", told([institution], [[all]]));
    if (first === "that is narrowed") await during(db, () => db.write(write), narrow);
    else await during(db, () => db.write(narrow), write);
    expect(await seenBy(id, viewers.member)).toEqual({ partnership: false });
  });
});

it("A partnership is shared as its present parties share, and in the consortium it is in", async () => {
  const { subgraph, seenBy } = followers.find(({ name }) => name === "programs")!;
  const [open, closed] = [newId("Institution"), newId("Institution")];
  await tell(
    subgraph,
    "institutions",
    told([open, closed], [[all, { ...ofAnother, ...profile }], [profile]]),
  );
  const id = newId("Partnership");
  await followers[1]!.learn(partnershipEvent("CONSORTIUM", [open], { id }));
  const change = async (parties: string[], consortiumId?: string) => {
    await tell(subgraph, "partners", [
      partnershipEvent("CONSORTIUM", parties, { id, ...(consortiumId ? { consortiumId } : {}) }),
    ]);
    return [(await seenBy(id, viewers.member)).partnership, (await seenBy(id, viewers.stranger)).partnership];
  };
  expect(await change([open])).toEqual([true, false]);
  expect(await change([open, closed])).toEqual([false, false]);
  expect(await change([open])).toEqual([true, false]);
  expect(await change([open], OTHER_CONSORTIUM)).toEqual([false, false]);
});

describe("Figures about an institution are seen by members", () => {
  it.each<[string, readonly Membership[], number]>([
    ["where it shares figures", [all], 1],
    ["not where it shares partnerships only", [partnershipsOnly], 0],
    ["not where it shares nothing but its profile", [profile], 0],
    ["not where it is no longer a member", [all, ended], 0],
    ["not where it is only invited", [invited], 0],
    ["not where it shares figures in another consortium", [ofAnother], 0],
    ["not where nothing is known of it", [], 0],
  ])("%s", async (_, memberships, count) => {
    const { subgraph } = followers.find(({ name }) => name === "metrics")!;
    const id = newId("Institution");
    const subject_no = await aSubject(subgraph.db, { subject_id: id, kind: "INSTITUTION" });
    const label = { indicator_no: 2, n: 40, x: null, value: 20 };
    await anObservation(subgraph.db, { subject_no, ...label });
    await tell(subgraph, "institutions", told([id], [memberships]));
    expect(await figuresOf(subgraph, "Institution", id, viewers.member)).toBe(count);
    expect(await figuresOf(subgraph, "Institution", id, peopleOf(id))).toBe(1);
    expect(await figuresOf(subgraph, "Institution", id, viewers.visitor)).toBe(0);
    const ofIndicator = async (viewer: (typeof viewers)["member"]) => {
      const { indicator } = await ask<{
        indicator: { figures: { nodes: { institution: { id: string } | null }[] } };
      }>(
        subgraph,
        `{ indicator(code: "ENROLLED") { figures(first: 100) { nodes { institution { id } } } } }`,
        viewer,
      );
      return indicator.figures.nodes.filter(({ institution }) => institution?.id === id).length;
    };
    expect(await ofIndicator(viewers.member)).toBe(count);
    expect(await ofIndicator(peopleOf(id))).toBe(1);
  });
});
