import { Turns } from "../../gateway/pipeline/turns.ts";
import { startFixture } from "./fixture.ts";
import { keys } from "./fixtures/keys.ts";
import { startHttpFixture } from "./http.ts";

const never = new AbortController().signal;
const UNAVAILABLE = {
  extensions: { code: "UNAVAILABLE", http: { status: 503, headers: { "retry-after": "1" } } },
};

describe("turns", () => {
  it("come in the order in which they were asked for, so many at once, also where somebody comes just then", async () => {
    const turns = new Turns({ atOnce: 2, waiting: 100, patience: 10_000 });
    const begun: number[] = [];
    let [running, most] = [0, 0];
    const operation = async (at: number) => {
      const release = await turns.take(never);
      begun.push(at);
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      release();
      // Whoever comes between one that has ended and the first that waits comes last.
      if (at < 5) await operation(at + 10);
    };
    await Promise.all([0, 1, 2, 3, 4].map(operation));
    expect(begun).toEqual([0, 1, 2, 3, 4, 10, 11, 12, 13, 14]);
    expect(most).toBe(2);
  });

  it("are not waited for longer than they are worth, nor by more than there is room for", async () => {
    const turns = new Turns({ atOnce: 1, waiting: 2, patience: 20 });
    const release = await turns.take(never);
    const waiting = [turns.take(never), turns.take(never)];
    await expect(turns.take(never)).rejects.toMatchObject(UNAVAILABLE);
    for (const each of waiting) await expect(each).rejects.toMatchObject(UNAVAILABLE);
    release();
    release();
    (await turns.take(never))();
  });

  it("are not kept for those who have gone", async () => {
    const turns = new Turns({ atOnce: 1, waiting: 2, patience: 10_000 });
    const release = await turns.take(never);
    const client = new AbortController();
    const gone = turns.take(client.signal);
    const next = turns.take(never);
    client.abort();
    await expect(gone).rejects.toMatchObject(UNAVAILABLE);
    release();
    (await next)();
  });

  it("leave the event loop its time where operations never wait for anything", async () => {
    const turns = new Turns({ atOnce: 1, waiting: 1_000, patience: 10_000 });
    const seen: number[] = [];
    let done = 0;
    setImmediate(() => seen.push(done));
    await Promise.all(
      Array.from({ length: 500 }, async () => {
        const release = await turns.take(never);
        done++;
        release();
      }),
    );
    expect(done).toBe(500);
    expect(seen[0]).toBeLessThan(10);
  });
});

describe("a gateway that has more to do than it does at once", () => {
  it("refuses what waits too long at once, answers the rest in order, and asks no subgraph for what it refuses", async () => {
    let open = () => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    const { send } = startFixture(keys.subgraphs);
    let asked = 0;
    const running = await startHttpFixture(keys.subgraphs, {
      turns: { atOnce: 2, waiting: 3, patience: 300 },
      async subgraph(request) {
        asked++;
        await opened;
        return send(request);
      },
    });
    try {
      const post = (at: number) => running.post(`{ x${at}: course(id: "c1") { title } }`);
      const first = [post(1), post(2)];
      while (asked < 2) await new Promise(setImmediate);
      const refused = await Promise.all([3, 4, 5, 6, 7].map(post));
      for (const { errors } of refused) {
        expect(errors).toMatchObject([{ extensions: { code: "UNAVAILABLE", retryable: true } }]);
      }
      open();
      for (const { errors } of await Promise.all(first)) expect(errors).toBeUndefined();
      expect(asked).toBe(2);
      expect((await post(8)).errors).toBeUndefined();
    } finally {
      open();
      await running.close();
    }
  });
});
