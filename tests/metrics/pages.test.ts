import { execute, parse } from "graphql";
import sql from "sql-template-tag";
import type { Sql } from "sql-template-tag";
import { Loaders } from "../../shared/data/loaders.ts";
import { demoWorld } from "../../shared/demo/world.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { metrics } from "../../subgraphs/metrics/subgraph.ts";
import { startTestSubgraph } from "../database.ts";
import { ask, memberOf, membershipEvent, partnershipEvent, tell } from "./records.ts";

const world = demoWorld({ scale: 1 });
const viewer = memberOf(world.consortia[0]!.id);

describe("a page of figures of the demo network", () => {
  let subgraph: RunningSubgraph;
  beforeAll(async () => {
    subgraph = await startTestSubgraph(metrics);
    await metrics.loadDemo!(subgraph.db, world, () => {});
    await tell(
      subgraph,
      "institutions",
      [...world.institutions()].map(({ id, consortium }) =>
        membershipEvent(id, { consortiumId: world.consortia[consortium]!.id }),
      ),
    );
    await tell(
      subgraph,
      "partners",
      [...world.partnerships()].map(({ id, visibility, parties, consortiumId }) =>
        partnershipEvent(
          visibility,
          parties.map((party) => party.id),
          { id, consortiumId },
        ),
      ),
    );
    if (subgraph.db.dialect === "mysql")
      await subgraph.db.write((tx) => tx.run(sql`ANALYZE TABLE observation`));
  });
  afterAll(() => subgraph.close());

  /** How the database reads observations for a query. */
  async function plansOf(query: string, variables: Record<string, unknown> = {}): Promise<string[]> {
    const sent: Sql[] = [];
    const db = Object.create(subgraph.db, {
      read: {
        value: (statement: Sql) => {
          sent.push(statement);
          return subgraph.db.read(statement);
        },
      },
    }) as RunningSubgraph["db"];
    const { errors } = await execute({
      schema: subgraph.schema,
      document: parse(query),
      variableValues: variables,
      contextValue: { db, viewer, loaders: new Loaders() },
    });
    expect(errors).toBeUndefined();
    const pages = sent.filter((statement) => /(FROM|JOIN) observation o/.test(statement.sql));
    const plans = await Promise.all(
      pages.map((page) =>
        subgraph.db.dialect === "sqlite"
          ? subgraph.db.read<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${page}`)
          : subgraph.db.read<{ table: string; type: string; key: string; Extra: string }>(
              sql`EXPLAIN ${page}`,
            ),
      ),
    );
    return plans
      .flat()
      .map((row) => ("detail" in row ? row.detail : `${row.table} ${row.type} ${row.key} ${row.Extra}`));
  }

  const expectRange = (plans: string[], range: RegExp) => {
    expect(plans.some((line) => range.test(line))).toBe(true);
    expect(plans.join("\n")).not.toMatch(/filesort|TEMP B-TREE|SCAN o\b|^o ALL/im);
  };

  it("of an indicator is a range of the index that begins with it", async () => {
    for (const args of [
      "first: 10",
      "last: 10",
      `first: 10, filter: { periodLabel: { eq: "Spring 2026" } }`,
    ]) {
      const plans = await plansOf(
        `{ indicator(code: "ENROLLED") { figures(${args}) { nodes { cell { state } } } } }`,
      );
      expectRange(plans, /(SEARCH o USING INDEX|o (ref|range)) ix_observation_indicator/);
    }
  });

  it.each(["ENROLLED", "COMPLETION_RATE"])("never has one part alone hidden: %s", async (code) => {
    const hidden = new Map<string, number>();
    let after: string | null = null;
    do {
      const data: any = await ask(
        subgraph,
        `query ($code: ID!, $after: String) { indicator(code: $code) {
          figures(first: 100, after: $after, filter: { periodLabel: { eq: "Fall 2025" } }) {
            pageInfo { endCursor hasNextPage }
            nodes { cell { state } group { dimension } period { id } institution { id } partnership { id } program { id } } } } }`,
        viewer,
        { code, after },
      );
      const { nodes, pageInfo } = data.indicator.figures;
      for (const { cell, group, period, institution, partnership, program } of nodes) {
        if (!cell.state.startsWith("SUPPRESSED")) continue;
        const about = (institution ?? partnership ?? program).id as string;
        const key = `${about} ${period.id} ${group?.dimension}`;
        hidden.set(key, (hidden.get(key) ?? 0) + 1);
      }
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    const parts = [...hidden].filter(([key]) => !key.endsWith("undefined"));
    expect(parts.length).toBeGreaterThan(20);
    expect(parts.filter(([, count]) => count === 1)).toEqual([]);
  });

  it("of each of several subjects is a range of the primary key", async () => {
    const r = [...world.institutions()].slice(0, 5).map(({ id }) => ({ __typename: "Institution", id }));
    for (const args of [
      "first: 10",
      "last: 10",
      `first: 10, filter: { indicatorCode: { eq: "RETENTION_RATE" } }`,
    ]) {
      const plans = await plansOf(
        `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Institution { figures(${args}) { nodes { cell { state } } } } } }`,
        { r },
      );
      expectRange(plans, /SEARCH o USING PRIMARY KEY \(subject_no=\?|o (ref|range) PRIMARY/);
    }
  });
});

describe("the demo network's figures", () => {
  it("are loaded once, and from where an interrupted load stopped", async () => {
    const subgraph = await startTestSubgraph(metrics);
    try {
      const rows = async () => {
        const [row] = await subgraph.db.read<{ facts: number; subjects: number }>(
          sql`SELECT (SELECT COUNT(*) FROM observation) AS facts, (SELECT COUNT(*) FROM subject) AS subjects`,
        );
        return { facts: Number(row!.facts), subjects: Number(row!.subjects) };
      };
      const stop = () => {
        throw new Error("The plug was pulled.");
      };
      await expect(metrics.loadDemo!(subgraph.db, world, stop)).rejects.toThrow("The plug was pulled.");
      const before = await rows();
      expect(before.facts).toBeGreaterThan(0);
      await metrics.loadDemo!(subgraph.db, world, () => {});
      const whole = await rows();
      let expected = 0;
      for (const subject of world.subjects()) for (const _ of subject.observations()) expected++;
      const { institutions, partnerships, programs } = world.counts;
      expect(whole).toEqual({ facts: expected, subjects: institutions + partnerships + programs });
      expect(whole.facts).toBeGreaterThan(before.facts);
      const progress: number[] = [];
      await metrics.loadDemo!(subgraph.db, world, (done) => progress.push(done));
      expect(await rows()).toEqual(whole);
      expect(progress.at(-1)).toBe(whole.subjects);
    } finally {
      await subgraph.close();
    }
  });
});
