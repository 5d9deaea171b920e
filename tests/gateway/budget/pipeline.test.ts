import { createBudgets } from "../../../gateway/budget/budgets.ts";
import { spenderOf } from "../../../gateway/budget/spender.ts";
import type { Caller } from "../../../gateway/identity/caller.ts";
import { NOBODY } from "../../../gateway/identity/caller.ts";
import type { Gateway } from "../../../gateway/server.ts";
import { createGateway } from "../../../gateway/server.ts";
import type { SubgraphExecutor } from "../../../gateway/execution/subgraph-executor.ts";
import { composeSupergraph } from "../../../gateway/supergraph.ts";

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@listSize"])
  type Query {
    rows(first: Int!): [Row!] @listSize(slicingArguments: ["first"])
    broken(first: Int!): [Row!] @listSize(slicingArguments: ["first"])
  }
  type Row { id: ID! }`;

/** A member has 100 and gets 1 a second back; the clock stands. */
const ALLOWANCE = { capacity: 100, refillPerSecond: 1 };

const callers: Record<string, Caller> = {
  anna: { ...NOBODY, credential: { kind: "API_KEY", id: "key_anna" }, scopes: ["READ"] },
  bert: { ...NOBODY, credential: { kind: "API_KEY", id: "key_bert" }, scopes: ["READ"] },
};

describe("an operation over HTTP", () => {
  let gateway: Gateway;
  let now = 0;
  let asked = 0;
  beforeEach(async () => {
    asked = 0;
    const subgraph: SubgraphExecutor = async ({ query }) => {
      asked++;
      if (query.includes("broken")) throw new Error("down");
      return { data: { rows: [{ id: "1" }, { id: "2" }] } };
    };
    const budgets = createBudgets({ redis: null, now: () => now });
    gateway = await createGateway({
      supergraphSdl: composeSupergraph([{ name: "rows", sdl: SDL, url: "http://127.0.0.1/" }]),
      subgraph,
      signIn: ({ headers }) => callers[String(headers["x-caller"])] ?? NOBODY,
      spending: {
        budgets,
        spenderOf: (caller, address) => spenderOf(caller, address, { member: ALLOWANCE, visitor: null }),
      },
      host: "127.0.0.1",
      port: 0,
      logLevel: "silent",
    });
  });
  afterEach(() => gateway.close());

  const ask = async (query: string, caller: string) => {
    const answer = await fetch(`${gateway.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-caller": caller },
      body: JSON.stringify({ query }),
    });
    const limits = [...answer.headers].filter(([name]) => /^(x-ratelimit|retry)/.test(name));
    return { status: answer.status, headers: Object.fromEntries(limits), ...((await answer.json()) as any) };
  };

  it("is paid by what it did cost, and says so in its answer and headers", async () => {
    expect(await ask("{ rows(first: 50) { id } }", "anna")).toEqual({
      status: 200,
      data: { rows: [{ id: "1" }, { id: "2" }] },
      extensions: {
        cost: { requested: 50, actual: 2, throttle: { capacity: 100, remaining: 98, refillPerSecond: 1 } },
      },
      headers: {
        "x-ratelimit-limit": "100",
        "x-ratelimit-remaining": "98",
        "x-ratelimit-used": "2",
        "x-ratelimit-reset": expect.stringMatching(/^\d+$/),
      },
    });
  });

  it("waits for its budget when it may cost more than is there, and no subgraph hears of it", async () => {
    expect((await ask("{ rows(first: 100) { id } }", "anna")).status).toBe(200);
    expect(asked).toBe(1);
    const refused = await ask("{ rows(first: 100) { id } }", "anna");
    expect(asked).toBe(1);
    expect(refused).toMatchObject({
      status: 429,
      headers: { "retry-after": "2", "x-ratelimit-remaining": "98" },
      errors: [{ extensions: { code: "RATE_LIMITED", retryable: true, requested: 100, retryAfter: 2 } }],
    });
    expect(refused).not.toHaveProperty("data");
    now += 2_000;
    expect((await ask("{ rows(first: 100) { id } }", "anna")).status).toBe(200);
    now -= 2_000;
  });

  it("costs nobody else anything, and visitors here are not bounded", async () => {
    await ask("{ rows(first: 100) { id } }", "anna");
    expect((await ask("{ rows(first: 100) { id } }", "bert")).headers).toMatchObject({
      "x-ratelimit-remaining": "98",
    });
    const { extensions, headers } = await ask("{ rows(first: 100) { id } }", "visitor");
    expect(extensions).toEqual({ cost: { requested: 100, actual: 2 } });
    expect(headers).toEqual({});
  });

  it("that fails is paid by what it answered", async () => {
    const { errors, extensions } = await ask("{ broken(first: 60) { id } }", "anna");
    expect(errors).toHaveLength(1);
    expect(extensions.cost).toMatchObject({ actual: 0, throttle: { remaining: 100 } });
  });

  it("that can never be paid is refused for good", async () => {
    expect(await ask("{ rows(first: 101) { id } }", "anna")).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: "COST_EXCEEDED", retryable: false, requested: 101, max: 100 } }],
    });
    expect(asked).toBe(0);
  });
});
