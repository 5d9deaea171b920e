import { Session } from "node:inspector/promises";
import type { Attacked } from "./platform.ts";
import { startAttacked } from "./platform.ts";
import { WAYS } from "./ways.ts";

/** So long that a few hundred of them fill every cache of documents and plans. */
const FILLER = "x".repeat(8_000);
const WARM_UP = 300;
const A_ROUND = 200;
/** Bytes by which memory may differ after two rounds: a quarter of what the texts of their operations take alone. */
const TOLERANCE = (2 * A_ROUND * FILLER.length) / 4;

/** Bytes that are in use when all that can be thrown away has been. */
async function bytesInUse(): Promise<number> {
  const session = new Session();
  session.connect();
  await session.post("HeapProfiler.collectGarbage");
  session.disconnect();
  return process.memoryUsage().heapUsed;
}

describe("Operations that nobody has asked before", () => {
  let attacked: Attacked;
  beforeAll(async () => void (attacked = await startAttacked()));
  afterAll(() => attacked.platform.close());

  let made = 0;
  /** An operation such as no other: of a name, with aliases, conditions and a value of its own. */
  const operation = () => {
    const at = ++made;
    const names = Array.from({ length: 15 }, (_, field) => `f${at}_${field}: name`).join(" ");
    return {
      query: `query Q${at}($yes: Boolean!) { consortium(id: "${at}${FILLER}") { id @include(if: $yes) ${names} } }`,
      variables: { yes: at % 2 === 0, [`unused${at}`]: at },
    };
  };
  const ways = Object.values(WAYS);
  const ask = async (count: number) => {
    for (let done = 0; done < count; done += ways.length) {
      const answers = await Promise.all(
        ways.map((way) => way(`${attacked.platform.url}/graphql`, operation(), "visitor")),
      );
      for (const { data } of answers) expect(data.consortium).toBeNull();
    }
  };

  it("leave nothing behind, once the caches are full", async () => {
    await ask(WARM_UP);
    const used: number[] = [];
    for (let round = 0; round < 3; round++) {
      await ask(A_ROUND);
      used.push(await bytesInUse());
    }
    expect(used.at(-1)! - used[0]!).toBeLessThan(TOLERANCE);
  });
});
