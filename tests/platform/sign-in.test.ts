import sql from "sql-template-tag";
import { platform } from "../../gateway/platform/subgraph.ts";
import { DEMO_VIEWERS } from "../../shared/demo/viewers.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { startTestSubgraph, statementsOf } from "../database.ts";
import type { WhoServer } from "./who.ts";
import { bearer, idOf, putMembers, putPeople, startWho } from "./who.ts";
import { derivedId } from "../../shared/ids.ts";

const ADMIN = derivedId("Person", "demo:admin");

const [ONE, TWO] = [idOf("cons", 1), idOf("cons", 2)];
const [COLLEGE, SCHOOL, COMPANY] = [idOf("inst", 1), idOf("inst", 2), idOf("porg", 1)];

let running: RunningSubgraph;
let server: WhoServer;
let other: WhoServer;

beforeAll(async () => {
  running = await startTestSubgraph(platform);
  server = await startWho(running.db, { demo: { issuer: () => server.issuer.url } });
  other = await startWho(running.db);
  await platform.loadDemo!(running.db, {} as never, () => {});
  for (const { viewer } of DEMO_VIEWERS) {
    for (const { id } of viewer.consortia) {
      const institutions = viewer.organisationIds.filter((each) => each.startsWith("inst_"));
      await putMembers(running.db, id, institutions);
    }
  }
  await putMembers(running.db, ONE, [COLLEGE]);
  await putMembers(running.db, TWO, [SCHOOL]);
});
afterAll(async () => {
  await server.close();
  await other.close();
  await running.close();
});

describe("An access token", () => {
  const person = async (name: string, sketch: Omit<Parameters<typeof putPeople>[1][number], "id"> = {}) => {
    const id = `person_${name}`;
    await putPeople(running.db, [{ id, issuer: other.issuer.url, subject: name, ...sketch }]);
    return (await other.who(bearer(await other.token(name, { scope: "openid read" })))) as any;
  };

  it("names a person with their organisations and roles, and what the token may be used for", async () => {
    const roles = [[ONE, "STEWARD", COLLEGE]] as const;
    expect(await person("ada", { organisations: [COLLEGE, COMPANY], roles })).toEqual({
      viewer: {
        id: "person_ada",
        kind: "PERSON",
        organisationIds: [COLLEGE, COMPANY],
        consortia: [{ id: ONE, roles: ["MEMBER", "STEWARD"] }],
      },
      credential: { kind: "TOKEN", id: "person_ada" },
      scopes: ["openid", "read"],
    });
  });

  it("of somebody unknown names a person without rights, who is known from then on", async () => {
    const token = await other.token("new | arrival", { name: "New Arrival" });
    const first = await other.who(bearer(token));
    expect(first.viewer).toEqual({
      id: expect.stringMatching(/^person_/),
      kind: "PERSON",
      organisationIds: [],
      consortia: [],
    });
    other.forget();
    const [again, elsewhere] = await Promise.all([other.who(bearer(token)), other.who(bearer(token))]);
    expect([again.viewer.id, elsewhere.viewer.id]).toEqual([first.viewer.id, first.viewer.id]);
    expect(await running.db.read(sql`SELECT name FROM person WHERE id = ${first.viewer.id}`)).toEqual([
      { name: "New Arrival" },
    ]);
  });

  it("that comes many times at once makes one person", async () => {
    const headers = bearer(await other.token("crowd"));
    const callers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? other.forget() : 0, other.who(headers))),
    );
    expect(new Set(callers.map(({ viewer }) => viewer.id)).size).toBe(1);
  });

  it("is another person's where another issuer speaks of the same name, or writes it otherwise", async () => {
    const ids = [
      (await other.who(bearer(await other.token("Twin")))).viewer.id,
      (await other.who(bearer(await other.token("twin")))).viewer.id,
      (await other.who(bearer(await other.token("twin ")))).viewer.id,
    ];
    expect(new Set(ids).size).toBe(3);
  });

  it("gives no role by an institution that is no active member, nor by one that isn't the person's", async () => {
    await putMembers(running.db, ONE, [SCHOOL], false);
    const roles = [
      [ONE, "STEWARD", SCHOOL],
      [TWO, "ANALYST", COLLEGE],
    ] as const;
    expect((await person("ben", { organisations: [SCHOOL], roles })).viewer.consortia).toEqual([
      { id: TWO, roles: ["MEMBER"] },
    ]);
  });

  it("gives a role by a partner organisation, or by none, as it is", async () => {
    const roles = [
      [ONE, "ANALYST", COMPANY],
      [TWO, "OPERATOR", null],
    ] as const;
    expect((await person("eve", { organisations: [COMPANY], roles })).viewer.consortia).toEqual([
      { id: ONE, roles: ["ANALYST"] },
      { id: TWO, roles: ["OPERATOR"] },
    ]);
  });

  it("costs a handful of statements, however many roles there are, and none for whoever asks meanwhile", async () => {
    const organisations = Array.from({ length: 30 }, (_, index) => idOf("inst", 100 + index));
    const roles = organisations.map((each, index) => [idOf("cons", 100 + index), "ANALYST", each] as const);
    await person("busy", { organisations, roles });
    const headers = bearer(await other.token("busy"));
    other.forget();
    expect(await statementsOf(running, () => other.who(headers))).toHaveLength(4);
    other.forget();
    const twice = await statementsOf(running, () => Promise.all([other.who(headers), other.who(headers)]));
    expect(twice).toHaveLength(4);
  });
});

