import { DEMO_VIEWERS } from "../../shared/demo/viewers.ts";
import { demoWorld } from "../../shared/demo/world.ts";
import type { TestPlatform } from "../platform.ts";
import { startTestPlatform } from "../platform.ts";

let platform: TestPlatform;
beforeAll(async () => (platform = await startTestPlatform()));
afterAll(() => platform.close());

const world = demoWorld();
const partnerships = [...world.partnerships()];
const programs = [...world.programs()];
const consortiumId = world.consortia[0]!.id;
const steward = DEMO_VIEWERS.find(({ header }) => header === "steward")!.viewer;
/** The institution whose steward is one of the demo network's people. */
const institutionId = steward.organisationIds[0]!;
type Partnership = (typeof partnerships)[number];
type Tier = "PROFILE" | "PARTNERSHIPS" | "FIGURES";

const isOfIt = ({ parties }: Partnership) => parties.some(({ id }) => id === institutionId);

/** What a viewer sees while that institution shares at a tier, or not at all; all others share everything. */
function model(header: string, tier: Tier | null) {
  const { viewer } = DEMO_VIEWERS.find((each) => each.header === header)!;
  const sees = (partnership: Partnership, ...tiers: Tier[]) => {
    const { visibility, parties } = partnership;
    if (visibility === "PUBLIC" || parties.some(({ id }) => viewer.organisationIds.includes(id))) return true;
    const isMember = viewer.consortia.some(({ id }) => id === partnership.consortiumId);
    const isShared = !isOfIt(partnership) || (tier !== null && tiers.includes(tier));
    return visibility === "CONSORTIUM" && isMember && isShared;
  };
  const isMember = viewer.consortia.some(({ id }) => id === consortiumId);
  return {
    partnership: (each: Partnership) => sees(each, "PARTNERSHIPS", "FIGURES"),
    figures: (each: Partnership) => sees(each, "FIGURES"),
    ownFigures: viewer.organisationIds.includes(institutionId) || (isMember && tier === "FIGURES"),
  };
}

/** The ids of all pages of a list. */
async function walk(list: string, args: string, viewer: string): Promise<string[]> {
  const seen: string[] = [];
  for (let after: string | null = null; ;) {
    const { data }: { data: Record<string, any> } = await platform.ask(
      `query ($after: String) { ${list}(first: 60, after: $after${args}) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`,
      viewer,
      { after },
    );
    const { totalCount, nodes, pageInfo }: any = data[list];
    seen.push(...nodes.map(({ id }: { id: string }) => id));
    if (!pageInfo.hasNextPage) {
      expect(seen).toHaveLength(totalCount);
      return seen.sort();
    }
    after = pageInfo.endCursor;
  }
}

const idsOf = (records: readonly { id: string }[]) => records.map(({ id }) => id).sort();

/** Looks at everything that the institution has a part in, by every way there is. */
async function look(tier: Tier | null): Promise<void> {
  // Without the membership, the institution's own people may be members no longer.
  const people = ["member", "admin", "neighbour", "visitor", ...(tier === null ? [] : ["steward"])];
  for (const header of people) {
    const sees = model(header, tier);
    const seen = partnerships.filter(sees.partnership);
    expect([header, await walk("partnerships", "", header)]).toEqual([header, idsOf(seen)]);
    const seenPrograms = programs.filter(({ partnership }) => sees.partnership(partnership));
    expect([header, await walk("programs", "", header)]).toEqual([header, idsOf(seenPrograms)]);

    const { data } = await platform.ask(
      `query ($id: ID!) { institution(id: $id) { partnerships(first: 100) { totalCount nodes { id } } figures(first: 1) { totalCount } } }`,
      header,
      { id: institutionId },
    );
    const own = seen.filter(isOfIt);
    expect(idsOf(data.institution.partnerships.nodes)).toEqual(idsOf(own));
    expect(data.institution.partnerships.totalCount).toBe(own.length);
    expect([header, data.institution.figures.totalCount > 0]).toEqual([header, sees.ownFigures]);

    for (const partnership of partnerships.filter(isOfIt)) {
      const program = programs.find((each) => each.partnership.id === partnership.id)!;
      const isSeen = sees.partnership(partnership);
      const hasFigures = sees.figures(partnership);
      const answer = await platform.ask(
        `query ($p: ID!, $g: ID!) {
          partnership(id: $p) { id figures(first: 1) { totalCount } programs(first: 100) { totalCount } } a: node(id: $p) { id }
          program(id: $g) { id figures(first: 1) { totalCount } partnership { id } } b: node(id: $g) { id } }`,
        header,
        { p: partnership.id, g: program.id },
      );
      expect(answer.errors).toBeUndefined();
      const { partnership: one, program: another, a, b } = answer.data;
      expect([header, one?.id, another?.id, a?.id, b?.id].map((id) => id ?? null)).toEqual([
        header,
        ...[partnership.id, program.id, partnership.id, program.id].map((id) => (isSeen ? id : null)),
      ]);
      if (!isSeen) continue;
      expect([header, one.figures.totalCount > 0, another.figures.totalCount > 0]).toEqual([
        header,
        hasFigures,
        hasFigures,
      ]);
    }
  }
}

