import { newId } from "../../shared/ids.ts";
import type { Viewer } from "../../shared/auth/viewer.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { metrics } from "../../subgraphs/metrics/subgraph.ts";
import { startTestSubgraph, statementsOf } from "../database.ts";
import {
  anObservation,
  ask,
  aSubject,
  OTHER_CONSORTIUM,
  membershipEvent,
  partnershipEvent,
  peopleOf,
  registerDimensions,
  tell,
  viewers,
} from "./records.ts";

interface FigureAnswer {
  cell: { state: string; value: number | null; n: number | null };
  period: { label: string };
  group: { code: string } | null;
  subjectKind: string;
  institution: { id: string } | null;
  partnership: { id: string } | null;
  program: { id: string } | null;
}
interface FiguresAnswer {
  nodes: FigureAnswer[];
  totalCount: number;
  pageInfo: { hasNextPage: boolean; endCursor: string | null; startCursor: string | null };
}

const FIGURES = `
  totalCount pageInfo { hasNextPage startCursor endCursor }
  nodes { cell { state value n } period { label } group { code } subjectKind institution { id } partnership { id } program { id } }`;

describe("figures", () => {
  let subgraph: RunningSubgraph;
  beforeAll(async () => {
    subgraph = await startTestSubgraph(metrics);
    await registerDimensions(subgraph.db);
  });
  afterAll(() => subgraph.close());

  async function figuresOf(
    type: string,
    id: string,
    viewer: Viewer,
    args = "first: 100",
  ): Promise<FiguresAnswer> {
    const { _entities } = await ask<{ _entities: { figures: FiguresAnswer }[] }>(
      subgraph,
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { figures(${args}) { ${FIGURES} } } } }`,
      viewer,
      { r: [{ __typename: type, id }] },
    );
    return _entities[0]!.figures;
  }

  async function figuresOfIndicator(viewer: Viewer, args = "first: 100"): Promise<FiguresAnswer> {
    const { indicator } = await ask<{ indicator: { figures: FiguresAnswer } }>(
      subgraph,
      `{ indicator(code: "COMPLETION_RATE") { figures(${args}) { ${FIGURES} } } }`,
      viewer,
    );
    return indicator.figures;
  }

  describe("are shown to whoever may see what they are about", () => {
    const party = newId("PartnerOrganization");
    const lead = newId("Institution");
    const unknown = { recordId: newId("Partnership") };
    const partnerships = {
      PUBLIC: partnershipEvent("PUBLIC", [party, lead]),
      CONSORTIUM: partnershipEvent("CONSORTIUM", [party, lead]),
      PARTIES: partnershipEvent("PARTIES", [party, lead]),
      unknown,
    };
    const institutions = {
      PUBLIC: newId("Institution"),
      CONSORTIUM: newId("Institution"),
      PARTIES: newId("Institution"),
    };
    const programs = new Map<string, string>();

    beforeAll(async () => {
      await tell(
        subgraph,
        "institutions",
        [lead, ...Object.values(institutions)].map((id) => membershipEvent(id)),
      );
      await tell(subgraph, "partners", [partnerships.PUBLIC, partnerships.CONSORTIUM, partnerships.PARTIES]);
      for (const [key, { recordId }] of Object.entries(partnerships)) {
        const program = newId("Internship");
        programs.set(key, program);
        // Their own visibility is wider than the partnership's: it must not count.
        const subject = { visibility: "PUBLIC", partnership_id: recordId };
        await anObservation(subgraph.db, {
          subject_no: await aSubject(subgraph.db, { ...subject, subject_id: recordId, kind: "PARTNERSHIP" }),
        });
        await anObservation(subgraph.db, {
          subject_no: await aSubject(subgraph.db, { ...subject, subject_id: program, kind: "PROGRAM" }),
        });
      }
      for (const [visibility, id] of Object.entries(institutions)) {
        await anObservation(subgraph.db, {
          subject_no: await aSubject(subgraph.db, { visibility, subject_id: id, kind: "INSTITUTION" }),
        });
      }
      // A program that nobody has said the partnership of.
      const orphan = newId("Internship");
      programs.set("orphan", orphan);
      await anObservation(subgraph.db, {
        subject_no: await aSubject(subgraph.db, {
          visibility: "PUBLIC",
          subject_id: orphan,
          kind: "PROGRAM",
        }),
      });
    });

    const matrix: [string, Viewer, string[], string[]][] = [
      ["a visitor", viewers.visitor, ["PUBLIC"], ["PUBLIC"]],
      ["a member of the consortium", viewers.member, ["PUBLIC", "CONSORTIUM"], ["PUBLIC", "CONSORTIUM"]],
      ["a member of another consortium", viewers.stranger, ["PUBLIC"], ["PUBLIC"]],
      ["the people of a party", peopleOf(party), ["PUBLIC", "CONSORTIUM", "PARTIES"], ["PUBLIC"]],
      ["an institution's own people", peopleOf(institutions.PARTIES), ["PUBLIC"], ["PUBLIC", "PARTIES"]],
    ];

    it.each(matrix)("%s", async (_, viewer, ofPartnerships, ofInstitutions) => {
      const expected = new Set([
        ...ofPartnerships.flatMap((key) => [partnerships[key as "PUBLIC"].recordId, programs.get(key)]),
        ...ofInstitutions.map((key) => institutions[key as "PUBLIC"]),
      ]);
      const everything: [string, string][] = [
        ...Object.values(partnerships).map(({ recordId }): [string, string] => ["Partnership", recordId]),
        ...[...programs.values()].map((id): [string, string] => ["Internship", id]),
        ...Object.values(institutions).map((id): [string, string] => ["Institution", id]),
      ];
      for (const [type, id] of everything) {
        const { nodes, totalCount } = await figuresOf(type, id, viewer);
        expect([type, nodes.length, totalCount]).toEqual([
          type,
          expected.has(id) ? 1 : 0,
          expected.has(id) ? 1 : 0,
        ]);
      }
      const { nodes, totalCount } = await figuresOfIndicator(viewer);
      expect(totalCount).toBe(expected.size);
      const about = nodes.map(
        ({ institution, partnership, program }) => (institution ?? partnership ?? program)!.id,
      );
      expect(new Set(about)).toEqual(expected);
    });

    it("no longer once the partnership is narrowed, moved away or gone", async () => {
      const event = partnershipEvent("PUBLIC", []);
      const program = newId("Internship");
      await tell(subgraph, "partners", [event]);
      await anObservation(subgraph.db, {
        subject_no: await aSubject(subgraph.db, {
          subject_id: program,
          kind: "PROGRAM",
          partnership_id: event.recordId,
        }),
      });
      const shown = async () => (await figuresOf("Internship", program, viewers.visitor)).nodes.length;
      expect(await shown()).toBe(1);
      await tell(subgraph, "partners", [
        { ...event, payload: { ...event.payload, visibility: "CONSORTIUM" } },
      ]);
      expect(await shown()).toBe(0);
      await tell(subgraph, "partners", [event]);
      expect(await shown()).toBe(1);
      const moved = { kind: "INTERNSHIP", title: "Moved", partnershipId: newId("Partnership") };
      await tell(subgraph, "programs", [{ kind: "program", recordId: program, payload: moved }]);
      expect(await shown()).toBe(0);
      await tell(subgraph, "programs", [
        { kind: "program", recordId: program, payload: { ...moved, partnershipId: event.recordId } },
      ]);
      expect(await shown()).toBe(1);
      await tell(subgraph, "partners", [{ ...event, payload: null }]);
      expect(await shown()).toBe(0);
    });
  });

  it("are protected cells of the newest revision", async () => {
    const id = newId("Institution");
    const subject_no = await aSubject(subgraph.db, {
      subject_id: id,
      kind: "INSTITUTION",
      visibility: "PUBLIC",
    });
    await anObservation(subgraph.db, { subject_no, x: 4, value: 0.1 });
    await anObservation(subgraph.db, { subject_no, revision: 2, x: 21, value: 0.525 });
    await anObservation(subgraph.db, { subject_no, period_no: 2, n: 9, x: 4, value: 0.44 });
    await anObservation(subgraph.db, { subject_no, period_no: 3, n: 40, x: 40, value: 1 });
    await anObservation(subgraph.db, { subject_no, indicator_no: 2, n: 0, x: null, value: 0 });
    await anObservation(subgraph.db, {
      subject_no,
      indicator_no: 2,
      group_no: 2,
      n: null,
      x: null,
      value: null,
    });
    const { nodes, totalCount } = await figuresOf("Institution", id, viewers.visitor);
    expect(totalCount).toBe(5);
    expect(nodes.map(({ cell, period, group }) => [period.label, group?.code ?? null, cell])).toEqual([
      ["Fall 2024", null, { state: "VALUE", value: 0.53, n: 40 }],
      ["Spring 2025", null, { state: "SUPPRESSED_PRIMARY", value: null, n: null }],
      ["Fall 2025", null, { state: "RANGE", value: null, n: 40 }],
      ["Fall 2024", null, { state: "ZERO", value: 0, n: 0 }],
      ["Fall 2024", "GENDER:FEMALE", { state: "NOT_REPORTED", value: null, n: null }],
    ]);
  });

  it("come in pages that together are the list, from either end", async () => {
    const id = newId("Partnership");
    const event = partnershipEvent("PUBLIC", [], { id });
    await tell(subgraph, "partners", [event]);
    const subject_no = await aSubject(subgraph.db, {
      subject_id: id,
      kind: "PARTNERSHIP",
      partnership_id: id,
    });
    for (const indicator_no of [1, 2]) {
      for (const period_no of [3, 1, 2]) {
        for (const group_no of [2, 1])
          await anObservation(subgraph.db, { subject_no, indicator_no, period_no, group_no });
      }
    }
    const name = ({ period, group, cell }: FigureAnswer) => `${period.label} ${group?.code} ${cell.state}`;
    for (const list of [
      (args: string) => figuresOf("Partnership", id, viewers.visitor, args),
      (args: string) => figuresOfIndicator(viewers.visitor, args),
    ]) {
      const whole = await list("first: 100");
      const forward: string[] = [];
      const backward: string[] = [];
      for (let after = ""; ;) {
        const page = await list(`first: 5${after}`);
        expect(page.totalCount).toBe(whole.totalCount);
        forward.push(...page.nodes.map(name));
        if (!page.pageInfo.hasNextPage) break;
        after = `, after: "${page.pageInfo.endCursor}"`;
      }
      for (let before = ""; backward.length < whole.totalCount;) {
        const page = await list(`last: 5${before}`);
        backward.unshift(...page.nodes.map(name));
        before = `, before: "${page.pageInfo.startCursor}"`;
      }
      expect(forward).toEqual(whole.nodes.map(name));
      expect(backward).toEqual(forward);
    }
  });

  it("are those of every consortium that measures something", async () => {
    const id = newId("Institution");
    await tell(subgraph, "institutions", [membershipEvent(id, { consortiumId: OTHER_CONSORTIUM })]);
    for (const consortium_id of [newId("Consortium"), OTHER_CONSORTIUM]) {
      const subject_no = await aSubject(subgraph.db, { subject_id: id, kind: "INSTITUTION", consortium_id });
      await anObservation(subgraph.db, { subject_no });
      await anObservation(subgraph.db, { subject_no, period_no: 2 });
    }
    expect(await figuresOf("Institution", id, viewers.stranger)).toMatchObject({ totalCount: 2 });
    const own = await figuresOf("Institution", id, peopleOf(id), "first: 3");
    expect(own).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: true } });
    expect(own.nodes).toHaveLength(3);
  });

  describe("are filtered", () => {
    const id = newId("Institution");
    beforeAll(async () => {
      const subject_no = await aSubject(subgraph.db, {
        subject_id: id,
        kind: "INSTITUTION",
        visibility: "PUBLIC",
      });
      for (const indicator_no of [1, 2]) {
        for (const period_no of [1, 2, 3]) {
          for (const group_no of [1, 2])
            await anObservation(subgraph.db, { subject_no, indicator_no, period_no, group_no });
        }
      }
    });

    it.each([
      [`{ periodLabel: { eq: "Fall 2025" } }`, 4],
      [`{ periodStartsOn: { gte: "2025-01-01" } }`, 8],
      [`{ periodKind: { eq: TERM }, groupCode: { eq: "ALL" } }`, 6],
      [`{ periodKind: { eq: YEAR } }`, 0],
      [`{ groupDimension: { isNull: true } }`, 6],
      [`{ groupCode: { in: ["GENDER:FEMALE"] }, indicatorCode: { eq: "ENROLLED" } }`, 3],
      [`{ or: [{ periodLabel: { eq: "Fall 2025" } }, { indicatorCode: { eq: "ENROLLED" } }] }`, 8],
      [`{ not: { periodLabel: { eq: "Fall 2025" } } }`, 8],
      [`{ and: [{ periodLabel: { contains: "Fall" } }, { not: { indicatorCode: { eq: "ENROLLED" } } }] }`, 4],
      [`{ subjectKind: { eq: INSTITUTION } }`, 12],
      [`{ subjectKind: { eq: PROGRAM } }`, 0],
      [`{ subjectKind: { eq: PROGRAM }, groupCode: { eq: "ALL" } }`, 0],
      [`{ and: [{ groupCode: { eq: "ALL" }, subjectKind: { eq: PROGRAM } }] }`, 0],
      [`{ and: [{ groupCode: { eq: "ALL" }, subjectKind: { eq: INSTITUTION } }] }`, 6],
    ])("by %s", async (filter, count) => {
      const { nodes, totalCount } = await figuresOf(
        "Institution",
        id,
        viewers.visitor,
        `first: 100, filter: ${filter}`,
      );
      expect([nodes.length, totalCount]).toEqual([count, count]);
    });

    it("by no more conditions than any other list, whatever they are about", async () => {
      const spread = Array.from(
        { length: 17 },
        () => `{ indicatorCode: { eq: "ENROLLED" } },
        { periodKind: { eq: TERM } }, { groupCode: { eq: "ALL" } }`,
      );
      const asked = figuresOf(
        "Institution",
        id,
        viewers.visitor,
        `first: 1, filter: { and: [${spread.join()}] }`,
      );
      await expect(asked).rejects.toThrow("A filter takes at most 50 conditions.");
    });
  });

  it("have no filter and no order that could tell what is hidden", () => {
    const fields = Object.keys(
      (subgraph.schema.getType("FigureFilter") as unknown as { getFields(): object }).getFields(),
    );
    expect(fields.sort()).toEqual(
      [
        "and",
        "groupCode",
        "groupDimension",
        "indicatorCode",
        "not",
        "or",
        "periodKind",
        "periodLabel",
        "periodStartsOn",
        "subjectKind",
      ].sort(),
    );
    expect(subgraph.sdl).not.toMatch(/observation/i);
  });

  it("are read by as many statements for many as for few", async () => {
    const event = partnershipEvent("PUBLIC");
    await tell(subgraph, "partners", [event]);
    const types = ["Internship", "MentoringProgram", "CodingCourse"] as const;
    const ids: { __typename: string; id: string }[] = [];
    for (let index = 0; index < 24; index++) {
      const type = types[index % 3]!;
      const id = newId(type);
      ids.push({ __typename: type, id });
      const subject_no = await aSubject(subgraph.db, {
        subject_id: id,
        kind: "PROGRAM",
        partnership_id: event.recordId,
      });
      for (const period_no of [1, 2, 3]) await anObservation(subgraph.db, { subject_no, period_no });
    }
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) {
      ... on Internship { figures(first: 5) { ...these } } ... on MentoringProgram { figures(first: 5) { ...these } } ... on CodingCourse { figures(first: 5) { ...these } } } }
      fragment these on FigureConnection { totalCount nodes { cell { state value } period { label } group { code } indicator { code name } program { id } } }`;
    const count = async (r: unknown) =>
      (await statementsOf(subgraph, () => ask(subgraph, query, viewers.visitor, { r }))).length;
    const few = await count(ids.slice(0, 1));
    expect(await count(ids)).toBe(few);
    expect(few).toBe(8);
  });

  it("of one indicator by code or id, and of all", async () => {
    const { indicators } = await ask<{
      indicators: {
        totalCount: number;
        nodes: { id: string; code: string; references: string[]; figures: { nodes: unknown[] } }[];
      };
    }>(
      subgraph,
      `{ indicators(first: 10, filter: { type: { in: [RATIO, COUNT] } }) { totalCount nodes { id code references figures(first: 1) { nodes { indicator { code } } } } } }`,
      viewers.visitor,
    );
    expect(indicators.totalCount).toBe(2);
    expect(indicators.nodes[0]).toMatchObject({
      code: "COMPLETION_RATE",
      references: ["SDG 4.4"],
      figures: { nodes: [{ indicator: { code: "COMPLETION_RATE" } }] },
    });
    const [first] = indicators.nodes;
    const byId = await ask(subgraph, `{ indicator(id: "${first!.id}") { code } }`, viewers.visitor);
    expect(byId).toEqual({ indicator: { code: "COMPLETION_RATE" } });
    const { _entities } = await ask<{ _entities: unknown[] }>(
      subgraph,
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Indicator { name } } }`,
      viewers.visitor,
      {
        r: [
          { __typename: "Indicator", code: "ENROLLED" },
          { __typename: "Indicator", id: first!.id },
          { __typename: "Indicator", id: newId("Indicator") },
        ],
      },
    );
    expect(_entities).toEqual([{ name: "ENROLLED" }, { name: "COMPLETION_RATE" }, null]);
    await expect(ask(subgraph, `{ indicator { code } }`, viewers.visitor)).rejects.toThrow(
      /exactly one of "id" and "code"; got neither/,
    );
  });
});
