import sql from "sql-template-tag";
import type { AuditRecord } from "../../gateway/platform/audit.ts";
import { CONSOLE, createAuditLog } from "../../gateway/platform/audit.ts";
import { platform } from "../../gateway/platform/subgraph.ts";
import { catchUp } from "../../shared/feed/consumer.ts";
import type { FeedEvent } from "../../shared/feed/outbox.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { startTestSubgraph } from "../database.ts";
import { asker, personCalls } from "./graph.ts";
import { idOf, putMembers, putPeople } from "./who.ts";

const [ONE, TWO] = [idOf("cons", 1), idOf("cons", 2)];
const [COLLEGE, SCHOOL] = [idOf("inst", 1), idOf("inst", 2)];
const LOG = `query ($filter: AuditLogFilter, $first: Int, $after: String) { auditLog(first: $first, after: $after, filter: $filter) { totalCount pageInfo { hasNextPage endCursor } nodes { id at subject action actorKind credentialId requestId organisation { id } consortium { id } details { name value } } } }`;

let running: RunningSubgraph;
let ask: ReturnType<typeof asker>;

const entry = (subject: string, about: Partial<AuditRecord>): AuditRecord => ({
  action: "ACCESS_DENIED",
  actor: CONSOLE,
  subject,
  ...about,
});

beforeAll(async () => {
  running = await startTestSubgraph(platform);
  ask = asker(running);
  await putMembers(running.db, ONE, [COLLEGE, SCHOOL]);
  await putPeople(running.db, [
    { id: "person_steward", organisations: [COLLEGE, SCHOOL], roles: [[ONE, "STEWARD", COLLEGE]] },
    { id: "person_admin", roles: [[ONE, "CONSORTIUM_ADMIN", null]] },
    { id: "person_op", roles: [[ONE, "OPERATOR", null]] },
    { id: "person_member", organisations: [COLLEGE] },
  ]);
  await createAuditLog(running.db).record([
    entry("college in one", { organisationId: COLLEGE, consortiumId: ONE }),
    entry("college in two", { organisationId: COLLEGE, consortiumId: TWO }),
    entry("college", { organisationId: COLLEGE }),
    entry("school in one", { organisationId: SCHOOL, consortiumId: ONE }),
    entry("one", { consortiumId: ONE, action: "KEY_CREATED" }),
    entry("nobody's", { action: "SIGN_IN_REFUSED", detail: { reason: "expired", times: 3 } }),
  ]);
});
afterAll(() => running.close());

const log = async (person: string, variables: object = {}) =>
  (await ask(await personCalls(running.db, person), LOG, { first: 100, ...variables })).auditLog;
const subjects = async (person: string, variables: object = {}) =>
  (await log(person, variables)).nodes.map(({ subject }: { subject: string }) => subject).sort() as string[];

describe("The audit log", () => {
  it.each([
    [
      "a steward, of the organisation whose data they keep",
      "person_steward",
      ["college", "college in one", "college in two"],
    ],
    ["an admin, of their consortium", "person_admin", ["college in one", "one", "school in one"]],
    ["an operator, of nobody's", "person_op", ["nobody's"]],
  ])("shows its entries to %s", async (_who, person, expected) => {
    expect(await subjects(person)).toEqual(expected);
    expect((await log(person)).totalCount).toBe(expected.length);
  });

  it("is refused to a member and an analyst, who have no part in it", async () => {
    await putPeople(running.db, [
      { id: "person_analyst", organisations: [COLLEGE], roles: [[ONE, "ANALYST", COLLEGE]] },
    ]);
    for (const person of ["person_member", "person_analyst"]) {
      const refused = await ask(await personCalls(running.db, person), LOG, { first: 100 });
      expect(refused).toMatchObject({ code: "FORBIDDEN" });
    }
  });

  it("is filtered by action, organisation, consortium and time, within what one may see", async () => {
    for (const [person, filter, expected] of [
      ["person_admin", { action: { eq: "KEY_CREATED" } }, ["one"]],
      ["person_admin", { organisationId: { eq: SCHOOL } }, ["school in one"]],
      ["person_steward", { organisationId: { eq: SCHOOL } }, []],
      ["person_steward", { consortiumId: { eq: TWO } }, ["college in two"]],
      ["person_op", { at: { gte: "2020-01-01T00:00:00Z" } }, ["nobody's"]],
      ["person_op", { at: { lt: "2020-01-01T00:00:00.5Z" } }, []],
    ] as const) {
      expect(await subjects(person, { filter })).toEqual(expected);
    }
  });

  it("is told of an instant as it shows it", async () => {
    const [{ at }] = (await log("person_op")).nodes;
    expect(await subjects("person_op", { filter: { at: { eq: at } } })).toEqual(["nobody's"]);
  });

  it("is paged through whole, the newest first", async () => {
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const page: any = await log("person_steward", { first: 1, after });
      seen.push(page.nodes[0].id);
      [more, after] = [page.pageInfo.hasNextPage, page.pageInfo.endCursor];
    }
    expect(seen).toEqual([...seen].sort().reverse());
    expect(new Set(seen).size).toBe(3);
  });

  it("says what else is known", async () => {
    const [{ details, actorKind }] = (await log("person_op")).nodes;
    expect([actorKind, details]).toEqual([
      "CONSOLE",
      [
        { name: "reason", value: "expired" },
        { name: "times", value: "3" },
      ],
    ]);
  });

  it("writes what comes at once together, and tells when it is there", async () => {
    const audit = createAuditLog(running.db);
    const sent: string[] = [];
    const stop = running.db.onStatement(
      (each) => each.startsWith("INSERT INTO audit_entry") && sent.push(each),
    );
    await Promise.all(Array.from({ length: 50 }, (_, index) => audit.record([entry(`many ${index}`, {})])));
    stop();
    expect(sent.length).toBeLessThan(4);
    const [row] = await running.db.read<{ count: number }>(
      sql`SELECT COUNT(*) AS count FROM audit_entry WHERE subject LIKE 'many %'`,
    );
    expect(Number(row!.count)).toBe(50);
  });

  it("changes no entry and removes none", async () => {
    for (const statement of [
      sql`UPDATE audit_entry SET action = 'KEY_CREATED'`,
      sql`DELETE FROM audit_entry WHERE action = 'SIGN_IN_REFUSED'`,
    ]) {
      await expect(running.db.write((tx) => tx.run(statement))).rejects.toThrow("append-only");
    }
    expect(await subjects("person_op", { filter: { action: { eq: "SIGN_IN_REFUSED" } } })).toEqual([
      "nobody's",
    ]);
  });
});

