import fc from "fast-check";

/** What a run of a property is told by its environment; GENERATED_PATH leads straight to one case of a run. */
const { GENERATED_RUNS, GENERATED_SEED, GENERATED_PATH } = process.env;

/** What making a failing case simpler may take, beside what the runs themselves take; it goes on from there by hand. */
const SHRINKING_MS = 30_000;
const RUN_MS = 4_000;

/** How a property over generated federations is run, and how long jest should wait for it. */
export interface Runs {
  readonly parameters: fc.Parameters<any>;
  readonly timeout: number;
}

/**
 * So many cases from a seed that is always the same, unless the environment says otherwise: longer runs, and runs
 * from other seeds, find more. A failure says how to come back to the case that it has been made simpler to.
 */
export function runsOf(test: string, usual: number): Runs {
  const numRuns = Number(GENERATED_RUNS ?? usual);
  const interruptAfterTimeLimit = SHRINKING_MS + numRuns * RUN_MS;
  const reporter = (details: fc.RunDetails<any>) => {
    if (!details.failed) return;
    const { seed, counterexamplePath: path } = details;
    const repeat = `GENERATED_SEED=${seed} GENERATED_PATH=${path} npx jest ${test}`;
    throw new Error(`${fc.defaultReportMessage(details)}\n\nThis case again: ${repeat}`, {
      cause: details.errorInstance,
    });
  };
  return {
    parameters: {
      numRuns,
      seed: Number(GENERATED_SEED ?? 1),
      ...(GENERATED_PATH ? { path: GENERATED_PATH, endOnFailure: true } : {}),
      interruptAfterTimeLimit,
      reporter,
    },
    timeout: interruptAfterTimeLimit + SHRINKING_MS,
  };
}

/** What has been met is worth a look when somebody has asked for a run of their own. */
export const isAskedFor = GENERATED_RUNS !== undefined;

/** Whether everything that is usually generated is: not when one case alone is repeated. */
export const isWholeRun = GENERATED_PATH === undefined;
