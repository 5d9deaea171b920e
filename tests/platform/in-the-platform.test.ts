import { demoId } from "../../shared/demo/random.ts";
import type { TestPlatform } from "../platform.ts";
import { startTestPlatform } from "../platform.ts";
import { derivedId } from "../../shared/ids.ts";

const ADMIN = derivedId("Person", "demo:admin");

const ME = `{ viewer { kind memberships { roles consortium { id } } } }`;

describe("In production", () => {
  let platform: TestPlatform;
  beforeAll(async () => (platform = await startTestPlatform({ isProduction: true })));
  afterAll(() => platform.close());

  it("the demo's header makes nobody one of the demo network's people, though they are there", async () => {
    const { data } = await platform.ask(ME, "admin");
    expect(data.viewer).toEqual({ kind: "VISITOR", memberships: [] });
  });
});

describe("In the running platform", () => {
  let platform: TestPlatform;
  beforeAll(async () => (platform = await startTestPlatform()));
  afterAll(() => platform.close());
  const memberships = async (who: string) => (await platform.ask(ME, who)).data.viewer.memberships;

  it("whoever creates a consortium is its admin as soon as it is there, and finds it in the audit log", async () => {
    const { data } = await platform.ask(
      `mutation { createConsortium(input: { name: "Rivers" }) { id } }`,
      "admin",
    );
    const { id } = data.createConsortium;
    expect(await memberships("admin")).toContainEqual({ roles: ["CONSORTIUM_ADMIN"], consortium: { id } });
    const log = await platform.ask(
      `query ($filter: AuditLogFilter) { auditLog(first: 10, filter: $filter) { nodes { action actorId requestId consortium { name } } } }`,
      "admin",
      { filter: { consortiumId: { eq: id } } },
    );
    expect(log.data.auditLog.nodes).toEqual([
      {
        action: "CONSORTIUM_CREATED",
        actorId: ADMIN,
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        consortium: { name: "Rivers" },
      },
    ]);
  });

  it("a role goes with the membership before it is answered that the membership has ended", async () => {
    expect(await memberships("steward")).toHaveLength(1);
    const ids = { consortiumId: demoId("Consortium", 0), institutionId: demoId("Institution", 2) };
    const { errors } = await platform.ask(
      `mutation ($input: EndMembershipInput!) { endMembership(input: $input) { status } }`,
      "admin",
      { input: ids },
    );
    expect(errors).toBeUndefined();
    expect(await memberships("steward")).toEqual([]);
  });
});
