import sql from "sql-template-tag";
import type { Viewer } from "../../shared/auth/viewer.ts";
import { VISITOR } from "../../shared/auth/viewer.ts";
import { today } from "../../shared/clock.ts";
import { insertRows } from "../../shared/data/bulk.ts";
import type { FeedEvent } from "../../shared/feed/outbox.ts";
import { newId } from "../../shared/ids.ts";
import {
  adminOf,
  aMembership,
  anInstitution,
  aPair,
  ask,
  change,
  ELSEWHERE,
  operator,
  run,
  staffOf,
  startInstitutions,
  stewardOf,
  subgraph,
  viewer,
} from "./members.ts";

beforeAll(startInstitutions);
afterAll(() => subgraph.close());

/** What was told of a record, in order. */
async function allEvents(): Promise<FeedEvent[]> {
  const all: FeedEvent[] = [];
  for (;;) {
    const more = await subgraph.readFeed(all.at(-1)?.sequence ?? 0, 1_000);
    if (more.length === 0) return all;
    all.push(...more);
  }
}

const eventsOf = async (recordId: string) =>
  (await allEvents()).filter((event) => event.recordId === recordId);

/** What is told of a membership; of one, under one id, whatever becomes of it. */
async function eventsOfMembership(pair: { consortiumId: string; institutionId: string }) {
  const [first] = (await allEvents()).filter(
    ({ payload }) =>
      payload?.["consortiumId"] === pair.consortiumId && payload["institutionId"] === pair.institutionId,
  );
  expect(first!.recordId).toMatch(/^memb_/);
  return eventsOf(first!.recordId);
}

const by = (action: string, who: Viewer) => ({
  action,
  actorId: who.id,
  actorKind: who.kind,
  at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/),
  requestId: null,
});

describe("A consortium", () => {
  it("is created by a steward, an admin or an operator, and told of", async () => {
    for (const [index, who] of [stewardOf(newId("Institution")), adminOf(ELSEWHERE), operator].entries()) {
      const name = `Created ${index}`;
      const made = await change(
        "createConsortium",
        { name: `  ${name} `, description: "What for." },
        who,
        "id name description isInvented members(first: 1) { totalCount }",
      );
      expect(made).toEqual({
        id: expect.stringMatching(/^cons_/),
        name,
        description: "What for.",
        isInvented: false,
        members: { totalCount: 0 },
      });
      expect(await ask(`{ consortium(id: "${made.id}") { name } }`, VISITOR)).toEqual({
        consortium: { name },
      });
      expect(await eventsOf(made.id)).toMatchObject([
        { kind: "consortium", payload: { name, change: by("CONSORTIUM_CREATED", who) } },
      ]);
    }
  });

  it("is not created by anybody else", async () => {
    const create = (who: Viewer) => change("createConsortium", { name: "Nobody's" }, who, "id");
    expect(await create(VISITOR)).toEqual(["UNAUTHENTICATED"]);
    expect(await create(staffOf(newId("Institution")))).toEqual(["FORBIDDEN"]);
    expect(await create(viewer([newId("Institution")]))).toEqual(["FORBIDDEN"]);
    // Nobody would be its admin.
    expect(await create({ ...operator, kind: "SERVICE" })).toEqual(["FORBIDDEN"]);
  });

  it("has a name of its own, whatever its case", async () => {
    const create = (name: string) => change("createConsortium", { name }, operator, "name");
    expect(await create("Étoile  Alliance")).toEqual({ name: "Étoile  Alliance" });
    expect(await create("etoile alliance")).toEqual(["CONFLICT", "name"]);
    expect(await create("  ")).toEqual(["BAD_USER_INPUT", "name"]);
    expect(await create("x".repeat(201))).toEqual(["BAD_USER_INPUT", "name"]);
    const long = { name: "Long", description: "x".repeat(5_001) };
    expect(await change("createConsortium", long, operator, "id")).toEqual(["BAD_USER_INPUT", "description"]);
  });

  it("is created once when two create it at the same time", async () => {
    // Several rounds, so that the connections are open and the transactions meet.
    for (const name of ["At once", "At once again", "And again"]) {
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => change("createConsortium", { name }, operator, "name")),
      );
      expect(answers.filter((answer) => !Array.isArray(answer))).toEqual([{ name }]);
      expect(answers.filter(Array.isArray)).toEqual(Array(5).fill(["CONFLICT", "name"]));
    }
  });
});

