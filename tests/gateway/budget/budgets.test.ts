import type { GraphQLError } from "graphql";
import type { Budgets, Spender } from "../../../gateway/budget/budgets.ts";
import { createBudgets } from "../../../gateway/budget/budgets.ts";
import type { RedisConnection } from "../../../shared/redis.ts";
import { openRedis } from "../../../shared/redis.ts";
import type { FragileRedis } from "../../redis.ts";
import { describeWithRedis, openTestRedis, ownName, startFragileRedis } from "../../redis.ts";

const ALLOWANCE = { capacity: 1_000, refillPerSecond: 0.1 };
const spender = (): Spender => ({ id: ownName(), allowance: ALLOWANCE });

/** The budgets of two gateways that are one, and how time passes for them. */
interface Kept {
  readonly one: Budgets;
  readonly other: Budgets;
  pass(spender: Spender, seconds: number): Promise<void>;
}

const refusalOf = (attempt: Promise<unknown>): Promise<GraphQLError> =>
  attempt.then(
    () => {
      throw new Error("It was taken.");
    },
    (error: GraphQLError) => error,
  );

function describeBudget(kept: () => Kept): void {
  it("is full at first, and gives until it is empty", async () => {
    const [{ one }, who] = [kept(), spender()];
    expect(await one.look(who)).toEqual({ ...ALLOWANCE, remaining: 1_000 });
    expect((await one.take(who, 400)).balance.remaining).toBe(600);
    expect((await one.take(who, 600)).balance.remaining).toBe(0);
    const { message, extensions } = await refusalOf(one.take(who, 100));
    expect(message).toBe("This operation may cost 100, and 0 of your budget is there; in 1000 s it will do.");
    expect(extensions).toMatchObject({
      code: "RATE_LIMITED",
      requested: 100,
      remaining: 0,
      retryAfter: 1_000,
    });
    expect(extensions["http"]).toMatchObject({ status: 429 });
    expect(extensions.http!.headers).toMatchObject({ "retry-after": "1000", "x-ratelimit-used": "1000" });
  });

  it("is each spender's own", async () => {
    const { one } = kept();
    await one.take(spender(), 1_000);
    expect((await one.take(spender(), 1_000)).balance.remaining).toBe(0);
  });

  it("refills as time passes, up to what it holds", async () => {
    const [{ one, pass }, who] = [kept(), spender()];
    await one.take(who, 1_000);
    await pass(who, 3_000);
    expect((await one.look(who)).remaining).toBe(300);
    await one.take(who, 200);
    await pass(who, 3_000);
    expect((await one.look(who)).remaining).toBe(400);
    await pass(who, 100_000);
    expect((await one.look(who)).remaining).toBe(1_000);
  });

  it("gets back what an operation did not cost, and no more", async () => {
    const [{ one }, who] = [kept(), spender()];
    const charge = await one.take(who, 700);
    expect((await charge.settle(50)).remaining).toBe(950);
    expect((await one.look(who)).remaining).toBe(950);
    expect((await (await one.take(who, 900)).settle(2_000)).remaining).toBe(50);
  });

  it("takes nothing when it refuses", async () => {
    const [{ one }, who] = [kept(), spender()];
    await one.take(who, 600);
    await refusalOf(one.take(who, 500));
    expect((await one.look(who)).remaining).toBe(400);
  });

  it("refuses for good what is more than it ever holds", async () => {
    const { extensions } = await refusalOf(kept().one.take(spender(), 1_001));
    expect(extensions).toMatchObject({ code: "COST_EXCEEDED", requested: 1_001, max: 1_000 });
    expect(extensions).not.toHaveProperty("retryAfter");
  });

  it("is never overspent by a hundred who take at once, at two gateways", async () => {
    const [{ one, other }, who] = [kept(), spender()];
    const attempts = Array.from({ length: 100 }, (_, index) => (index % 2 ? one : other).take(who, 30));
    const results = await Promise.allSettled(attempts);
    const taken = results.filter(({ status }) => status === "fulfilled").length;
    expect(taken).toBe(33);
    expect((await other.look(who)).remaining).toBe(10);
  });
}

describe("A budget in one process", () => {
  let now = 1_800_000_000_000;
  const budgets = createBudgets({ redis: null, now: () => now });
  describeBudget(() => ({
    one: budgets,
    other: budgets,
    async pass(_, seconds) {
      now += seconds * 1000;
    },
  }));

  it("is not refilled by a clock that is set back", async () => {
    const who = spender();
    await budgets.take(who, 500);
    now -= 60_000;
    expect((await budgets.look(who)).remaining).toBe(500);
    now += 60_000;
  });
});

describeWithRedis("A budget that gateways share", () => {
  const connections: RedisConnection[] = [];
  let kept: Kept;
  beforeAll(async () => {
    connections.push(await openTestRedis(), await openTestRedis());
    const [one, other] = connections.map((redis) => createBudgets({ redis })) as [Budgets, Budgets];
    kept = {
      one,
      other,
      // The clock is Redis' own: what was last written is made older.
      async pass({ id }, seconds) {
        await connections[0]!.send((redis) => redis.hincrby(`budget:${id}`, "at", -seconds * 1000));
      },
    };
  });
  afterAll(() => connections.forEach((redis) => redis.close()));

  describeBudget(() => kept);

  it("is forgotten when it would be full", async () => {
    const who = spender();
    await kept.one.take(who, 500);
    const lifetime = await connections[0]!.send((redis) => redis.pttl(`budget:${who.id}`));
    expect(lifetime).toBeGreaterThan(0);
    expect(lifetime).toBeLessThanOrEqual(5_000_001);
  });
});

describeWithRedis("When Redis goes down", () => {
  let fragile: FragileRedis;
  const said: string[] = [];
  const connections: RedisConnection[] = [];
  const gateway = async () => {
    const redis = await openRedis(fragile.url, (line) => said.push(line));
    connections.push(redis);
    return createBudgets({ redis });
  };
  beforeEach(async () => {
    fragile = await startFragileRedis();
    said.length = 0;
  });
  afterEach(async () => {
    connections.splice(0).forEach((redis) => redis.close());
    await fragile.kill();
  });

  it.each(["kill", "hang"] as const)("(%s) each gateway counts for itself, and says so once", async (how) => {
    const [one, other, who] = [await gateway(), await gateway(), spender()];
    const charge = await one.take(who, 900);
    await fragile[how]();
    expect((await charge.settle(0)).remaining).toBe(100);
    expect((await one.take(who, 800)).balance.remaining).toBe(200);
    await refusalOf(one.take(who, 800));
    expect((await other.take(who, 800)).balance.remaining).toBe(200);
    for (let count = 0; count < 10; count++) await Promise.all([one.look(who), other.look(who)]);
    expect(said).toEqual([
      expect.stringMatching("^Redis does not answer"),
      expect.stringMatching("^Redis does not answer"),
    ]);
  });

  it("goes back to it when it is back", async () => {
    const [one, who] = [await gateway(), spender()];
    await one.take(who, 900);
    await fragile.kill();
    for (let count = 0; count < 5; count++) await one.take(who, 1);
    await fragile.restart();
    while ((await one.look(who)).remaining > 900) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(said.at(-1)).toBe("Redis answers again.");
  });

  it("starts without it", async () => {
    await fragile.kill();
    const one = await gateway();
    expect((await one.take(spender(), 600)).balance.remaining).toBe(400);
    expect(said).toHaveLength(1);
    await fragile.restart();
  });
});
