import { QueryPlanner } from "@graphql-hive/router-query-planner";
import { createPlanner } from "../../../gateway/execution/planner.ts";
import { median } from "../measure.ts";

const PLANS = 200;
const WARM_UP = 50;

/** Median milliseconds of a plan. */
export interface PlanningTimes {
  /** Of an operation that has not been planned before, in a planner process. */
  readonly uncached: number;
  /** The same by the native planner in this process. */
  readonly native: number;
  /** Of one that has been planned before. */
  readonly cached: number;
}

/** Times plans of one operation, each under a name of its own, in turn by the planner processes and in this one. */
export async function measurePlanning(supergraphSdl: string, query: string): Promise<PlanningTimes> {
  const planner = await createPlanner(supergraphSdl);
  const native = new QueryPlanner(supergraphSdl);
  const times = { uncached: [] as number[], native: [] as number[], cached: [] as number[] };
  for (let at = 0; at < WARM_UP + PLANS; at++) {
    const text = query.replace(/^query \w+/, `query Number${at}`);
    const timed = async (list: number[], plan: () => Promise<unknown>) => {
      const started = performance.now();
      await plan();
      if (at >= WARM_UP) list.push(performance.now() - started);
    };
    await timed(times.native, () => native.planAsync(text, null, new Set(), 0));
    await timed(times.uncached, () => planner.plan(text));
    await timed(times.cached, () => planner.plan(text));
  }
  return { uncached: median(times.uncached), native: median(times.native), cached: median(times.cached) };
}
