import fc from "fast-check";
import sql, { join, raw } from "sql-template-tag";
import { VISITOR } from "../../shared/auth/viewer.ts";
import { demoWorld } from "../../shared/demo/world.ts";
import type { FilterValue } from "../../shared/graphql/filter.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { figureFilter } from "../../subgraphs/metrics/figure/figure.list.ts";
import { narrow } from "../../subgraphs/metrics/figure/figure.narrowing.ts";
import { metrics } from "../../subgraphs/metrics/subgraph.ts";
import { startTestSubgraph } from "../database.ts";

describe("the narrowing of a filter on figures", () => {
  let subgraph: RunningSubgraph;
  beforeAll(async () => {
    subgraph = await startTestSubgraph(metrics);
    await metrics.loadDemo!(subgraph.db, demoWorld({ scale: 1 }), () => {});
  });
  afterAll(() => subgraph.close());

  const narrowed = (filter: FilterValue) => narrow(subgraph.contextOf(VISITOR), figureFilter, filter);

  it("says what is about one dimension in its numbers, negations and alternatives too", async () => {
    const worst = { periodLabel: { contains: "zz" } };
    const filters: FilterValue[] = [
      { not: { or: [worst, { periodLabel: { contains: "2" } }, { groupCode: { startsWith: "A" } }] } },
      { not: { not: { or: [worst, { periodKind: { eq: "MONTH" } }] } } },
      { and: [{ or: [{ and: [worst] }] }, { not: { groupDimension: { isNull: true } } }] },
      { or: [worst, { and: [{ groupCode: { contains: "zz" } }, { subjectKind: { eq: "PROGRAM" } }] }] },
      { not: { and: [{ indicatorCode: { contains: "_" } }, { periodLabel: { startsWith: "F" } }] } },
    ];
    for (const filter of filters) {
      const { where } = await narrowed(filter);
      expect(where.sql).not.toContain("LIKE");
      expect(where.sql).not.toContain("FROM period");
    }
    // Every period has a 2 in its name, so that nothing is left.
    expect((await narrowed(filters[0]!)).where.sql).toBe("1 = 0");
    expect((await narrowed(filters[3]!)).where.sql).toBe("1 = 0");
    expect((await narrowed(filters[0]!)).atMost).toBe(0);
  });

  const leaf = fc.oneof(
    fc.record({ periodLabel: fc.record({ contains: fc.constantFrom("2", "Fall", "zz") }) }),
    fc.record({ periodLabel: fc.record({ startsWith: fc.constantFrom("Spring", "F", "") }) }),
    fc.record({ groupCode: fc.record({ eq: fc.constantFrom("ALL", "nobody") }) }),
    fc.record({ groupDimension: fc.record({ isNull: fc.boolean() }) }),
    fc.record({ groupDimension: fc.record({ eq: fc.constantFrom("GENDER", "zz") }) }),
    fc.record({ indicatorCode: fc.record({ contains: fc.constantFrom("RATE", "_", "zz") }) }),
    fc.record({ subjectKind: fc.record({ eq: fc.constantFrom("PROGRAM", "INSTITUTION") }) }),
  );
  const { filter: anyFilter } = fc.letrec<{ filter: FilterValue }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.record({ not: tie("filter") }),
      fc.record({ and: fc.array(tie("filter"), { maxLength: 3 }) }),
      fc.record({ or: fc.array(tie("filter"), { maxLength: 3 }) }),
      fc.tuple(leaf, tie("filter")).map(([a, b]) => ({ ...b, ...a })),
    ) as fc.Arbitrary<FilterValue>,
  }));

  it("leaves the figures that the filter leaves, however it is put together", async () => {
    // The same rows for both: some of each subject, as counting all of them takes its time.
    const rows = raw(`(SELECT * FROM observation WHERE subject_no % 40 = 1) o`);
    await fc.assert(
      fc.asyncProperty(fc.array(anyFilter, { minLength: 8, maxLength: 8 }), async (filters) => {
        const conditions = [];
        for (const filter of filters) {
          const { where } = await narrowed(filter);
          conditions.push([where, figureFilter.toSql(filter, VISITOR)[0]!]);
        }
        const sums = conditions
          .flat()
          .map(
            (condition, index) => sql`SUM(CASE WHEN ${condition} THEN 1 ELSE 0 END) AS ${raw(`s${index}`)}`,
          );
        const [counted] = await subgraph.db.read<Record<string, number>>(
          sql`SELECT ${join(sums)} FROM ${rows}`,
        );
        for (let index = 0; index < sums.length; index += 2)
          expect([filters[index / 2], counted![`s${index}`]]).toEqual([
            filters[index / 2],
            counted![`s${index + 1}`],
          ]);
      }),
      { numRuns: 25 },
    );
  });
});