/** How many figures an indicator has for a viewer, and whose: what every aggregate stands on. */
async function figuresSeen(header: string): Promise<{ total: number; ofIt: number }> {
  const subjects = new Set([institutionId, ...partnerships.filter(isOfIt).map(({ id }) => id)]);
  let ofIt = 0;
  let total = 0;
  for (let after: string | null = null; ;) {
    const { data }: { data: any } = await platform.ask(
      `query ($after: String) { indicator(code: "ENROLLED") { figures(first: 100, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { institution { id } partnership { id } program { id } } } } }`,
      header,
      { after },
    );
    const { nodes, totalCount, pageInfo }: any = data.indicator.figures;
    total += nodes.length;
    ofIt += nodes.filter((each: any) =>
      subjects.has((each.institution ?? each.partnership ?? each.program).id),
    ).length;
    if (!pageInfo.hasNextPage) {
      expect(total).toBe(totalCount);
      return { total, ofIt };
    }
    after = pageInfo.endCursor;
  }
}

async function change(mutation: string, viewer: string, input: object = {}): Promise<any> {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
  const { data, errors } = await platform.ask(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { status dataSharingTier institution { partnerships(first: 1, filter: { visibility: { eq: CONSORTIUM } }) { totalCount } } } }`,
    viewer,
    { input: { consortiumId, institutionId, ...input } },
  );
  expect(errors).toBeUndefined();
  return data[mutation];
}

describe("What an institution shares with the members of its consortium", () => {
  const shared = partnerships.filter((each) => isOfIt(each) && each.visibility === "CONSORTIUM");

  it("is all, at first", async () => {
    expect(shared.length).toBeGreaterThan(2);
    await look("FIGURES");
  });

  it.each<Tier>(["PARTNERSHIPS", "PROFILE", "FIGURES"])(
    "is %s as soon as its steward has said so, on every way",
    async (dataSharingTier) => {
      const before = await figuresSeen("member");
      expect(await change("changeMembership", "steward", { dataSharingTier })).toMatchObject({
        status: "ACTIVE",
        dataSharingTier,
        // Its own people see their own.
        institution: { partnerships: { totalCount: shared.length } },
      });
      const after = await figuresSeen("member");
      if (dataSharingTier === "FIGURES") expect(after.ofIt).toBeGreaterThan(before.ofIt);
      await look(dataSharingTier);
    },
  );

  it("is nothing as soon as its membership has ended", async () => {
    const before = await figuresSeen("member");
    // The admin is told of the change with what is left to see after it.
    const { viewer } = DEMO_VIEWERS.find(({ header }) => header === "admin")!;
    const stillSeen = shared.filter(({ parties }) =>
      parties.some(({ id }) => viewer.organisationIds.includes(id)),
    );
    expect(await change("endMembership", "admin")).toMatchObject({
      status: "ENDED",
      institution: { partnerships: { totalCount: stillSeen.length } },
    });
    await look(null);
    const after = await figuresSeen("member");
    expect(after.ofIt).toBeLessThan(before.ofIt);
    expect(before.total - after.total).toBeGreaterThanOrEqual(before.ofIt - after.ofIt);
  });

  it("stays nothing while it is invited again, and is what it says when it has come back", async () => {
    await change("inviteInstitution", "admin");
    await look(null);
    await change("admitInstitution", "operator");
    await look("PROFILE");
    await change("changeMembership", "steward", { dataSharingTier: "PARTNERSHIPS" });
    await look("PARTNERSHIPS");
  });
});
