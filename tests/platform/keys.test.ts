import sql from "sql-template-tag";
import type { Caller } from "../../gateway/identity/caller.ts";
import { refuseUnscoped } from "../../gateway/platform/key/scopes.ts";
import { platform } from "../../gateway/platform/subgraph.ts";
import { VISITOR } from "../../shared/auth/viewer.ts";
import { openDatabase } from "../../shared/data/open.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { startSubgraph } from "../../shared/graphql/runtime.ts";
import type { TestDatabase } from "../database.ts";
import { emptyDatabase } from "../database.ts";
import { asker, keyCalls, personCalls } from "./graph.ts";
import type { WhoServer } from "./who.ts";
import { bearer, idOf, putMembers, putPeople, startWho } from "./who.ts";

const [ONE, TWO] = [idOf("cons", 1), idOf("cons", 2)];
const [COLLEGE, SCHOOL] = [idOf("inst", 1), idOf("inst", 2)];
const CREATE = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id name prefix scopes expiresAt revokedAt lastUsedAt owner { id } organisation { id } roles { role consortium { id } } } } }`;
const ROTATE = `mutation ($input: RotateApiKeyInput!) { rotateApiKey(input: $input) { secret apiKey { id prefix expiresAt } } }`;
const REVOKE = `mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { id revokedAt } }`;
const LIST = `{ apiKeys(first: 100) { nodes { id } totalCount } }`;

let database: TestDatabase;
let running: RunningSubgraph;
let server: WhoServer;
let ask: ReturnType<typeof asker>;
let steward: Caller;
let admin: Caller;

beforeAll(async () => {
  database = emptyDatabase("platform");
  running = await startSubgraph(platform, database.location);
  server = await startWho(running.db);
  ask = asker(running);
  await putMembers(running.db, ONE, [COLLEGE, SCHOOL]);
  await putPeople(running.db, [
    { id: "person_s", organisations: [COLLEGE], roles: [[ONE, "STEWARD", COLLEGE]] },
    { id: "person_a", organisations: [SCHOOL], roles: [[ONE, "CONSORTIUM_ADMIN", SCHOOL]] },
    { id: "person_b", roles: [[TWO, "CONSORTIUM_ADMIN", null]] },
  ]);
  [steward, admin] = [await personCalls(running.db, "person_s"), await personCalls(running.db, "person_a")];
});
afterAll(async () => {
  await server.close();
  await running.close();
  await database.drop();
});

const OWN = {
  name: "Nightly export",
  organisationId: COLLEGE,
  roles: [{ consortiumId: ONE, role: "STEWARD" }],
  scopes: ["READ", "WRITE"],
};
const SERVICE = {
  name: "Warehouse",
  isService: true,
  roles: [{ consortiumId: ONE, role: "ANALYST" }],
  scopes: ["READ"],
};
const create = async (caller: Caller, input: object) => (await ask(caller, CREATE, { input })).createApiKey;
const actions = async (subject: string) =>
  (
    await running.db.read<{ action: string }>(
      sql`SELECT action FROM audit_entry WHERE subject = ${subject} ORDER BY id`,
    )
  ).map(({ action }) => action);

describe("A key of a person's own", () => {
  it("is shown once, kept hashed, and signs in with the rights that it was given and no others", async () => {
    const { secret, apiKey } = await create(steward, OWN);
    expect(secret).toMatch(/^csk_[\w-]{43}$/);
    expect(apiKey).toMatchObject({
      name: OWN.name,
      prefix: secret.slice(0, 10),
      scopes: OWN.scopes,
      revokedAt: null,
      owner: { id: "person_s" },
      organisation: { id: COLLEGE },
      roles: [{ role: "STEWARD", consortium: { id: ONE } }],
    });
    expect(await server.who(bearer(secret))).toEqual({
      viewer: {
        id: "person_s",
        kind: "PERSON",
        organisationIds: [COLLEGE],
        consortia: [{ id: ONE, roles: ["STEWARD"] }],
      },
      credential: { kind: "API_KEY", id: apiKey.id },
      scopes: OWN.scopes,
    });
    const rows = await running.db.read(
      sql`SELECT * FROM api_key k JOIN api_key_secret s ON s.key_id = k.id WHERE k.id = ${apiKey.id}`,
    );
    const everything = JSON.stringify([rows, await running.db.read(sql`SELECT * FROM audit_entry`)]);
    expect(everything).not.toContain(secret.slice(10));
    expect(await actions(apiKey.id)).toEqual(["KEY_CREATED"]);
  });

  it.each([
    ["a role that its owner hasn't", { roles: [{ consortiumId: ONE, role: "ANALYST" }] }, "roles"],
    ["another consortium's", { roles: [{ consortiumId: TWO, role: "STEWARD" }] }, "roles"],
    ["a role by an organisation that it doesn't act for", { organisationId: null }, "roles"],
    ["another's organisation", { organisationId: SCHOOL }, "organisationId"],
  ])("is refused with %s", async (_what, change, field) => {
    expect(await ask(steward, CREATE, { input: { ...OWN, ...change } })).toMatchObject({
      code: "FORBIDDEN",
      field,
    });
  });

  it("loses with its owner what it has by them", async () => {
    const { secret } = await create(steward, OWN);
    await putMembers(running.db, ONE, [COLLEGE], false);
    expect((await keyCalls(running.db, secret))!.viewer.consortia).toEqual([]);
    await putMembers(running.db, ONE, [COLLEGE]);
    await running.db.write((tx) => tx.run(sql`DELETE FROM role_grant WHERE person_id = 'person_s'`));
    expect((await keyCalls(running.db, secret))!.viewer.consortia).toEqual([]);
    await running.db.write((tx) => tx.run(sql`DELETE FROM person_organisation WHERE person_id = 'person_s'`));
    expect((await keyCalls(running.db, secret))!.viewer.organisationIds).toEqual([]);
    await running.db.write((tx) => tx.run(sql`DELETE FROM person WHERE id = 'person_s'`));
    expect(await keyCalls(running.db, secret)).toBeNull();
    await putPeople(running.db, [
      { id: "person_s", organisations: [COLLEGE], roles: [[ONE, "STEWARD", COLLEGE]] },
    ]);
  });
});

describe("A service's key", () => {
  it("is the service, with the roles it was given", async () => {
    const { secret, apiKey } = await create(admin, SERVICE);
    expect((await server.who({ "x-api-key": secret })).viewer).toEqual({
      id: apiKey.id,
      kind: "SERVICE",
      organisationIds: [],
      consortia: [{ id: ONE, roles: ["ANALYST"] }],
    });
    expect(apiKey.owner).toBeNull();
    expect(await ask((await keyCalls(running.db, secret))!, "{ viewer { name } }")).toEqual({
      viewer: { name: SERVICE.name },
    });
  });

  it("acts for an institution only where that is a member", async () => {
    const roles = [{ consortiumId: ONE, role: "CONSORTIUM_ADMIN" }];
    const { secret } = await create(admin, { ...SERVICE, organisationId: SCHOOL, roles });
    const rights = async () => (await keyCalls(running.db, secret))!.viewer.consortia;
    expect(await rights()).toEqual([{ id: ONE, roles: ["CONSORTIUM_ADMIN"] }]);
    await putMembers(running.db, ONE, [SCHOOL], false);
    expect(await rights()).toEqual([]);
    await putMembers(running.db, ONE, [SCHOOL]);
  });

  it.each([
    ["whoever is no admin", () => steward, {}, "FORBIDDEN"],
    [
      "another consortium's admin",
      () => admin,
      { roles: [{ consortiumId: TWO, role: "ANALYST" }] },
      "FORBIDDEN",
    ],
    [
      "an admin who would be operator",
      () => admin,
      { roles: [{ consortiumId: ONE, role: "OPERATOR" }] },
      "FORBIDDEN",
    ],
    ["an admin, for another's organisation", () => admin, { organisationId: COLLEGE }, "FORBIDDEN"],
    ["an admin, without a role", () => admin, { roles: [] }, "BAD_USER_INPUT"],
    [
      "an admin who would read their own institution's raw figures by it",
      () => admin,
      { organisationId: SCHOOL },
      "FORBIDDEN",
    ],
    [
      "an admin who would keep their own institution's data by it",
      () => admin,
      { organisationId: SCHOOL, roles: [{ consortiumId: ONE, role: "STEWARD" }] },
      "FORBIDDEN",
    ],
  ])("is refused to %s", async (_who, caller, change, code) => {
    expect(await ask(caller(), CREATE, { input: { ...SERVICE, ...change } })).toMatchObject({ code });
  });
});

describe("The life of a key", () => {
  it("ends when it expires", async () => {
    const { secret, apiKey } = await create(steward, OWN);
    await running.db.write((tx) =>
      tx.run(sql`UPDATE api_key SET expires_at = '2020-01-01 00:00:00.000000' WHERE id = ${apiKey.id}`),
    );
    expect(await server.refusal(bearer(secret))).toEqual({
      status: 401,
      reason: "api_key_expired",
      code: "UNAUTHENTICATED",
    });
  });

  it("tells whoever has its secret why it is not accepted, and nobody else", async () => {
    const reason = async (secret: string) => (await server.refusal(bearer(secret))).reason;
    const { secret, apiKey } = await create(steward, OWN);
    const { rotateApiKey } = await ask(steward, ROTATE, { input: { id: apiKey.id, overlapHours: 0 } });
    expect(await reason(secret)).toBe("api_key_replaced");
    await ask(steward, REVOKE, { input: { id: apiKey.id } });
    expect(await reason(rotateApiKey.secret)).toBe("api_key_revoked");
    expect(await reason("csk_somebody-elses")).toBe("api_key");
  });

  it("keeps its expiry when it is rotated, unless another one is said", async () => {
    const { apiKey } = await create(steward, { ...OWN, expiresInDays: 7 });
    const rotated = async (change: object) =>
      (await ask(steward, ROTATE, { input: { id: apiKey.id, ...change } })).rotateApiKey.apiKey.expiresAt;
    expect(await rotated({})).toBe(apiKey.expiresAt);
    expect(await rotated({ expiresInDays: null })).toBe(apiKey.expiresAt);
    const days = (Date.parse(await rotated({ expiresInDays: 30 })) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
    expect(await ask(steward, ROTATE, { input: { id: apiKey.id, expiresInDays: 367 } })).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "expiresInDays",
    });
  });

  it("is 1 to 366 days, and its name has a length", async () => {
    for (const [change, field] of [
      [{ expiresInDays: 0 }, "expiresInDays"],
      [{ expiresInDays: 367 }, "expiresInDays"],
      [{ name: "  " }, "name"],
      [{ name: "x".repeat(201) }, "name"],
      [{ scopes: [] }, "scopes"],
    ] as const) {
      expect(await ask(steward, CREATE, { input: { ...OWN, ...change } })).toMatchObject({
        code: "BAD_USER_INPUT",
        field,
      });
    }
  });

  it("goes on with a new secret after a rotation, the old one for the overlap", async () => {
    const { secret, apiKey } = await create(steward, OWN);
    const rotate = async (overlapHours: number) =>
      (await ask(steward, ROTATE, { input: { id: apiKey.id, overlapHours } })).rotateApiKey.secret as string;
    const second = await rotate(2);
    expect(second).not.toBe(secret);
    for (const each of [secret, second]) {
      expect((await keyCalls(running.db, each))!.credential.id).toBe(apiKey.id);
    }
    const third = await rotate(0);
    expect(await keyCalls(running.db, secret)).toBeNull();
    expect(await keyCalls(running.db, second)).toBeNull();
    expect(await keyCalls(running.db, third)).not.toBeNull();
    expect(await actions(apiKey.id)).toEqual(["KEY_CREATED", "KEY_ROTATED", "KEY_ROTATED"]);
  });

  it("doesn't let an old secret live longer than it would have", async () => {
    const { secret, apiKey } = await create(steward, OWN);
    const soon = "2020-01-01 00:00:00.000000";
    await running.db.write((tx) =>
      tx.run(sql`UPDATE api_key SET expires_at = ${soon} WHERE id = ${apiKey.id}`),
    );
    expect(await ask(steward, ROTATE, { input: { id: apiKey.id } })).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "expiresInDays",
    });
    const input = { id: apiKey.id, overlapHours: 24, expiresInDays: 90 };
    const { rotateApiKey } = await ask(steward, ROTATE, { input });
    expect(await keyCalls(running.db, secret)).toBeNull();
    expect(await keyCalls(running.db, rotateApiKey.secret)).not.toBeNull();
  });

  it("ends on every instance within a second of its revocation, with all its secrets", async () => {
    const { secret, apiKey } = await create(steward, OWN);
    const { rotateApiKey } = await ask(steward, ROTATE, { input: { id: apiKey.id } });
    const secrets = [secret, rotateApiKey.secret as string];
    const second = await openDatabase(database.location, platform);
    const elsewhere = await startWho(second);
    for (const each of secrets) {
      expect((await elsewhere.who(bearer(each))).credential.id).toBe(apiKey.id);
    }
    expect((await ask(steward, REVOKE, { input: { id: apiKey.id } })).revokeApiKey.revokedAt).not.toBeNull();
    await new Promise((done) => setTimeout(done, 1_000));
    for (const each of secrets) expect((await elsewhere.refusal(bearer(each))).status).toBe(401);
    await elsewhere.close();
    await second.close();
    expect(await ask(steward, ROTATE, { input: { id: apiKey.id } })).toMatchObject({ code: "CONFLICT" });
    await ask(steward, REVOKE, { input: { id: apiKey.id } });
    expect(await actions(apiKey.id)).toEqual(["KEY_CREATED", "KEY_ROTATED", "KEY_REVOKED"]);
  });

  it("knows when it was last used, and puts that down once a minute at most", async () => {
    const { secret, apiKey } = await create(steward, OWN);
    const writes: string[] = [];
    const stop = running.db.onStatement((each) => each.startsWith("UPDATE api_key") && writes.push(each));
    await keyCalls(running.db, secret);
    const used = async () =>
      (
        await running.db.read<{ at: string | null }>(
          sql`SELECT last_used_at AS at FROM api_key WHERE id = ${apiKey.id}`,
        )
      )[0]!.at;
    while ((await used()) === null) await new Promise((done) => setTimeout(done, 5));
    for (let index = 0; index < 5; index++) await keyCalls(running.db, secret);
    stop();
    expect(writes).toHaveLength(1);
  });
});

describe("A key with KEYS", () => {
  const own = { ...OWN, scopes: ["READ", "WRITE", "KEYS"] };

  it("gives no more than it has", async () => {
    const caller = (await keyCalls(running.db, (await create(steward, own)).secret))!;
    expect((await create(caller, own)).secret).toMatch(/^csk_/);
    for (const [change, field] of [
      [{ scopes: ["AUDIT"] }, "scopes"],
      [{ roles: [{ consortiumId: ONE, role: "MEMBER" }] }, "roles"],
    ] as const) {
      expect(await ask(caller, CREATE, { input: { ...own, ...change } })).toMatchObject({
        code: "FORBIDDEN",
        field,
      });
    }
  });

  it("is what it takes, and rotates itself", async () => {
    const { secret, apiKey } = await create(admin, { ...SERVICE, scopes: ["WRITE", "KEYS"] });
    const caller = (await keyCalls(running.db, secret))!;
    expect((await ask(caller, ROTATE, { input: { id: apiKey.id } })).rotateApiKey.apiKey.id).toBe(apiKey.id);
    expect(await ask(caller, CREATE, { input: OWN })).toMatchObject({ code: "FORBIDDEN" });
    const without = (await keyCalls(running.db, (await create(steward, OWN)).secret))!;
    for (const [query, variables] of [
      [CREATE, { input: OWN }],
      [LIST, {}],
    ] as const) {
      expect(await ask(without, query, variables)).toMatchObject({ code: "FORBIDDEN", scope: "KEYS" });
    }
  });
});

describe("Keys", () => {
  it("are listed and revoked by their owner and the admins of the consortium, and hidden from others", async () => {
    const { apiKey } = await create(steward, OWN);
    const stranger = await personCalls(running.db, "person_b");
    const seenBy = async (caller: Caller) =>
      (await ask(caller, LIST)).apiKeys.nodes.some(({ id }: { id: string }) => id === apiKey.id) as boolean;
    expect([await seenBy(steward), await seenBy(admin), await seenBy(stranger)]).toEqual([true, true, false]);
    const hidden = await ask(stranger, REVOKE, { input: { id: apiKey.id } });
    expect(hidden).toMatchObject({ code: "NOT_FOUND" });
    expect(await ask(stranger, REVOKE, { input: { id: "key_none" } })).toEqual(hidden);
    // Its secret would let the admin act for the steward.
    expect(await ask(admin, ROTATE, { input: { id: apiKey.id } })).toMatchObject({ code: "FORBIDDEN" });
    expect((await ask(admin, REVOKE, { input: { id: apiKey.id } })).revokeApiKey.id).toBe(apiKey.id);
  });

  it("are nothing for visitors", async () => {
    const visitor: Caller = { viewer: VISITOR, credential: { kind: "NONE", id: null }, scopes: null };
    for (const [query, variables] of [
      [LIST, {}],
      [CREATE, { input: OWN }],
    ] as const) {
      expect(await ask(visitor, query, variables)).toMatchObject({ code: "UNAUTHENTICATED" });
    }
  });

  it("count at once where they were changed", async () => {
    const before = ask.changes.count;
    await create(steward, OWN);
    expect(ask.changes.count).toBe(before + 1);
  });
});

describe("The scopes of a key", () => {
  const caller = (scopes: string[], kind: "API_KEY" | "TOKEN" = "API_KEY"): Caller => ({
    viewer: VISITOR,
    credential: { kind, id: "x" },
    scopes,
  });

  it("say which operations it may run; a token's are not ours", () => {
    expect(() => refuseUnscoped(caller(["READ"]), "query")).not.toThrow();
    expect(() => refuseUnscoped(caller(["READ"]), "subscription")).not.toThrow();
    expect(() => refuseUnscoped(caller(["READ"]), "mutation")).toThrow("scope WRITE");
    expect(() => refuseUnscoped(caller(["WRITE"]), "query")).toThrow("scope READ");
    expect(() => refuseUnscoped(caller([], "TOKEN"), "mutation")).not.toThrow();
  });
});
