import { demoWorld } from "../../shared/demo/world.ts";
import { DEMO_VIEWERS } from "../../shared/demo/viewers.ts";
import type { TestPlatform } from "../platform.ts";
import { startTestPlatform } from "../platform.ts";
import type { Asked } from "./ways.ts";
import { WAYS } from "./ways.ts";

const world = demoWorld();
const MEMBER = DEMO_VIEWERS.find(({ header }) => header === "member")!.viewer.organisationIds[0]!;
const partnerships = [...world.partnerships()];

/** One that nobody sees but its parties, the member among them, and a program under it. */
const { partnership: hidden, id: programId } = [...world.programs()].find(
  ({ partnership: { visibility, parties } }) =>
    visibility === "PARTIES" && parties.some(({ id }) => id === MEMBER),
)!;
const STRANGERS = DEMO_VIEWERS.filter(
  ({ viewer }) => !hidden.parties.some(({ id }) => viewer.organisationIds.includes(id)),
).map(({ header }) => header);

/** A record that isn't there: what a stranger is told of the hidden one must be what is said of it. */
const MISSING = {
  id: "pship_0198a000-0000-7c1f-890d-04ffffffffff",
  name: "Such a partnership there is not",
  program: "intern_0198a000-0000-7c1f-890d-04ffffffffff",
};
const HIDDEN = { id: hidden.id, name: hidden.name, program: programId };

/** Ways to ask for it; each finds it for the member. */
const CORNERS: readonly (readonly [string, (of: typeof HIDDEN) => Asked])[] = [
  [
    "aliases",
    ({ id }) => ({ query: `{ mine: partnership(id: "${id}") { id: name name: id } a: __typename }` }),
  ],
  [
    "a fragment",
    ({ id }) => ({
      query: `query ($id: ID!) { ...Q } fragment Q on Query { partnership(id: $id) { ...P } } fragment P on Partnership { name }`,
      variables: { id },
    }),
  ],
  [
    "node",
    ({ id }) => ({ query: `query ($id: ID!) { node(id: $id) { __typename id } }`, variables: { id } }),
  ],
  [
    "an inline fragment on an interface",
    ({ id }) => ({
      query: `query ($id: ID!) { node(id: $id) { ... on Node { id ... on Partnership { name parties { role } } } } }`,
      variables: { id },
    }),
  ],
  [
    "nodes, twice",
    ({ id, program }) => ({
      query: `query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Partnership { name } ... on Internship { title } } }`,
      variables: { ids: [id, program, id] },
    }),
  ],
  [
    "conditions",
    ({ id }) => ({
      query: `query ($id: ID!, $yes: Boolean!, $no: Boolean!) { partnership(id: $id) @include(if: $yes) { name @skip(if: $no) ... @include(if: $yes) { summary } } }`,
      variables: { id, yes: true, no: false },
    }),
  ],
  ["what belongs to it", ({ program }) => ({ query: `{ node(id: "${program}") { id } }` })],
  [
    "the list of what belongs to it",
    ({ id }) => ({
      query: `query ($id: ID!) { programs(first: 5, filter: { partnershipId: { eq: $id } }) { totalCount nodes { title partnership { name } } pageInfo { endCursor } } }`,
      variables: { id },
    }),
  ],
  [
    "a filter by its name",
    ({ name }) => ({
      query: `query ($name: String!) { partnerships(first: 1, filter: { name: { eq: $name } }) { totalCount pageInfo { hasNextPage hasPreviousPage startCursor } nodes { id } } }`,
      variables: { name },
    }),
  ],
  [
    "a filter around others",
    ({ name }) => ({
      query: `query ($name: String!) { partnerships(first: 1, filter: { not: { or: [{ not: { name: { eq: $name } } }] } }) { totalCount nodes { stage } } }`,
      variables: { name },
    }),
  ],
  [
    "a filter of a party's list",
    ({ name }) => ({
      query: `query ($name: String!) { institution(id: "${MEMBER}") { partnerships(first: 1, filter: { name: { startsWith: $name } }) { totalCount nodes { name } } } }`,
      variables: { name },
    }),
  ],
];

/** An answer's text without what is told apart in each: the id of a request, and which record was asked for. */
const comparable = (answer: unknown, { id, program, name }: typeof HIDDEN) =>
  JSON.stringify(answer, (key, value: unknown) => (key === "requestId" ? "" : value))
    .replaceAll(id, "ID")
    .replaceAll(program, "PROGRAM")
    .replaceAll(name, "NAME");

