import sql from "sql-template-tag";
import type { Caller } from "../../gateway/identity/caller.ts";
import { platform } from "../../gateway/platform/subgraph.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { startTestSubgraph } from "../database.ts";
import { asker, personCalls } from "./graph.ts";
import { idOf, putMembers, putPeople } from "./who.ts";

const [ONE, TWO] = [idOf("cons", 1), idOf("cons", 2)];
const [COLLEGE, SCHOOL, COMPANY] = [idOf("inst", 1), idOf("inst", 2), idOf("porg", 1)];
const ASSIGN = `mutation ($input: AssignRoleInput!) { assignRole(input: $input) { id role person { id name } consortium { id } organisation { id } grantedBy { id } } }`;
const WITHDRAW = `mutation ($input: WithdrawRoleInput!) { withdrawRole(input: $input) { id role person { id } } }`;
const LIST = `{ roleGrants(first: 100) { nodes { id role person { id } } } }`;

let running: RunningSubgraph;
let ask: ReturnType<typeof asker>;
const calls = (id: string): Promise<Caller> => personCalls(running.db, id);

beforeAll(async () => {
  running = await startTestSubgraph(platform);
  ask = asker(running);
  await putMembers(running.db, ONE, [COLLEGE, SCHOOL]);
  await putPeople(running.db, [
    { id: "person_admin", organisations: [SCHOOL], roles: [[ONE, "CONSORTIUM_ADMIN", SCHOOL]] },
    { id: "person_other", roles: [[TWO, "CONSORTIUM_ADMIN", null]] },
    { id: "person_op", roles: [[ONE, "OPERATOR", null]] },
    { id: "person_x", organisations: [COLLEGE, COMPANY] },
  ]);
});
afterAll(() => running.close());

const input = (change: object = {}) => ({
  input: { personId: "person_x", consortiumId: ONE, role: "STEWARD", organisationId: COLLEGE, ...change },
});

describe("A role", () => {
  it("is given by the consortium's admin, counts from then on, and is in the audit log", async () => {
    const { assignRole } = await ask(await calls("person_admin"), ASSIGN, input());
    expect(assignRole).toMatchObject({
      role: "STEWARD",
      person: { id: "person_x", name: "Name of person_x" },
      consortium: { id: ONE },
      organisation: { id: COLLEGE },
      grantedBy: { id: "person_admin" },
    });
    expect((await calls("person_x")).viewer.consortia).toEqual([{ id: ONE, roles: ["MEMBER", "STEWARD"] }]);
    // Who has it already keeps it.
    expect((await ask(await calls("person_admin"), ASSIGN, input())).assignRole.id).toBe(assignRole.id);
    const withdrawn = await ask(await calls("person_admin"), WITHDRAW, { input: { id: assignRole.id } });
    expect(withdrawn.withdrawRole).toEqual({
      id: assignRole.id,
      role: "STEWARD",
      person: { id: "person_x" },
    });
    expect((await calls("person_x")).viewer.consortia).toEqual([{ id: ONE, roles: ["MEMBER"] }]);
    const entries = await running.db.read(
      sql`SELECT action, actor_id, organisation_id, consortium_id FROM audit_entry WHERE subject = 'person_x' ORDER BY id`,
    );
    const about = { actor_id: "person_admin", organisation_id: COLLEGE, consortium_id: ONE };
    expect(entries).toEqual([
      { action: "ROLE_GRANTED", ...about },
      { action: "ROLE_WITHDRAWN", ...about },
    ]);
  });

  it.each([
    ["by another consortium's admin", "person_other", {}, { code: "FORBIDDEN" }],
    ["by whoever is no admin", "person_x", {}, { code: "FORBIDDEN" }],
    [
      "that is an operator's, by an admin",
      "person_admin",
      { role: "OPERATOR", organisationId: null },
      { code: "FORBIDDEN" },
    ],
    ["that is no operator's, by an operator", "person_op", {}, { code: "FORBIDDEN" }],
    ["to nobody", "person_admin", { personId: "person_none" }, { code: "NOT_FOUND", field: "personId" }],
    ["of a member, which comes by itself", "person_admin", { role: "MEMBER" }, { field: "role" }],
    ["of a steward of nothing", "person_admin", { organisationId: null }, { field: "organisationId" }],
    [
      "by an organisation that isn't theirs",
      "person_admin",
      { organisationId: SCHOOL },
      { field: "organisationId" },
    ],
  ])("is not given %s", async (_how, caller, change, refusal) => {
    expect(await ask(await calls(caller), ASSIGN, input(change))).toMatchObject(refusal);
  });

  it("is given by nobody to themselves, nor one that reads raw figures by a service", async () => {
    const admin = await calls("person_admin");
    for (const change of [
      { role: "STEWARD", organisationId: SCHOOL },
      { role: "ANALYST", organisationId: SCHOOL },
      { role: "ANALYST", organisationId: null },
      { role: "CONSORTIUM_ADMIN", organisationId: null },
    ]) {
      const refused = await ask(admin, ASSIGN, input({ personId: "person_admin", ...change }));
      expect(refused).toMatchObject({ code: "FORBIDDEN", field: "personId" });
    }
    const operator = await calls("person_op");
    const own = { personId: "person_op", role: "OPERATOR", organisationId: null };
    expect(await ask(operator, ASSIGN, input(own))).toMatchObject({ code: "FORBIDDEN", field: "personId" });
    const service: Caller = { ...admin, viewer: { ...admin.viewer, id: "key_1", kind: "SERVICE" } };
    for (const change of [{}, { role: "ANALYST" }]) {
      expect(await ask(service, ASSIGN, input(change))).toMatchObject({ code: "FORBIDDEN", field: "role" });
    }
  });

  it("is an operator's to give where it is OPERATOR", async () => {
    const change = { role: "OPERATOR", organisationId: null };
    expect((await ask(await calls("person_op"), ASSIGN, input(change))).assignRole.role).toBe("OPERATOR");
  });

  it("of a partner organisation's people is given as it is", async () => {
    const change = { role: "ANALYST", organisationId: COMPANY };
    expect((await ask(await calls("person_admin"), ASSIGN, input(change))).assignRole.role).toBe("ANALYST");
  });

  it("is listed for who has it and for the consortium's admins, and a hidden one is as one that isn't there", async () => {
    const nodes = async (caller: string) => (await ask(await calls(caller), LIST)).roleGrants.nodes as any[];
    expect((await nodes("person_x")).every(({ person }) => person.id === "person_x")).toBe(true);
    expect(new Set((await nodes("person_admin")).map(({ person }) => person.id))).toEqual(
      new Set(["person_admin", "person_op", "person_x"]),
    );
    const [own] = await nodes("person_x");
    expect(await ask(await calls("person_x"), WITHDRAW, { input: { id: own.id } })).toMatchObject({
      code: "FORBIDDEN",
    });
    const hidden = await ask(await calls("person_other"), WITHDRAW, { input: { id: own.id } });
    expect(hidden).toMatchObject({ code: "NOT_FOUND" });
    expect(await ask(await calls("person_other"), WITHDRAW, { input: { id: "grant_none" } })).toEqual(hidden);
  });
});

