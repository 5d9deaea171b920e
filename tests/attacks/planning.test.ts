import fc from "fast-check";
import { ERROR_CODES } from "../../gateway/errors.ts";
import { keys } from "../gateway/fixtures/keys.ts";
import { startFixture } from "../gateway/fixture.ts";
import { cases, start } from "../gateway/generated/case.ts";
import { VARIABLES } from "../gateway/generated/operation.ts";
import type { TestPlatform } from "../platform.ts";
import { startTestPlatform } from "../platform.ts";
import { plannedOperation } from "./planned-operation.ts";

/** How many operations are sent; a longer run is a matter of `PLANNER_RUNS=20000`. */
const RUNS = Number(process.env["PLANNER_RUNS"] ?? 200);
const SEED = Number(process.env["PLANNER_SEED"] ?? 1);
/** Milliseconds that an operation may take on a busy machine. */
const EACH = 1_000;

const AT_ONCE = 8;

/** Works through a list with so many at once. */
async function forEach<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]();
  const one = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

describe("whatever valid operation is planned, the operations beside it are answered", () => {
  let neighbors = 0;

  it(
    "of any federation",
    async () => {
      const neighborhood = startFixture(keys.subgraphs);
      let sent = 0;
      const federations = fc.sample(cases(40), { seed: SEED, numRuns: Math.ceil(RUNS / 2 / 15) });
      for (const generated of federations) {
        if (sent >= RUNS / 2) break;
        const running = start(generated);
        const ask = async (query: string) => {
          sent++;
          const answer = await running.ask(query, VARIABLES);
          for (const { extensions } of answer.errors ?? []) {
            const code = extensions?.["code"];
            if (code !== undefined) expect(Object.keys(ERROR_CODES)).toContain(code);
          }
        };
        const neighbor = async () => {
          const key = `course${++neighbors}`;
          expect(await neighborhood.ask(`{ ${key}: course(id: "c1") { title enrolled } }`)).toEqual({
            data: { [key]: { title: "Algorithms", enrolled: 2 } },
          });
        };
        await forEach(generated.operations, async (query) => {
          await Promise.all([ask(query), neighbor()]);
        });
      }
      expect(sent).toBeGreaterThan(RUNS / 4);
    },
    RUNS * EACH + 60_000,
  );

  describe("of our own graph", () => {
    let platform: TestPlatform;
    beforeAll(async () => {
      platform = await startTestPlatform();
    });
    afterAll(() => platform.close());

    it.each([undefined, "member"])(
      "by %s",
      async (viewer) => {
        const right = await platform.ask(`{ consortia(first: 1) { nodes { name } } }`);
        const numbers = fc.noBias(
          fc.array(fc.nat({ max: 999 }), { minLength: 20, maxLength: 120, size: "max" }),
        );
        const operations = fc
          .sample(numbers, { seed: SEED, numRuns: RUNS })
          .map(plannedOperation)
          .filter((query) => query !== null)
          .slice(0, RUNS / 4);
        expect(operations.length).toBeGreaterThan(RUNS / 8);
        const codes: Record<string, number> = {};
        await forEach(operations, async (query) => {
          const key = `consortia${++neighbors}`;
          const [{ errors = [] }, neighbor] = await Promise.all([
            platform.ask(query, viewer),
            platform.ask(`{ ${key}: consortia(first: 1) { nodes { name } } }`),
          ]);
          expect(neighbor).toEqual({ data: { [key]: right.data.consortia } });
          for (const { extensions } of errors) codes[extensions.code] = (codes[extensions.code] ?? 0) + 1;
        });
        expect(Object.keys(ERROR_CODES)).toEqual(expect.arrayContaining(Object.keys(codes)));
        if (process.env["PLANNER_RUNS"]) console.log({ viewer, sent: operations.length, codes });
      },
      RUNS * EACH + 60_000,
    );
  });
});
