import { buildSchema, parse, print, validate } from "graphql";
import { createDryRun } from "../../../gateway/budget/dry-run.ts";
import { rateLimitOf } from "../../../gateway/budget/rate-limit.ts";
import { spenderOf } from "../../../gateway/budget/spender.ts";
import { budgetHeaders, costExtension } from "../../../gateway/budget/throttle.ts";

const schema = buildSchema(
  `type Query { a: Int q: Query rateLimit(dryRun: Boolean! = false): RateLimit } type RateLimit { cost: Float! }`,
);
const BALANCE = { capacity: 1_000, refillPerSecond: 10, remaining: 400 };

describe("A dry run", () => {
  const dryRun = createDryRun(schema);
  const rest = (text: string, variables = {}) => {
    const document = parse(text);
    expect(validate(schema, document)).toEqual([]);
    const left = dryRun(document, undefined, variables);
    return left && print(left).replace(/\s+/g, " ");
  };

  it("leaves rateLimit alone at the root, wherever it stands", () => {
    expect(rest("{ a rateLimit(dryRun: true) { cost } }")).toBe("{ rateLimit(dryRun: true) { cost } }");
    const spread =
      "{ ...F } fragment F on Query { a x: rateLimit(dryRun: true) { ...G } } fragment G on RateLimit { cost }";
    expect(rest(spread)).toBe(
      "{ ... on Query { x: rateLimit(dryRun: true) { ...G } } } fragment G on RateLimit { cost }",
    );
  });

  it("is told by the variables and their defaults", () => {
    const text = "query ($dry: Boolean! = true) { a rateLimit(dryRun: $dry) { cost } }";
    expect(rest(text)).not.toBeNull();
    expect(rest(text, { dry: false })).toBeNull();
  });

  it("is nothing else", () => {
    expect(rest("{ a }")).toBeNull();
    expect(rest("{ a rateLimit { cost } }")).toBeNull();
    expect(rest("{ a rateLimit(dryRun: true) @skip(if: true) { cost } }")).toBeNull();
    expect(rest("{ q { rateLimit(dryRun: true) { cost } } }")).toBeNull();
  });
});

describe("What is told of a budget", () => {
  it("is the same in the graph, in headers and in the answer's extensions", () => {
    expect(rateLimitOf({ requested: 7, balance: BALANCE }, 0)).toEqual({
      cost: 7,
      limit: 1_000,
      remaining: 400,
      used: 600,
      refillPerSecond: 10,
      resetAt: "1970-01-01T00:01:00.000Z",
    });
    expect(budgetHeaders(BALANCE, 0)).toEqual({
      "x-ratelimit-limit": "1000",
      "x-ratelimit-remaining": "400",
      "x-ratelimit-used": "600",
      "x-ratelimit-reset": "60",
    });
    expect(costExtension(7, 3, BALANCE)).toEqual({ requested: 7, actual: 3, throttle: BALANCE });
  });

  it("is the cost alone where there is no bound", () => {
    expect(rateLimitOf({ requested: 7, balance: null })).toMatchObject({ cost: 7, limit: null });
    expect(costExtension(7, 3, null)).toEqual({ requested: 7, actual: 3 });
  });
});

describe("A budget's owner", () => {
  const budgets = {
    member: { capacity: 9, refillPerSecond: 9 },
    visitor: { capacity: 1, refillPerSecond: 1 },
  };
  const idOf = (kind: "NONE" | "TOKEN" | "API_KEY", id: string | null, address: string) =>
    spenderOf({ credential: { kind, id } }, address, budgets)?.id;

  it("is the key, the member, or a visitor's address", () => {
    expect(idOf("API_KEY", "k1", "192.0.2.1")).toBe("key:k1");
    expect(idOf("TOKEN", "p1", "192.0.2.1")).toBe("member:p1");
    expect(idOf("NONE", null, "192.0.2.1")).toBe("address:192.0.2.1");
  });

  it.each([
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::6", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
  ])("is the network of one host: %s", (address, network) => {
    expect(idOf("NONE", null, address)).toBe(`address:${network}`);
  });
});