describe("What a membership gives", () => {
  it("ends within a second everywhere when it ends", async () => {
    await putPeople(running.db, [
      {
        id: "person_gus",
        issuer: other.issuer.url,
        subject: "gus",
        organisations: [COLLEGE],
        roles: [[ONE, "CONSORTIUM_ADMIN", COLLEGE]],
      },
    ]);
    const headers = bearer(await other.token("gus"));
    expect((await other.who(headers)).viewer.consortia).toEqual([
      { id: ONE, roles: ["MEMBER", "CONSORTIUM_ADMIN"] },
    ]);
    await putMembers(running.db, ONE, [COLLEGE], false);
    await new Promise((done) => setTimeout(done, 1_000));
    expect((await other.who(headers)).viewer.consortia).toEqual([]);
    await putMembers(running.db, ONE, [COLLEGE]);
  });
});

describe("The demo network's people", () => {
  const known = DEMO_VIEWERS.filter(({ viewer }) => viewer.id !== null);

  it.each(known.map((each) => [each.header, each.viewer, each.subject] as const))(
    "are %s by the header and by the local issuer's token alike",
    async (header, viewer, subject) => {
      expect(await server.who({ "x-demo-viewer": header })).toEqual({
        viewer,
        credential: { kind: "DEMO", id: viewer.id },
        scopes: null,
      });
      expect(await server.who(bearer(await server.token(subject)))).toEqual({
        viewer,
        credential: { kind: "TOKEN", id: viewer.id },
        scopes: [],
      });
    },
  );

  it("lose what their institution's membership gave when it ends", async () => {
    const { viewer } = known.find(({ header }) => header === "admin")!;
    const [consortium] = viewer.consortia;
    await putMembers(running.db, consortium!.id, viewer.organisationIds, false);
    server.forget();
    expect((await server.who({ "x-demo-viewer": "admin" })).viewer.consortia).toEqual([]);
    await putMembers(running.db, consortium!.id, viewer.organisationIds);
  });

  it("are meant by the header in any case; one that names nobody is refused, not taken for a visitor", async () => {
    for (const name of ["Member", "MEMBER", " member "]) {
      const { viewer } = known.find(({ header }) => header === "member")!;
      expect((await server.who({ "x-demo-viewer": name })).viewer).toEqual(viewer);
    }
    for (const name of ["nobody", "constructor", "member,admin", "demo:member", ""]) {
      expect(await server.refusal({ "x-demo-viewer": name })).toEqual({
        status: 401,
        code: "UNAUTHENTICATED",
        reason: "demo_viewer",
      });
    }
    expect((await server.who({ "x-demo-viewer": "Visitor" })).viewer.kind).toBe("VISITOR");
  });

  it("are nobody where the header doesn't count or came through a proxy", async () => {
    for (const [where, headers] of [
      [other, { "x-demo-viewer": "admin" }],
      [server, { "x-demo-viewer": "admin", "x-forwarded-for": "10.0.0.1" }],
    ] as const) {
      expect((await where.who(headers)).viewer.kind).toBe("VISITOR");
    }
  });

  it("are nobody's by another issuer's token, whatever it says", async () => {
    const { viewer } = await other.who(bearer(await other.token("demo:admin")));
    expect(viewer).toMatchObject({ kind: "PERSON", organisationIds: [], consortia: [] });
    expect(viewer.id).not.toBe(ADMIN);
  });

  it("sign in by one credential: the header beside another one is refused", async () => {
    const headers = { "x-demo-viewer": "admin", ...bearer(await server.token("ada")) };
    expect(await server.refusal(headers)).toEqual({
      status: 400,
      code: "BAD_REQUEST",
      reason: "several_credentials",
    });
  });
});
