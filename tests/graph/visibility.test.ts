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

it("tells the consortia apart: a member of one sees nothing of the other that a visitor doesn't", async () => {
  const other = world.consortia[1]!.id;
  const ask = async (viewer?: string) =>
    (
      await platform.ask(
        `{ partnerships(first: 100, filter: { consortiumId: { eq: "${other}" } }) { nodes { id } } }`,
        viewer,
      )
    ).data;
  expect(await ask("analyst")).toEqual(await ask());
});
