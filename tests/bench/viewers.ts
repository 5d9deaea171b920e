import { deepStrictEqual } from "node:assert";
import { DEMO_VIEWERS } from "../../shared/demo/viewers.ts";
import type { Measured, Subject } from "./measure.ts";
import { ask, inThisProcess, measure } from "./measure.ts";
import { tokenOf } from "./tokens.ts";

/** Many short rounds: what is to be seen is a difference of a few percent. */
const EFFORT = { rounds: 9, requests: 60, seconds: 0.5 };

/** Operations that show a member no more than a visitor, so that all that differs is who asks. */
const QUERIES: readonly (readonly [title: string, query: string])[] = [
  [
    "Public partnerships of institutions, down to figures",
    `{ institutions(first: 25, filter: { subdivision: { eq: "OH" } }) { nodes { id name
         partnerships(first: 5, filter: { visibility: { eq: PUBLIC } }) { nodes { id name
           parties { role party { ... on Institution { name } ... on PartnerOrganization { name orgType } } }
           programs(first: 3) { nodes { id title
             figures(first: 16, filter: { groupCode: { eq: "ALL" }, periodKind: { eq: TERM } }) {
               nodes { indicator { code } period { label } cell { state value n } } } } } } } } } }`,
  ],
  [
    "A page of public partnerships with their parties",
    `{ partnerships(first: 25, filter: { visibility: { eq: PUBLIC } }) { nodes { name stage
         parties { role party { ... on Institution { name } ... on PartnerOrganization { name orgType } } } } } }`,
  ],
  ["A page of institutions", `{ institutions(first: 25) { nodes { name city } } }`],
];

/** What an operation was timed at, first for a visitor, then for one member by a token and by an API key. */
export interface Comparison {
  readonly title: string;
  readonly measured: readonly Measured[];
}

/** Times what access control costs: the very same rows, for a visitor and for somebody who has signed in. */
export async function compareViewers(origin: string): Promise<Comparison[]> {
  const url = `${origin}/graphql`;
  const token = await tokenOf(MEMBER.header, origin);
  const viewers: readonly (readonly [string, Record<string, string>])[] = [
    ["visitor", {}],
    ["member by a token", { authorization: `Bearer ${token}` }],
    ["member by an API key", { "x-api-key": await keyOfMember(url, token) }],
  ];
  const comparisons: Comparison[] = [];
  for (const [title, query] of QUERIES) {
    const subjects = viewers.map(([name, headers]): Subject => {
      return { name, url, headers, body: JSON.stringify({ query }), processorTime: inThisProcess };
    });
    const answers: unknown[] = [];
    // What is left of a budget differs from one answer to the next.
    for (const subject of subjects) answers.push(((await ask(subject)) as { readonly data: unknown }).data);
    for (const answer of answers) deepStrictEqual(answer, answers[0]);
    comparisons.push({ title, measured: await measure(subjects, EFFORT) });
  }
  return comparisons;
}

const MEMBER = DEMO_VIEWERS.find(({ header }) => header === "member")!;

/** A key with all that the member may; each run leaves one behind, for a day. */
async function keyOfMember(url: string, token: string): Promise<string> {
  const { organisationIds, consortia } = MEMBER.viewer;
  const input = {
    name: "bench",
    organisationId: organisationIds[0],
    roles: consortia.flatMap(({ id, roles }) => roles.map((role) => ({ consortiumId: id, role }))),
    expiresInDays: 1,
  };
  const query = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }";
  const { data } = (await ask({
    url,
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables: { input } }),
  })) as { data: { createApiKey: { secret: string } } };
  return data.createApiKey.secret;
}
