import type { Run, Step } from "./run.ts";

/** A step, and the indexes of the steps that it waits for. */
export interface GraphStep {
  readonly step: Step;
  readonly after: readonly number[];
}

/** One step of a graph of steps: each begins as soon as those that it waits for have ended. */
export function runGraph(graph: readonly GraphStep[]): Step {
  if (graph.length === 1) return graph[0]!.step;
  const awaited = graph.map(({ after }) => after.length);
  const first = graph.flatMap(({ after }, index) => (after.length === 0 ? [index] : []));
  const next = graph.map((_, index) =>
    graph.flatMap(({ after }, other) => (after.includes(index) ? [other] : [])),
  );
  if (first.length === 0) return async () => {};
  return (run: Run) =>
    new Promise((resolve, reject) => {
      const waiting = [...awaited];
      let left = graph.length;
      const start = (index: number): void => {
        graph[index]!.step(run).then(() => {
          if (--left === 0) resolve();
          for (const other of next[index]!) if (--waiting[other]! === 0) start(other);
        }, reject);
      };
      first.forEach(start);
    });
}
