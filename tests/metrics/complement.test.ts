import fc from "fast-check";
import type { Viewer } from "../../shared/auth/viewer.ts";
import { newId } from "../../shared/ids.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import type { Part } from "../../subgraphs/metrics/disclosure/complement.ts";
import { protectParts } from "../../subgraphs/metrics/disclosure/complement.ts";
import { DEFAULT_POLICY } from "../../subgraphs/metrics/disclosure/policy.ts";
import { IndicatorType, IndicatorUnit } from "../../subgraphs/metrics/indicator/indicator.enums.ts";
import { metrics } from "../../subgraphs/metrics/subgraph.ts";
import { startTestSubgraph, statementsOf } from "../database.ts";
import { anObservation, ask, aSubject, insert, registerDimensions, viewers } from "./records.ts";

const PEOPLE = { type: IndicatorType.COUNT, unit: IndicatorUnit.PEOPLE };
const RATE = { type: IndicatorType.RATIO, unit: IndicatorUnit.SHARE };

const states = (counts: readonly (number | null)[], measure = PEOPLE) => {
  const parts = counts.map((n, index): Part => ({
    groupNo: index + 1,
    n,
    x: measure === RATE && n !== null ? Math.round(n / 2) : null,
    value: measure === RATE && n ? Math.round(n / 2) / n : n,
  }));
  const cells = protectParts(parts, measure, DEFAULT_POLICY);
  return parts.map(({ groupNo }) => cells.get(groupNo)!.state.replace("SUPPRESSED_", ""));
};

