import { CONSORTIA } from "../../shared/demo/network.ts";
import { demoId } from "../../shared/demo/random.ts";
import type { TestPlatform } from "../platform.ts";
import { startTestPlatform } from "../platform.ts";

const CONSORTIUM = CONSORTIA[0]!.id;

const CREATE = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id name } } }`;
const ROTATE = `mutation ($input: RotateApiKeyInput!) { rotateApiKey(input: $input) { secret apiKey { id } } }`;
const REVOKE = `mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { id } }`;
const WHO = `{ viewer { id kind scopes credential { kind id } memberships { consortium { id } roles } } }`;
const END = `mutation ($input: EndMembershipInput!) { endMembership(input: $input) { status } }`;
const LOG = `query ($filter: AuditLogFilter) { auditLog(first: 100, filter: $filter) { nodes { action subject requestId details { name value } } } }`;

describe("Whoever calls the running platform", () => {
  let platform: TestPlatform;
  beforeAll(async () => void (platform = await startTestPlatform()));
  afterAll(() => platform.close());

  const post = async (query: string, headers: Record<string, string> = {}, variables: object = {}) => {
    const answer = await fetch(`${platform.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return {
      status: answer.status,
      ...((await answer.json()) as { data?: any; errors?: any[]; extensions?: any }),
    };
  };
  const keyOf = async (viewer: string, scopes: string[]) => {
    const roles = [{ consortiumId: CONSORTIUM, role: "MEMBER" }];
    const { data, errors } = await platform.ask(CREATE, viewer, {
      input: { name: "A script", scopes, roles, organisationId: demoId("Institution", 0) },
    });
    expect(errors).toBeUndefined();
    return data.createApiKey as { secret: string; apiKey: { id: string } };
  };

  it("is who their key says, with no more than its scopes, until it is revoked", async () => {
    const { secret, apiKey } = await keyOf("member", ["READ"]);
    const headers = { "x-api-key": secret };
    const { data } = await post(WHO, headers);
    expect(data.viewer).toMatchObject({
      kind: "PERSON",
      scopes: ["READ"],
      credential: { kind: "API_KEY", id: apiKey.id },
      memberships: [{ consortium: { id: CONSORTIUM }, roles: ["MEMBER"] }],
    });
    const input = { consortiumId: CONSORTIUM, institutionId: demoId("Institution", 5) };
    expect(await post(END, headers, { input })).toMatchObject({
      errors: [{ extensions: { code: "FORBIDDEN" } }],
    });
    expect((await platform.ask(REVOKE, "member", { input: { id: apiKey.id } })).errors).toBeUndefined();
    expect(await post(WHO, headers)).toMatchObject({
      status: 401,
      errors: [{ extensions: { code: "UNAUTHENTICATED" } }],
    });
  });

  it("finds keys, people and roles by their ids with the scope alone that their lists take", async () => {
    const { apiKey } = await keyOf("member", ["READ"]);
    const { data: known } = await platform.ask(
      `{ roleGrants(first: 1) { nodes { id person { id } } } }`,
      "admin",
    );
    const [grant] = known.roleGrants.nodes as [{ id: string; person: { id: string } }];
    const find = `query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on ApiKey { name } ... on Person { called: name } } }`;
    const ids = [apiKey.id, grant.id, grant.person.id];
    expect((await platform.ask(find, "admin", { ids })).data.nodes).toEqual([
      { __typename: "ApiKey", id: apiKey.id, name: "A script" },
      { __typename: "RoleGrant", id: grant.id },
      { __typename: "Person", id: grant.person.id, called: "Demo admin" },
    ]);
    // Its own key, which it would list if it had the scope.
    for (const [scopes, found] of [
      [["READ"], null],
      [["READ", "KEYS"], { __typename: "ApiKey", name: "A script" }],
    ] as const) {
      const { secret, apiKey: own } = await keyOf("member", [...scopes]);
      const { data } = await post(find, { "x-api-key": secret }, { ids: [own.id] });
      expect(data.nodes).toEqual([found && { ...found, id: own.id }]);
    }
    expect((await post(find, {}, { ids })).data.nodes).toEqual([null, null, null]);
  });

  it("goes on with the old key for a while after it is rotated", async () => {
    const { secret, apiKey } = await keyOf("member", ["READ"]);
    const { data } = await platform.ask(ROTATE, "member", { input: { id: apiKey.id } });
    const kinds = [];
    for (const key of [secret, data.rotateApiKey.secret]) {
      kinds.push((await post(WHO, { "x-api-key": key })).data.viewer.credential.kind);
    }
    expect(kinds).toEqual(["API_KEY", "API_KEY"]);
  });

  it("loses at once what a membership gave when it ends", async () => {
    const { secret } = await keyOf("member", ["READ"]);
    const headers = { "x-api-key": secret };
    const seen = `{ partnerships(first: 1, filter: { visibility: { eq: CONSORTIUM } }) { totalCount } }`;
    expect((await post(seen, headers)).data.partnerships.totalCount).toBeGreaterThan(10);
    const input = { consortiumId: CONSORTIUM, institutionId: demoId("Institution", 0) };
    expect((await platform.ask(END, "admin", { input })).data.endMembership).toEqual({ status: "ENDED" });
    expect((await post(WHO, headers)).data.viewer.memberships).toEqual([]);
    const own = (await post(seen, headers)).data.partnerships.totalCount;
    expect(own).toBe((await platform.ask(seen, "member")).data.partnerships.totalCount);
    const ended = await platform.ask(LOG, "admin", { filter: { action: { eq: "MEMBERSHIP_ENDED" } } });
    expect(ended.data.auditLog.nodes).toEqual([
      expect.objectContaining({ subject: expect.stringMatching(/^memb_/) }),
    ]);
  });

  it("is put into the audit log where they are refused, with the id that they were told", async () => {
    const refused = await post(WHO, { authorization: "Bearer csk_nothing" });
    expect(refused.status).toBe(401);
    const signIns = await platform.ask(LOG, "operator", { filter: { action: { eq: "SIGN_IN_REFUSED" } } });
    expect(signIns.data.auditLog.nodes).toContainEqual({
      action: "SIGN_IN_REFUSED",
      subject: null,
      requestId: refused.errors![0].extensions.requestId,
      details: expect.arrayContaining([{ name: "reason", value: "api_key" }]),
    });
    const input = { consortiumId: CONSORTIUM, institutionId: demoId("Institution", 7) };
    const denied = await platform.ask(END, "steward", { input });
    expect(denied.errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
    const denials = await platform.ask(LOG, "steward", { filter: { action: { eq: "ACCESS_DENIED" } } });
    expect(denials.data.auditLog.nodes).toContainEqual(
      expect.objectContaining({
        subject: "endMembership",
        requestId: denied.errors![0].extensions.requestId,
      }),
    );
    expect((await platform.ask(LOG)).errors).toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
  });

  it("is put into the audit log where they read raw figures of their institution, and nobody else reads any", async () => {
    const raw = `query ($id: ID!) { institution(id: $id) { figures(first: 5) { nodes { raw { value n x } } } } }`;
    const id = demoId("Institution", 2);
    const read = async (viewer: string): Promise<object[]> => {
      const { data } = await platform.ask(raw, viewer, { id });
      return data.institution.figures.nodes.map((figure: { raw: object }) => figure.raw);
    };
    const own = await read("steward");
    expect(own).toHaveLength(5);
    expect(own).not.toContain(null);
    expect(await read("analyst")).toEqual(own.map(() => null));
    const reads = await platform.ask(LOG, "steward", { filter: { action: { eq: "RAW_FIGURES_READ" } } });
    expect(reads.data.auditLog.nodes).toMatchObject([{ details: [{ name: "count", value: "5" }] }]);
  });

  it("can ask what an operation costs, and it is not run", async () => {
    const query = `query ($dry: Boolean!) { rateLimit(dryRun: $dry) { cost remaining } institutions(first: 20) { nodes { name } } }`;
    const statements = await platform.statementsOf(async () => {
      const { data } = await platform.ask(query, "member", { dry: true });
      expect(data).toEqual({ rateLimit: { cost: expect.any(Number), remaining: null } });
      expect(data.rateLimit.cost).toBeGreaterThan(20);
    });
    expect(statements.institutions).toEqual([]);
    const { data } = await platform.ask(query, "member", { dry: false });
    expect(data.institutions.nodes).toHaveLength(20);
  });
});