describe("A membership", () => {
  it("begins with an invitation, is accepted, changed and ended, and each is told of", async () => {
    const { input, admin, steward } = await aPair();
    const both = { institution: { id: input.institutionId }, consortium: { id: input.consortiumId } };
    const invited = { ...both, status: "INVITED", invitedOn: today(), joinedOn: null, leftOn: null };
    expect(await change("inviteInstitution", { ...input, role: "OBSERVER" }, admin)).toEqual({
      ...invited,
      role: "OBSERVER",
      dataSharingTier: "PROFILE",
    });
    const accept = { ...input, dataSharingTier: "FIGURES" };
    const active = { ...invited, status: "ACTIVE", joinedOn: today() };
    expect(await change("admitInstitution", accept, steward)).toEqual({
      ...active,
      role: "OBSERVER",
      dataSharingTier: "FIGURES",
    });
    expect(await change("changeMembership", { ...input, role: "LEAD" }, admin)).toMatchObject({
      role: "LEAD",
      dataSharingTier: "FIGURES",
    });
    const narrower = { ...input, dataSharingTier: "PARTNERSHIPS" };
    expect(await change("changeMembership", narrower, steward)).toEqual({
      ...active,
      role: "LEAD",
      dataSharingTier: "PARTNERSHIPS",
    });
    expect(await change("endMembership", input, admin)).toMatchObject({ status: "ENDED", leftOn: today() });

    const told = { ...input, joinedOn: today(), leftOn: null, role: "LEAD", status: "ACTIVE" };
    expect((await eventsOfMembership(input)).map(({ payload }) => payload)).toEqual([
      {
        ...told,
        role: "OBSERVER",
        status: "INVITED",
        joinedOn: null,
        dataSharingTier: "PROFILE",
        change: by("MEMBERSHIP_INVITED", admin),
      },
      { ...told, role: "OBSERVER", dataSharingTier: "FIGURES", change: by("MEMBERSHIP_ADMITTED", steward) },
      { ...told, dataSharingTier: "FIGURES", change: by("MEMBERSHIP_CHANGED", admin) },
      { ...told, dataSharingTier: "PARTNERSHIPS", change: by("MEMBERSHIP_CHANGED", steward) },
      {
        ...told,
        status: "ENDED",
        leftOn: today(),
        dataSharingTier: "PARTNERSHIPS",
        change: by("MEMBERSHIP_ENDED", admin),
      },
    ]);
  });

  it("may be declined or taken back before it began, and then never was", async () => {
    for (const who of ["admin", "steward"] as const) {
      const pair = await aMembership("INVITED");
      expect(await change("endMembership", pair.input, pair[who])).toMatchObject({
        status: "ENDED",
        joinedOn: null,
        leftOn: null,
      });
    }
  });

  it("that has ended begins anew with an invitation", async () => {
    const { input, admin, steward } = await aMembership("ENDED");
    expect(await change("inviteInstitution", input, admin)).toMatchObject({
      status: "INVITED",
      joinedOn: today(),
      leftOn: today(),
      dataSharingTier: "PROFILE",
    });
    expect(await change("admitInstitution", input, steward)).toMatchObject({
      status: "ACTIVE",
      leftOn: null,
      dataSharingTier: "PROFILE",
    });
  });

  it("stays as it is when the same is asked again, and nothing more is told", async () => {
    const { input, admin, steward } = await aPair();
    const again = async (name: string, given: object, who: Viewer) =>
      expect(await change(name, given, who)).toEqual(await change(name, given, who));
    await again("inviteInstitution", input, admin);
    await again("admitInstitution", { ...input, dataSharingTier: "FIGURES" }, steward);
    await again("changeMembership", { ...input, role: "LEAD" }, admin);
    await again("changeMembership", { ...input, dataSharingTier: "PROFILE" }, steward);
    await again("endMembership", input, steward);
    expect(await eventsOfMembership(input)).toHaveLength(5);
  });

  it("refuses what doesn't follow from where it stands", async () => {
    const conflict = (field: string) => ["CONFLICT", field];
    const invited = await aMembership("INVITED");
    const lead = { ...invited.input, role: "LEAD" };
    expect(await change("inviteInstitution", lead, invited.admin)).toEqual(conflict("role"));
    const tier = { dataSharingTier: "FIGURES" };
    expect(await change("changeMembership", { ...invited.input, ...tier }, invited.steward)).toEqual(
      conflict("dataSharingTier"),
    );
    const active = await aMembership("ACTIVE");
    expect(await change("inviteInstitution", active.input, active.admin)).toEqual(conflict("institutionId"));
    expect(await change("admitInstitution", { ...active.input, ...tier }, active.steward)).toEqual(
      conflict("dataSharingTier"),
    );
    const ended = await aMembership("ENDED");
    expect(await change("admitInstitution", ended.input, ended.steward)).toEqual(conflict("institutionId"));
    expect(await change("changeMembership", { ...ended.input, ...tier }, ended.steward)).toEqual(
      conflict("institutionId"),
    );
    expect(await change("changeMembership", active.input, active.admin)).toEqual(["BAD_USER_INPUT", "role"]);
  });

  it("is of a consortium and an institution that are there", async () => {
    const { input, admin } = await aPair();
    const mutations = ["inviteInstitution", "admitInstitution", "endMembership"];
    for (const name of mutations) {
      const nowhere = { ...input, consortiumId: newId("Consortium") };
      expect(await change(name, nowhere, admin)).toEqual(["NOT_FOUND", "consortiumId"]);
      const nobody = { ...input, institutionId: newId("Institution") };
      expect(await change(name, nobody, admin)).toEqual(["NOT_FOUND", "institutionId"]);
    }
    for (const name of ["admitInstitution", "endMembership"]) {
      expect(await change(name, input, admin)).toEqual(["NOT_FOUND", "institutionId"]);
    }
  });

  it("is that of an institution by any id it has had", async () => {
    const { input, admin } = await aMembership("ACTIVE");
    const former = newId("Institution");
    await subgraph.db.write((tx) =>
      insertRows(tx, "record_alias", ["alias_id", "id"], [{ alias_id: former, id: input.institutionId }]),
    );
    expect(await change("endMembership", { ...input, institutionId: former }, admin)).toMatchObject({
      status: "ENDED",
      institution: { id: input.institutionId },
    });
  });

  it("is accepted once when two accept it at the same time", async () => {
    const { input, steward } = await aMembership("INVITED");
    const accepted = await Promise.all(
      Array.from({ length: 4 }, () => change("admitInstitution", input, steward)),
    );
    for (const answer of accepted) expect(answer).toMatchObject({ status: "ACTIVE" });
    const actions = (await eventsOfMembership(input)).map(({ payload }) => (payload as any).change.action);
    expect(actions).toEqual(["MEMBERSHIP_INVITED", "MEMBERSHIP_ADMITTED"]);
  });

  it("is either accepted or taken back when both happen at the same time, one after the other", async () => {
    const { input, admin, steward } = await aMembership("INVITED");
    const [accepted] = await Promise.all([
      change("admitInstitution", input, steward),
      change("endMembership", input, admin),
    ]);
    const last = (await eventsOfMembership(input)).at(-1)!;
    expect(last.payload).toMatchObject({ status: "ENDED" });
    // Either it was a member for a moment, or the steward came too late.
    expect((last.payload as any).joinedOn).toBe(Array.isArray(accepted) ? null : today());
  });

  it("shows each field of a mutation what the fields before it have changed", async () => {
    const { input, admin } = await aPair();
    const other = await anInstitution();
    const counted = `consortium { members(first: 10) { totalCount nodes { institution { id } } } }`;
    const { data, errors } = await run(
      `mutation ($a: InviteInstitutionInput!, $b: InviteInstitutionInput!) {
        a: inviteInstitution(input: $a) { ${counted} } b: inviteInstitution(input: $b) { ${counted} } }`,
      { a: input, b: { ...input, institutionId: other } },
      admin,
    );
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      a: { consortium: { members: { totalCount: 1, nodes: [{}] } } },
      b: { consortium: { members: { totalCount: 2, nodes: [{}, {}] } } },
    });
  });

  it("is taken back with its event when the transaction fails", async () => {
    const { input, admin } = await aPair();
    const rename = (from: string, to: string) =>
      subgraph.db.write((tx) => tx.run(sql([`ALTER TABLE ${from} RENAME TO ${to}`])));
    await rename("outbox", "outbox_away");
    try {
      const { errors } = await run(
        `mutation ($input: InviteInstitutionInput!) { inviteInstitution(input: $input) { status } }`,
        { input },
        admin,
      );
      expect(errors).toHaveLength(1);
    } finally {
      await rename("outbox_away", "outbox");
    }
    expect(await change("endMembership", input, admin)).toEqual(["NOT_FOUND", "institutionId"]);
  });
});