describe("The parts of a dimension", () => {
  it.each([
    ["one small part of two takes the other along", [4, 26], ["PRIMARY", "COMPLEMENTARY"]],
    [
      "of more than two the smallest that is shown",
      [4, 30, 12, 50],
      ["PRIMARY", "VALUE", "COMPLEMENTARY", "VALUE"],
    ],
    ["of equals the first", [50, 4, 20, 20], ["VALUE", "PRIMARY", "COMPLEMENTARY", "VALUE"]],
    ["nobody hides nothing", [4, 0, 26], ["PRIMARY", "ZERO", "COMPLEMENTARY"]],
    ["what was not reported hides nothing", [4, null, 26], ["PRIMARY", "NOT_REPORTED", "COMPLEMENTARY"]],
    ["two that are hidden hide each other", [4, 5, 26], ["PRIMARY", "PRIMARY", "VALUE"]],
    ["without one that is hidden all are shown", [14, 0, 26], ["VALUE", "ZERO", "VALUE"]],
    ["where all others are empty there is none to take", [4, 0], ["PRIMARY", "ZERO"]],
    ["a part by itself", [4], ["PRIMARY"]],
  ])("%s", (_name, counts, expected) => {
    expect(states(counts)).toEqual(expected);
    expect(states(counts, RATE)).toEqual(
      expected.map((state) => (state === "ZERO" ? "NOT_APPLICABLE" : state)),
    );
  });

  it("never have one alone hidden while another has people, and never show what they hide", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(PEOPLE, RATE),
        (counts, measure) => {
          const hidden = states(counts, measure).filter((state) => /MARY|MENTARY/.test(state));
          if (counts.filter((n) => n > 0).length > 1) expect(hidden).not.toHaveLength(1);
          expect(hidden.filter((state) => state === "COMPLEMENTARY").length).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

interface Shown {
  id: string;
  group: { code: string } | null;
  cell: { state: string; value: number | null; n: number | null };
}

describe("A second part that is hidden", () => {
  let subgraph: RunningSubgraph;
  const program = newId("Institution");
  const HIDDEN = { value: null, n: null };

  beforeAll(async () => {
    subgraph = await startTestSubgraph(metrics);
    const { db } = subgraph;
    await registerDimensions(db);
    const groups = { "GENDER:MALE": 3, "DISABILITY:YES": 4, "DISABILITY:NO": 5 };
    for (const [code, no] of Object.entries(groups)) {
      const [dimension] = code.split(":") as [string];
      await insert(db, "student_group", { id: newId("StudentGroup"), no, code, dimension, label: code });
    }
    const about = { subject_id: program, kind: "INSTITUTION", visibility: "PUBLIC" };
    const subject_no = await aSubject(db, about);
    const count = (group_no: number, n: number, revision = 1) =>
      anObservation(db, { subject_no, indicator_no: 2, group_no, n, x: null, value: n, revision });
    await count(1, 30);
    await count(2, 14);
    await count(3, 16);
    // First reported as nobody's secret, and corrected since: the newest counts.
    await count(4, 12);
    await count(5, 18);
    await count(4, 4, 2);
    await count(5, 26, 2);
  });
  afterAll(() => subgraph.close());

  const FIELDS = "nodes { id group { code } cell { state value n } }";
  const ofSubject = async (args: string): Promise<Shown[]> => {
    const { _entities } = await ask<{ _entities: [{ figures: { nodes: Shown[] } }] }>(
      subgraph,
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Institution { figures(${args}) { ${FIELDS} } } } }`,
      viewers.visitor,
      { r: [{ __typename: "Institution", id: program }] },
    );
    return _entities[0].figures.nodes;
  };
  const ofIndicator = async (args: string): Promise<Shown[]> => {
    const { indicator } = await ask<{ indicator: { figures: { nodes: Shown[] } } }>(
      subgraph,
      `{ indicator(code: "ENROLLED") { figures(${args}) { ${FIELDS} } } }`,
      viewers.visitor,
    );
    return indicator.figures.nodes;
  };

  const EXPECTED: Readonly<Record<string, object>> = {
    ALL: { state: "VALUE", value: 30, n: 30 },
    "GENDER:FEMALE": { state: "VALUE", value: 14, n: 14 },
    "GENDER:MALE": { state: "VALUE", value: 16, n: 16 },
    "DISABILITY:YES": { state: "SUPPRESSED_PRIMARY", ...HIDDEN },
    "DISABILITY:NO": { state: "SUPPRESSED_COMPLEMENTARY", ...HIDDEN },
  };
  const told = (shown: readonly Shown[]) =>
    Object.fromEntries(shown.map(({ group, cell }) => [group?.code ?? "ALL", cell]));

  it("is the same by every path and in every page", async () => {
    expect(told(await ofSubject("first: 10"))).toEqual(EXPECTED);
    expect(told(await ofSubject("last: 10"))).toEqual(EXPECTED);
    expect(told(await ofIndicator("first: 10"))).toEqual(EXPECTED);
    for (const [code, cell] of Object.entries(EXPECTED)) {
      for (const figures of [ofSubject, ofIndicator]) {
        expect(told(await figures(`first: 1, filter: { groupCode: { eq: "${code}" } }`))).toEqual({
          [code]: cell,
        });
      }
    }
    expect(told(await ofSubject(`last: 1`))).toEqual({ "DISABILITY:NO": EXPECTED["DISABILITY:NO"] });
  });

  it("is the same by the figure's id, which is that of every path", async () => {
    const shown = await ofSubject("first: 10");
    expect((await ofIndicator("first: 10")).map(({ id }) => id).sort()).toEqual(
      shown.map(({ id }) => id).sort(),
    );
    const byId = (ids: readonly string[], viewer = viewers.visitor) =>
      ask<{ _entities: (Shown | null)[] }>(
        subgraph,
        `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Figure { id group { code } cell { state value n } } } }`,
        viewer,
        { r: ids.map((id) => ({ __typename: "Figure", id })) },
      );
    const found = await byId(shown.map(({ id }) => id));
    expect(found._entities).toEqual(shown);
    const others = [newId("Figure"), newId("Indicator"), "figure_", "", `${shown[0]!.id}0`];
    expect((await byId(others))._entities).toEqual(others.map(() => null));
  });

  it("costs one statement, however many figures there are", async () => {
    const count = async (args: string) => (await statementsOf(subgraph, () => ofSubject(args))).length;
    expect(await count("first: 10")).toBe(await count("first: 2"));
  });
});

it("A figure's id is nobody's who may not see the figure", async () => {
  const subgraph = await startTestSubgraph(metrics);
  try {
    await registerDimensions(subgraph.db);
    const id = newId("Institution");
    const subject_no = await aSubject(subgraph.db, {
      subject_id: id,
      kind: "INSTITUTION",
      visibility: "PARTIES",
    });
    await anObservation(subgraph.db, { subject_no });
    const own = { ...viewers.member, organisationIds: [id] };
    const { indicator } = await ask<{ indicator: { figures: { nodes: { id: string }[] } } }>(
      subgraph,
      `{ indicator(code: "COMPLETION_RATE") { figures(first: 1) { nodes { id } } } }`,
      own,
    );
    const [figure] = indicator.figures.nodes;
    expect(figure!.id).toMatch(/^figure_/);
    const find = (viewer: Viewer) =>
      ask<{ _entities: unknown[] }>(
        subgraph,
        `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Figure { id } } }`,
        viewer,
        { r: [{ __typename: "Figure", id: figure!.id }] },
      );
    expect(await find(own)).toEqual({ _entities: [figure] });
    expect(await find(viewers.member)).toEqual({ _entities: [null] });
  } finally {
    await subgraph.close();
  }
});