describe("The last admin of a consortium", () => {
  const grantOf = async (person: string) =>
    (
      await running.db.read<{ id: string }>(
        sql`SELECT id FROM role_grant WHERE person_id = ${person} AND role = 'CONSORTIUM_ADMIN'`,
      )
    )[0]!.id;

  it("stays, and of two who go at once one stays", async () => {
    const admin = await calls("person_admin");
    const first = { input: { id: await grantOf("person_admin") } };
    expect(await ask(admin, WITHDRAW, first)).toMatchObject({ code: "CONFLICT" });
    await ask(admin, ASSIGN, input({ role: "CONSORTIUM_ADMIN" }));
    const second = { input: { id: await grantOf("person_x") } };
    const answers = await Promise.all([ask(admin, WITHDRAW, first), ask(admin, WITHDRAW, second)]);
    expect(answers.map((each) => each.code ?? "gone").sort()).toEqual(["CONFLICT", "gone"]);
  });

  it("is not somebody whose institution has left", async () => {
    await running.db.write((tx) => tx.run(sql`DELETE FROM role_grant WHERE role = 'CONSORTIUM_ADMIN'`));
    await putPeople(running.db, [
      { id: "person_1", roles: [[ONE, "CONSORTIUM_ADMIN", null]] },
      { id: "person_2", organisations: [SCHOOL], roles: [[ONE, "CONSORTIUM_ADMIN", SCHOOL]] },
    ]);
    await putMembers(running.db, ONE, [SCHOOL], false);
    const withdrawal = { input: { id: await grantOf("person_1") } };
    expect(await ask(await calls("person_1"), WITHDRAW, withdrawal)).toMatchObject({ code: "CONFLICT" });
    await putMembers(running.db, ONE, [SCHOOL]);
    expect((await ask(await calls("person_1"), WITHDRAW, withdrawal)).withdrawRole.role).toBe(
      "CONSORTIUM_ADMIN",
    );
  });
});
