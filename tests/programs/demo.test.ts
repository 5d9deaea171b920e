import sql from "sql-template-tag";
import { demoWorld } from "../../shared/demo/world.ts";
import { catchUp } from "../../shared/feed/consumer.ts";
import { metrics } from "../../subgraphs/metrics/subgraph.ts";
import { programs } from "../../subgraphs/programs/subgraph.ts";
import { startTestSubgraph } from "../database.ts";
import { partnershipEvent, tell } from "../metrics/records.ts";

it("loads the demo network's programs once, goes on after an interruption, and tells others of each", async () => {
  const world = demoWorld({ scale: 2 });
  const subgraph = await startTestSubgraph(programs);
  const follower = await startTestSubgraph(metrics);
  try {
    const count = async () => {
      const [row] = await subgraph.db.read<Record<string, number>>(
        sql`SELECT (SELECT COUNT(*) FROM program) AS programs, (SELECT COUNT(*) FROM cohort) AS cohorts, (SELECT COUNT(*) FROM outbox) AS events`,
      );
      return {
        programs: Number(row!["programs"]),
        cohorts: Number(row!["cohorts"]),
        events: Number(row!["events"]),
      };
    };
    const stop = () => {
      throw new Error("The plug was pulled.");
    };
    await expect(programs.loadDemo!(subgraph.db, world, stop)).rejects.toThrow("The plug was pulled.");
    const part = await count();
    await programs.loadDemo!(subgraph.db, world, () => {});
    const whole = await count();
    expect(whole).toMatchObject({ programs: 600, events: 600 });
    expect(whole.cohorts).toBeGreaterThan(1800);
    expect(part.programs).toBeLessThan(600);
    await programs.loadDemo!(subgraph.db, world, () => {});
    expect(await count()).toEqual(whole);

    await tell(
      subgraph,
      "partners",
      [...world.partnerships()].map(({ id }) => partnershipEvent("PUBLIC", [], { id })),
    );
    const { data } = await subgraph.execute(
      { query: "{ programs(first: 1) { totalCount nodes { isInvented } } }" },
      { id: null, kind: "VISITOR", organisationIds: [], consortia: [] },
    );
    expect(data).toEqual({ programs: { totalCount: 600, nodes: [{ isInvented: true }] } });

    const subscription = metrics.subscriptions!.find(({ source }) => source === "programs")!;
    expect(await catchUp(follower.db, subscription, subgraph.readFeed)).toBe(600);
    const [dimension] = await follower.db.read<{ total: number }>(
      sql`SELECT COUNT(*) AS total FROM program_dim WHERE title <> '' AND host_id IS NOT NULL`,
    );
    expect(Number(dimension!.total)).toBe(600);
  } finally {
    await subgraph.close();
    await follower.close();
  }
});