describe("The institutions' feed", () => {
  const [subscription] = platform.subscriptions!;
  let sequence = 0;
  const published: FeedEvent[] = [];
  const change = (action: string) => ({
    action,
    actorId: "person_member",
    actorKind: "PERSON",
    at: "2026-03-31 09:30:00.000000",
    requestId: null,
  });
  const publish = (kind: string, recordId: string, payload: Record<string, unknown> | null) =>
    published.push({ sequence: ++sequence, kind, recordId, payload });
  const follow = () =>
    catchUp(running.db, subscription!, async (after) => published.filter((each) => each.sequence > after));
  const rights = async (person: string) => (await personCalls(running.db, person)).viewer.consortia;

  it("tells who is a member and who no more, and changes go into the log once", async () => {
    const membership = (status: string, action: string | null) =>
      publish("membership", idOf("memb", 1), {
        consortiumId: TWO,
        institutionId: COLLEGE,
        role: "MEMBER",
        status,
        dataSharingTier: "PROFILE",
        change: action && change(action),
      });
    const isMember = async () => (await rights("person_member")).some(({ id }) => id === TWO);
    membership("INVITED", "MEMBERSHIP_INVITED");
    await follow();
    expect(await isMember()).toBe(false);
    membership("ACTIVE", "MEMBERSHIP_ADMITTED");
    await follow();
    expect(await isMember()).toBe(true);
    membership("ENDED", "MEMBERSHIP_ENDED");
    await follow();
    expect(await isMember()).toBe(false);
    membership("ACTIVE", null);
    publish("membership", idOf("memb", 1), null);
    await follow();
    expect(await isMember()).toBe(false);

    // A feed that is read again from its start does nothing twice.
    await running.db.write((tx) => tx.run(sql`DELETE FROM feed_position`));
    await follow();
    const { nodes } = await log("person_steward", { filter: { consortiumId: { eq: TWO } } });
    expect(nodes.map(({ action }: { action: string }) => action).sort()).toEqual([
      "ACCESS_DENIED",
      "MEMBERSHIP_ADMITTED",
      "MEMBERSHIP_ENDED",
      "MEMBERSHIP_INVITED",
    ]);
  });

  it("tells operators what was decided of a match, from the console too", async () => {
    const subject = "https://ror.org/012345678 100001";
    publish("institution_match", subject, {
      verdict: "JOINED",
      remark: "The same",
      change: { ...change("INSTITUTIONS_JOINED"), actorId: null, actorKind: "CONSOLE" },
    });
    await follow();
    const variables = { filter: { action: { eq: "INSTITUTIONS_JOINED" } } };
    expect((await log("person_op", variables)).nodes).toMatchObject([
      { subject, actorKind: "CONSOLE", details: [{ name: "remark", value: "The same" }] },
    ]);
    expect((await log("person_admin", variables)).nodes).toEqual([]);
  });

  it("makes whoever creates a consortium its admin, once", async () => {
    const created = idOf("cons", 3);
    publish("consortium", created, { name: "New", change: change("CONSORTIUM_CREATED") });
    await follow();
    await running.db.write((tx) => tx.run(sql`DELETE FROM feed_position`));
    await follow();
    expect((await rights("person_member")).filter(({ id }) => id === created)).toEqual([
      { id: created, roles: ["CONSORTIUM_ADMIN"] },
    ]);
    const [row] = await running.db.read<{ count: number }>(
      sql`SELECT COUNT(*) AS count FROM role_grant WHERE consortium_id = ${created}`,
    );
    expect(Number(row!.count)).toBe(1);
    expect(await subjects("person_member", { filter: { action: { eq: "CONSORTIUM_CREATED" } } })).toEqual([
      created,
    ]);
  });
});
