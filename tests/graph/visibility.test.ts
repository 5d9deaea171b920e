import type { TestPlatform } from "../platform.ts";
import { startTestPlatform } from "../platform.ts";
import { demoWorld } from "../../shared/demo/world.ts";
import { DEMO_VIEWERS } from "../../shared/demo/viewers.ts";

let platform: TestPlatform;
beforeAll(async () => (platform = await startTestPlatform()));
afterAll(() => platform.close());

const world = demoWorld();
const partnerships = [...world.partnerships()];
const programs = [...world.programs()];

describe.each(DEMO_VIEWERS)("The demo viewer $header", ({ header, viewer }) => {
  const sees = ({ visibility, consortiumId, parties }: (typeof partnerships)[number]) =>
    visibility === "PUBLIC" ||
    (visibility === "CONSORTIUM" && viewer.consortia.some(({ id }) => id === consortiumId)) ||
    parties.some(({ id }) => viewer.organisationIds.includes(id));

  it("sees exactly the partnerships that are theirs, in list, count, pages and references", async () => {
    const expected = new Set(partnerships.filter(sees).map(({ id }) => id));
    const seen = new Set<string>();
    let after: string | null = null;
    do {
      const { data }: { data: any } = await platform.ask(
        `query($after: String) { partnerships(first: 40, after: $after) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`,
        header,
        { after },
      );
      expect(data.partnerships.totalCount).toBe(expected.size);
      for (const { id } of data.partnerships.nodes) {
        expect(seen.has(id)).toBe(false);
        seen.add(id);
      }
      after = data.partnerships.pageInfo.hasNextPage ? data.partnerships.pageInfo.endCursor : null;
    } while (after);
    expect(seen).toEqual(expected);
  });

  it("meets the same nothing for a hidden record as for one that isn't there", async () => {
    const hidden = partnerships.find((each) => !sees(each))!;
    const program = programs.find(({ partnership }) => partnership.id === hidden.id)!;
    const ask = async (partnership: string, programId: string) =>
      platform.ask(
        `query($p: ID!, $g: ID!) { partnership(id: $p) { name } program(id: $g) { title figures(first: 1) { totalCount } } a: node(id: $p) { id } b: node(id: $g) { id } nodes(ids: [$p, $g]) { id } }`,
        header,
        { p: partnership, g: programId },
      );
    const missing = await ask(
      "pship_0198a000-0000-7c1f-890d-04ffffffffff",
      "intern_0198a000-0000-7c1f-890d-04ffffffffff",
    );
    expect(missing).toEqual({
      data: { partnership: null, program: null, a: null, b: null, nodes: [null, null] },
    });
    expect(await ask(hidden.id, program.id)).toEqual(missing);
  });

  it("sees the programs of those partnerships and no others", async () => {
    const expected = programs.filter(({ partnership }) => sees(partnership)).length;
    const { data } = await platform.ask(`{ programs(first: 1) { totalCount } }`, header);
    expect(data.programs.totalCount).toBe(expected);
  });

  it("is shown no figure that stands on fewer than ten people", async () => {
    const { data, errors } = await platform.ask(
      `{ programs(first: 100) { nodes { figures(first: 60) { nodes { cell { state value n low high } } } } } }`,
      header,
    );
    expect(errors).toBeUndefined();
    const cells = data.programs.nodes.flatMap((program: any) =>
      program.figures.nodes.map((figure: any) => figure.cell),
    );
    expect(cells.length).toBeGreaterThan(1000);
    const states = new Set(cells.map(({ state }: any) => state));
    for (const state of ["VALUE", "RANGE", "SUPPRESSED_PRIMARY"]) expect(states).toContain(state);
    for (const cell of cells) {
      if (cell.state === "SUPPRESSED_PRIMARY")
        expect(cell).toEqual({ state: cell.state, value: null, n: null, low: null, high: null });
      else if (cell.n !== null) expect(cell.n === 0 || cell.n >= 10).toBe(true);
    }
  });
});

it("keeps pages whole from both ends, whatever the order", async () => {
  for (const orderBy of ["", ", orderBy: [{ field: STARTS_ON, direction: DESC }]"]) {
    const all = (
      await platform.ask(`{ partnerships(first: 100${orderBy}) { nodes { id } } }`, "member")
    ).data.partnerships.nodes.map(({ id }: any) => id);
    const back: string[] = [];
    const total = (await platform.ask(`{ partnerships(first: 1${orderBy}) { totalCount } }`, "member")).data
      .partnerships.totalCount;
    let before: string | null = null;
    do {
      const { data }: { data: any } = await platform.ask(
        `query($before: String) { partnerships(last: 7, before: $before${orderBy}) { nodes { id } pageInfo { hasPreviousPage startCursor } } }`,
        "member",
        { before },
      );
      back.unshift(...data.partnerships.nodes.map(({ id }: any) => id));
      before = data.partnerships.pageInfo.hasPreviousPage ? data.partnerships.pageInfo.startCursor : null;
    } while (before);
    expect(back).toHaveLength(total);
    expect(back.slice(0, 100)).toEqual(all);
  }
});