describe("What somebody may not see", () => {
  let platform: TestPlatform;
  beforeAll(async () => void (platform = await startTestPlatform()));
  afterAll(() => platform.close());

  const ask = (way: string, asked: Asked, viewer: string) =>
    WAYS[way]!(`${platform.url}/graphql`, asked, viewer);

  const cases = Object.keys(WAYS).flatMap((way) =>
    CORNERS.map(([corner, asked]) => [corner, way, asked] as const),
  );
  it.each(cases)("is not there by %s over %s, and is for who may", async (_, way, asked) => {
    const own = await ask(way, asked(HIDDEN), "member");
    const nobodys = await ask(way, asked(MISSING), "member");
    expect(own.errors).toBeUndefined();
    expect(comparable(own, HIDDEN)).not.toBe(comparable(nobodys, MISSING));
    for (const stranger of STRANGERS) {
      const [seen, missing] = [
        await ask(way, asked(HIDDEN), stranger),
        await ask(way, asked(MISSING), stranger),
      ];
      expect(comparable(seen, HIDDEN)).toBe(comparable(missing, MISSING));
    }
  });

  it("is nobody else's when all ask the same at once", async () => {
    const query = `query ($id: ID!) { partnership(id: $id) { name } partnerships(first: 1) { totalCount } viewer { id kind } }`;
    const viewers = DEMO_VIEWERS.map(({ header }) => header);
    const alone = new Map<string, unknown>();
    const request = { query, variables: { id: hidden.id } };
    for (const viewer of viewers) alone.set(viewer, (await ask("POST", request, viewer)).data);
    expect(new Set([...alone.values()].map((data) => JSON.stringify(data))).size).toBe(viewers.length);
    const crowd = Array.from({ length: 10 }, () => viewers).flat();
    const answers = await Promise.all(
      crowd.map(async (viewer, at) => {
        const way = ["POST", "GET", "server-sent events", "WebSocket"][at % 4]!;
        return [viewer, (await ask(way, request, viewer)).data] as const;
      }),
    );
    for (const [viewer, data] of answers) expect(data).toEqual(alone.get(viewer));
  });

  it("is not in a batch: there are none", async () => {
    const answer = await fetch(`${platform.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-demo-viewer": "member" },
      body: JSON.stringify(CORNERS.map(([, asked]) => asked(HIDDEN))),
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: "BAD_REQUEST" } }] });
  });

  describe.each(["", "orderBy: [{ field: STARTS_ON, direction: DESC }]"])(
    "in a list in the order %j",
    (order) => {
      const PAGE = `query ($after: String, $before: String, $first: Int, $last: Int) {
      partnerships(first: $first, last: $last, after: $after, before: $before ${order ? `, ${order}` : ""}) {
        totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage }
      }
    }`;
      const page = async (viewer: string, variables: Record<string, unknown>) =>
        (await ask("POST", { query: PAGE, variables }, viewer)).data.partnerships;
      const all = async (viewer: string) => {
        const edges: { cursor: string; node: { id: string } }[] = [];
        for (let more = true; more;) {
          const got = await page(viewer, { first: 100, after: edges.at(-1)?.cursor ?? null });
          edges.push(...got.edges);
          more = got.pageInfo.hasNextPage;
        }
        return edges;
      };

      it("is passed over by a cursor that somebody else was given at it", async () => {
        const own = await all("member");
        const place = own.findIndex(({ node: { id } }) => id === hidden.id);
        const { cursor } = own[place]!;
        const visitors = await all("visitor");
        const isOpen = new Set(visitors.map(({ node: { id } }) => id));
        const ids = (edges: typeof own) => edges.map(({ node: { id } }) => id);
        const behind = ids(own.slice(place + 1)).filter((id) => isOpen.has(id));
        const next = await page("visitor", { first: 3, after: cursor });
        expect(ids(next.edges)).toEqual(behind.slice(0, 3));
        expect(next.totalCount).toBe(visitors.length);
        const before = ids(own.slice(0, place)).filter((id) => isOpen.has(id));
        const back = await page("visitor", { last: 3, before: cursor });
        expect(ids(back.edges)).toEqual(before.slice(-3));
      });

      it("changes no place, cursor or count of what is seen", async () => {
        const seen = await all("visitor");
        const open = partnerships.filter(({ visibility }) => visibility === "PUBLIC").map(({ id }) => id);
        expect(seen.map(({ node: { id } }) => id).sort()).toEqual(open.sort());
        const own = new Map((await all("member")).map(({ cursor, node: { id } }) => [id, cursor]));
        for (const { cursor, node } of seen) expect(cursor).toBe(own.get(node.id));
      });
    },
  );

  it("cannot be guessed, a letter at a time, by how many there are", async () => {
    const query = `query ($name: String!) { partnerships(first: 1, filter: { name: { startsWith: $name } }) { totalCount pageInfo { hasNextPage } } }`;
    const open = partnerships.filter(({ visibility }) => visibility === "PUBLIC");
    for (let length = 1; length <= hidden.name.length; length++) {
      const name = hidden.name.slice(0, length);
      const expected = open.filter((each) => each.name.toLowerCase().startsWith(name.toLowerCase())).length;
      const { data } = await ask("POST", { query, variables: { name } }, "visitor");
      expect(data.partnerships.totalCount).toBe(expected);
    }
  });
});
