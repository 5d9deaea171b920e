import { startFixture } from "./fixture.ts";

/** What changes and reads have been seen by subgraphs, in order. */
const log: string[] = [];
beforeEach(() => void log.splice(0));

const later = <T>(value: T) => new Promise<T>((resolve) => setTimeout(() => resolve(value), 5));

const subgraphs = [
  {
    name: "changes",
    typeDefs: `
      type Query { a: Int }
      type Mutation { one(n: Int!): Change! many(n: Int!): [Change!]! plain(n: Int!): Int fails(n: Int): Change }
      type Change { n: Int thing: Thing }
      type Thing @key(fields: "id") { id: ID! }
    `,
    resolvers: {
      Mutation: {
        one: (_: unknown, { n }: { n: number }) => (log.push(`one ${n}`), { n, thing: { id: n } }),
        many: (_: unknown, { n }: { n: number }) => (log.push(`many ${n}`), [{ n, thing: { id: n } }]),
        plain: (_: unknown, { n }: { n: number }) => (log.push(`plain ${n}`), n),
        fails: () => {
          log.push("fails");
          throw new Error("not changed");
        },
      },
    },
  },
  {
    name: "things",
    typeDefs: `type Query { b: Int } type Thing @key(fields: "id") { id: ID! seen: [String!]! maker: Maker }
      type Maker @key(fields: "id") { id: ID! }`,
    resolvers: {
      Thing: {
        seen: () => later(null).then(() => [...log]),
        maker: ({ id }: { id: string }) => later({ id }),
      },
    },
  },
  {
    name: "makers",
    typeDefs: `type Query { c: Int } type Maker @key(fields: "id") { id: ID! knows: [String!]! }`,
    resolvers: { Maker: { knows: () => later(null).then(() => [...log]) } },
  },
];

describe("a mutation", () => {
  const { ask, requests } = startFixture(subgraphs);
  beforeEach(() => void requests.splice(0));

  it("completes each field with what other subgraphs have of it before the next field changes anything", async () => {
    expect(await ask(`mutation { x: one(n: 1) { thing { seen } } y: one(n: 2) { thing { seen } } }`)).toEqual(
      {
        data: { x: { thing: { seen: ["one 1"] } }, y: { thing: { seen: ["one 1", "one 2"] } } },
      },
    );
  });

  it("completes it over several subgraphs, one after the other, and in lists", async () => {
    const query = `mutation($n: Int!) { many(n: $n) { thing { maker { knows } } } one(n: 2) { n thing { maker { knows } seen } } }`;
    expect(await ask(query, { n: 1 })).toEqual({
      data: {
        many: [{ thing: { maker: { knows: ["many 1"] } } }],
        one: { n: 2, thing: { maker: { knows: ["many 1", "one 2"] }, seen: ["many 1", "one 2"] } },
      },
    });
    const variables = requests.map(({ variables: given }) => given);
    // A subgraph refuses a variable that its part of the operation doesn't declare.
    expect(variables.filter((given) => given && "n" in given)).toHaveLength(1);
  });

  it("sends fields together that nothing completes, and those before one that something does", async () => {
    const query = `mutation { a: plain(n: 1) b: plain(n: 2) c: one(n: 3) { thing { seen } } d: plain(n: 4) e: one(n: 5) { n } }`;
    expect(await ask(query)).toEqual({
      data: { a: 1, b: 2, c: { thing: { seen: ["plain 1", "plain 2", "one 3"] } }, d: 4, e: { n: 5 } },
    });
    const changes = requests.filter(({ operationKind }) => operationKind === "mutation");
    expect(changes.map((change) => change.query.match(/_as_\w/g)!.join())).toEqual([
      "_as_a,_as_b,_as_c",
      "_as_d,_as_e",
    ]);
  });

  it("goes on after a field that failed", async () => {
    const { data, errors } = await ask(
      `mutation { x: fails { thing { seen } } y: one(n: 2) { thing { seen } } z: fails(n: 3) { thing { id } } }`,
    );
    expect(data).toEqual({ x: null, y: { thing: { seen: ["fails", "one 2"] } }, z: null });
    expect(errors).toMatchObject([{ path: ["x"] }, { path: ["z"] }]);
  });
});