describe("Of another consortium a member sees what a visitor sees:", () => {
  const PAGE = `pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount`;
  const FIGURES = `figures(first: 20) { ${PAGE} nodes { indicator { code } period { label } group { code } cell { state value n low high } subjectKind } }`;
  const PROGRAMS = `programs(first: 20) { ${PAGE} nodes { id title startsOn partnership { id name } provider { __typename } host { id } cohorts(first: 2) { ${PAGE} nodes { label } } ${FIGURES} } }`;
  const PARTNERSHIPS = `partnerships(first: 20, orderBy: [{ field: STARTS_ON }]) { ${PAGE} edges { cursor node { id name stage visibility summary parties { role party { __typename ... on Institution { id } ... on PartnerOrganization { id } } } ${FIGURES} } } }`;
  /** Everything that hangs on a record of the other consortium, by the type that `node` finds it as. */
  const RECORDS: Readonly<Record<string, string>> = {
    Institution: `... on Institution { name memberships { role status joinedOn leftOn invitedOn dataSharingTier } ${PARTNERSHIPS} ${PROGRAMS} ${FIGURES} }`,
    PartnerOrganization: `... on PartnerOrganization { name ${PARTNERSHIPS} ${PROGRAMS} }`,
    Partnership: `... on Partnership { name consortium { name } ${PROGRAMS} ${FIGURES} }`,
    Program: `... on Internship { title ${FIGURES} } ... on MentoringProgram { title ${FIGURES} } ... on CodingCourse { title ${FIGURES} }`,
    Consortium: `... on Consortium { name description members(first: 100) { ${PAGE} nodes { role status joinedOn dataSharingTier institution { id } } } }`,
  };
  const idsOf = (consortium: number): Record<string, string[]> => {
    const own = (records: Iterable<{ id: string; consortium: number }>) =>
      [...records].filter((each) => each.consortium === consortium).map(({ id }) => id);
    const ofPartnership = programs.filter(({ partnership }) => partnership.consortium === consortium);
    return {
      Institution: own(world.institutions()),
      PartnerOrganization: own(world.partners()),
      Partnership: own(partnerships),
      Program: ofPartnership.map(({ id }) => id),
      Consortium: [world.consortia[consortium]!.id],
    };
  };
  const lists = (consortium: number) => {
    const { id } = world.consortia[consortium]!;
    return [
      `{ ${PARTNERSHIPS.replace("first: 20", `first: 100, filter: { consortiumId: { eq: "${id}" } }`)} }`,
      `{ partnerships(last: 7, filter: { consortiumId: { eq: "${id}" }, visibility: { eq: CONSORTIUM } }) { ${PAGE} nodes { id } } }`,
      ...idsOf(consortium)["Partnership"]!.map(
        (partnership) =>
          `{ partnership(id: "${partnership}") { name } programs(first: 5, filter: { partnershipId: { eq: "${partnership}" } }) { ${PAGE} nodes { id } } }`,
      ),
    ];
  };

  const compare = async (query: string, member: string, variables = {}) => {
    const asVisitor = await platform.ask(query, undefined, variables);
    expect(asVisitor.errors).toBeUndefined();
    expect(await platform.ask(query, member, variables)).toEqual(asVisitor);
  };

  const PAIRS: [string, number][] = [
    ["neighbour", 0],
    ["member", 1],
    ["admin", 1],
  ];
  it.each(PAIRS)("the %s, of consortium %i, every record and all that hangs on it", async (member, other) => {
    for (const [type, ids] of Object.entries(idsOf(other))) {
      for (let start = 0; start < ids.length; start += 10) {
        const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ${RECORDS[type]} } }`;
        await compare(query, member, { ids: ids.slice(start, start + 10) });
      }
    }
  });

  it.each(PAIRS)("the %s, of consortium %i, every list, count and page", async (member, other) => {
    for (const query of lists(other)) await compare(query, member);
  });

  it("and of their own more", async () => {
    for (const [member, consortium] of [
      ["neighbour", 1],
      ["member", 0],
    ] as const) {
      const [query] = lists(consortium);
      const [own, visitor] = [await platform.ask(query!, member), await platform.ask(query!)];
      expect(own.data.partnerships.totalCount).toBeGreaterThan(visitor.data.partnerships.totalCount);
    }
  });
});
