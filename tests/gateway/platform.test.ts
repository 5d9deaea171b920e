import { ID_PREFIXES } from "../../shared/ids.ts";
import { CONSORTIA } from "../../shared/demo/network.ts";
import { demoId } from "../../shared/demo/random.ts";
import { DEMO_VIEWERS } from "../../shared/demo/viewers.ts";
import type { TestPlatform } from "../platform.ts";
import { startTestPlatform } from "../platform.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
  const input = {
    name: "One that there is",
    scopes: ["READ"],
    roles: [{ consortiumId: CONSORTIA[0]!.id, role: "STEWARD" }],
    organisationId: demoId("Institution", 2),
  };
  const { errors } = await platform.ask(
    `mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }`,
    "steward",
    { input },
  );
  expect(errors).toBeUndefined();
});
afterAll(() => platform.close());

const NOBODYS = "0198a000-0000-7c1f-890d-04ffffffffff";
const PATHS: Readonly<Record<string, string>> = {
  Institution: "institutions(first: 1) { nodes { id } }",
  Consortium: "consortia(first: 1) { nodes { id } }",
  PartnerOrganization: "partnerOrganizations(first: 1) { nodes { id } }",
  Partnership: "partnerships(first: 1) { nodes { id } }",
  Indicator: "indicators(first: 1) { nodes { id figures(first: 1) { nodes { id period { id } } } } }",
  StudentGroup: "studentGroups(first: 1) { nodes { id } }",
  Membership: "consortia(first: 1) { nodes { members(first: 1) { nodes { id } } } }",
  Party: "partnerships(first: 5) { nodes { parties { id } } }",
  PartnershipIssue: "partnershipIssues(first: 1) { nodes { id } }",
  Agreement: "agreements(first: 1) { nodes { id } }",
  Contribution: "contributions(first: 1) { nodes { id } }",
  Benefit: "benefits(first: 1) { nodes { id } }",
  ExchangeRate: "exchangeRates(first: 1) { nodes { id } }",
  Interaction: "interactions(first: 1) { nodes { id } }",
  ActionItem: "actionItems(first: 1) { nodes { id } }",
  Feedback: "feedbackEntries(first: 1) { nodes { id } }",
  Contact: "partnerOrganizations(first: 100) { nodes { contacts { id } } }",
  RoleGrant: "roleGrants(first: 1) { nodes { id person { id } } }",
  ApiKey: "apiKeys(first: 1) { nodes { id } }",
  AuditEntry: "auditLog(first: 1) { nodes { id } }",
};

/** Every id that stands anywhere in an answer. */
function idsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === "id" && typeof each === "string" ? [each] : idsIn(each),
  );
}

/** One id of each type that there is. */
async function someIds(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const path of [
    ...Object.values(PATHS),
    "programs(first: 100) { nodes { id cohorts(first: 1) { nodes { id } } } }",
  ]) {
    const { data, errors } = await platform.ask(`{ ${path} }`, "steward");
    expect(errors).toBeUndefined();
    for (const id of idsIn(data)) {
      for (const [type, prefix] of Object.entries(ID_PREFIXES)) {
        if (id.startsWith(`${prefix}_`)) found[type] ??= id;
      }
    }
  }
  return found;
}

describe("node and nodes", () => {
  it("find a record of every type by its id alone", async () => {
    const ids = await someIds();
    expect(Object.keys(ids).sort()).toEqual(Object.keys(ID_PREFIXES).sort());
    for (const [type, id] of Object.entries(ids)) {
      expect(await platform.ask(`{ node(id: "${id}") { __typename id } }`, "steward")).toEqual({
        data: { node: { __typename: type, id } },
      });
    }
    const order = Object.entries(ids).reverse();
    const { data } = await platform.ask(
      `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }`,
      "steward",
      {
        ids: order.map(([, id]) => id),
      },
    );
    expect(data.nodes).toEqual(order.map(([__typename, id]) => ({ __typename, id })));
  });

  it("answer null for what is nobody's, of no type or no id at all", async () => {
    const { Institution } = await someIds();
    const ids = [
      ...Object.values(ID_PREFIXES).map((prefix) => `${prefix}_${NOBODYS}`),
      `nothing_${NOBODYS}`,
      NOBODYS,
      "",
      "inst_",
      Institution!.toUpperCase(),
      `${Institution} `,
      "constructor_x",
      "__proto__",
      "inst_'; drop table institution; --",
      "🙂".repeat(1_000),
    ];
    const { data, errors } = await platform.ask(
      `query ($ids: [ID!]!) { nodes(ids: [$one, $one]) { __typename } all: nodes(ids: $ids) { __typename } }`.replace(
        "($ids",
        "($one: ID!, $ids",
      ),
      "steward",
      { ids, one: Institution },
    );
    expect(errors).toBeUndefined();
    expect(data.nodes).toEqual([{ __typename: "Institution" }, { __typename: "Institution" }]);
    expect(data.all).toEqual(ids.map(() => null));
  });

  it("take a hundred ids and refuse one more, with a word on which argument", async () => {
    const ids = Array.from({ length: 101 }, () => `inst_${NOBODYS}`);
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`;
    expect((await platform.ask(query, undefined, { ids: ids.slice(1) })).errors).toBeUndefined();
    expect((await platform.ask(query, undefined, { ids })).errors).toEqual([
      {
        message: 'Argument "ids" takes at most 100 ids; got 101.',
        path: ["nodes"],
        extensions: expect.objectContaining({ code: "BAD_USER_INPUT", field: "ids" }),
      },
    ]);
  });
});

describe("the viewer", () => {
  const query = `{ viewer { id kind name organisations { __typename id ... on Institution { name } } memberships { roles consortium { id name } } } }`;

  it("is a visitor where nobody says otherwise; somebody unknown is refused", async () => {
    const visitor = {
      data: { viewer: { id: null, kind: "VISITOR", name: null, organisations: [], memberships: [] } },
    };
    expect(await platform.ask(query)).toEqual(visitor);
    await expect(platform.ask(query, "constructor")).rejects.toThrow(/Expected x-demo-viewer to be one of/);
  });

  it.each(DEMO_VIEWERS.map(({ header, viewer }) => [header, viewer] as const))(
    "is %s, with what they belong to",
    async (header, viewer) => {
      const { data, errors } = await platform.ask(query, header);
      expect(errors).toBeUndefined();
      const name = viewer.id === null ? null : `Demo ${header}`;
      expect(data.viewer).toMatchObject({ id: viewer.id, kind: viewer.kind, name });
      expect(data.viewer.organisations.map(({ id }: { id: string }) => id)).toEqual(viewer.organisationIds);
      expect(
        data.viewer.memberships.map(({ roles, consortium }: any) => ({ id: consortium.id, roles })),
      ).toEqual(viewer.consortia);
    },
  );
});
