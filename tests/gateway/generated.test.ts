import fc from "fast-check";
import { cases, comparable, expectedAnswer, isCarriedUp, start } from "./generated/case.ts";
import { VARIABLES } from "./generated/operation.ts";
import type { Feature } from "./generated/resolvers.ts";
import { isAskedFor, isWholeRun, runsOf } from "./generated/runs.ts";

const OPERATIONS = 8;

/** What is counted of the operations that are compared: all of them, and those that depend on a part of the whole. */
type Counted =
  Feature | "compared" | "fetch of entities" | "error" | "error carried up" | "unplanned" | "mutation";

/** What any run has to have compared at least: a generator that lost a part of Federation would prove nothing of it. */
const LEAST: Readonly<Partial<Record<Counted, number>>> = {
  compared: 300,
  error: 50,
  "error carried up": 20,
  "fetch of entities": 80,
  "single key": 50,
  "key of several fields": 5,
  "key inside a field": 3,
  "entity interface": 3,
  "interface object": 3,
  argument: 10,
  "shared field": 3,
  mutation: 5,
  "@requires": 3,
  "@provides": 2,
  "@override": 5,
};

describe("any federation", () => {
  const { parameters, timeout } = runsOf("tests/gateway/generated.test.ts", 100);
  const counts: Partial<Record<Counted, number>> = {};
  const count = (what: Counted) => (counts[what] = (counts[what] ?? 0) + 1);

  it(
    "answers any operation as the one schema over the same data does",
    async () => {
      await fc.assert(
        fc.asyncProperty(cases(OPERATIONS), async (generated) => {
          const running = start(generated);
          for (const query of generated.operations) {
            const expected = await expectedAnswer(generated, query);
            if (!expected) continue;
            generated.met.clear();
            running.requests.length = 0;
            const actual = await running.ask(query, VARIABLES);
            count("compared");
            for (const feature of generated.met) count(feature);
            if (query.startsWith("mutation")) count("mutation");
            if (running.requests.some(({ query }) => query.includes("_entities"))) count("fetch of entities");
            if (expected.errors) count("error");
            if (isCarriedUp(expected)) count("error carried up");
            // A few need ways that the planner does not find. They are refused as a whole, never answered wrongly.
            if (actual.errors?.[0]?.message === "The operation cannot be planned.") count("unplanned");
            else expect({ query, ...comparable(actual) }).toEqual({ query, ...comparable(expected) });
          }
        }),
        parameters,
      );
      if (isAskedFor) console.log(counts);
    },
    timeout,
  );

  it("has met every part of Federation, and could nearly always be planned", () => {
    if (!isWholeRun) return;
    const tooFew = Object.entries(LEAST).filter(([what, least]) => (counts[what as Counted] ?? 0) < least);
    expect(tooFew).toEqual([]);
    expect(counts.unplanned ?? 0).toBeLessThan(counts.compared! / 40);
  });
});
