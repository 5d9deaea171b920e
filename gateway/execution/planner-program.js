// The program of a planner process (planner-process.ts): the native planner, one request at a time. It is plain
// JavaScript because it runs as it is, under the tests too, and it loads nothing but the planner so that it stays small.
import { clearInterval, setInterval } from "node:timers";
import { QueryPlanner } from "@graphql-hive/router-query-planner";

/** How often the use of processor time and memory is looked at, in milliseconds. */
const LOOK_EVERY = 20;

const planners = new Map();

/** The bounds of the plan that is being made; null while there is none. */
let bounds = null;

const handlers = {
  load({ id, supergraphSdl, keep }) {
    for (const known of planners.keys()) if (!keep.includes(known)) planners.delete(known);
    const planner = new QueryPlanner(supergraphSdl);
    planners.set(id, planner);
    const { consumerSchema, overridePercentages } = planner;
    process.send({ answer: { consumerSchema, overridePercentages } });
  },

  async plan({ id, query, operationName, labels, percentage, limits }) {
    const stopWatching = watch(limits);
    try {
      const plan = await planners.get(id).planAsync(query, operationName, new Set(labels), percentage);
      const text = JSON.stringify(plan);
      if (text.length > limits.characters) end("characters");
      else process.send({ answer: text });
    } finally {
      stopWatching();
    }
  },
};

/** Ends this process when a plan takes more than it may: nothing else ends a plan. */
function watch(limits) {
  const used = process.cpuUsage();
  const memory = process.memoryUsage.rss();
  bounds = { ...limits };
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(used);
    if ((user + system) / 1_000 > bounds.milliseconds) end("milliseconds");
    else if (process.memoryUsage.rss() - memory > bounds.bytes) end("bytes");
  }, LOOK_EVERY);
  return () => {
    clearInterval(timer);
    bounds = null;
  };
}

function end(exceeded) {
  process.send({ exceeded }, kill);
}

// `process.exit` would wait for the plan's thread.
const kill = () => process.kill(process.pid, "SIGKILL");

process.on("message", async ({ kind, ...request }) => {
  if (kind === "hurry") {
    if (bounds) bounds.milliseconds = request.milliseconds;
    return;
  }
  try {
    await handlers[kind](request);
  } catch (error) {
    process.send({ refused: error instanceof Error ? error.message : String(error) });
  }
});

// Signals to the whole group (Ctrl+C) are for the gateway, which goes on planning until it has answered everybody.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
process.on("disconnect", kill);
