import { member, refusedAt, startWorld, VISITOR } from "./world.ts";

const world = startWorld();
const { ask, asked } = world;
beforeEach(() => void asked());

describe("a protected field", () => {
  it("is null, says so at its path, and no subgraph hears of it", async () => {
    expect(await ask(`{ people { name ssn } }`)).toEqual({
      data: {
        people: [
          { name: "Person 1", ssn: null },
          { name: "Person 2", ssn: null },
        ],
      },
      errors: [
        {
          message: "Unauthorized field or type.",
          path: ["people", "ssn"],
          extensions: { code: "UNAUTHORIZED_FIELD_OR_TYPE" },
        },
      ],
    });
    expect(asked()).toBe("{people{name}}");
  });

  it("is there for who has its scope, or one of several", async () => {
    expect(await ask(`{ person(id: "1") { ssn rank } }`, member("hr"))).toEqual({
      data: { person: { ssn: "SECRET ssn 1", rank: "CHIEF" } },
    });
    expect(await ask(`{ person(id: "1") { rank wage bonus } }`, member("payroll"))).toEqual({
      data: { person: { rank: "CHIEF", wage: 1001, bonus: 10 } },
    });
  });

  it("needs all scopes that stand together", async () => {
    const query = `{ node(id: "l1") { ... on Leak { body } } }`;
    for (const scopes of [["press"], ["read"], ["press", "write"], ["press read"]]) {
      expect(await ask(query, member(...scopes))).toMatchObject({ data: { node: { body: null } } });
    }
    for (const scopes of [["read", "press"], ["editor"]]) {
      expect(await ask(query, member(...scopes))).toEqual({ data: { node: { body: "SECRET body l1" } } });
    }
  });

  it("carries its null as far as it must when it cannot be null", async () => {
    const answer = await ask(`{ people { name bonus } open }`);
    expect(answer.data).toEqual({ people: [null, null], open: 2 });
    expect(refusedAt(answer)).toEqual([["people", "bonus"]]);
    const all = await ask(`{ must open }`);
    expect(all.data).toBeNull();
    expect(refusedAt(all)).toEqual([["must"]]);
  });

  it("asks nobody when there is nothing else", async () => {
    const query = `{ me { name } ... on Query { x: stamp } ...S } fragment S on Query { stamp vault { __typename } }`;
    expect(refusedAt(await ask(query))).toEqual([["me"], ["x"], ["stamp"], ["vault"]]);
    expect(asked()).toBe("");
  });

  it("leaves what holds it: how many there are is no secret", async () => {
    expect((await ask(`{ people { ssn } }`)).data).toEqual({ people: [{ ssn: null }, { ssn: null }] });
    expect(asked()).toBe("{people{__typename}}");
  });

  it.each([
    ["an alias", `{ person(id: "1") { name: ssn } }`, ["person", "name"]],
    ["the alias of another field", `{ person(id: "1") { id: ssn } }`, ["person", "id"]],
    ["an inline fragment", `{ person(id: "1") { ... { ... on Node { ... on Person { ssn } } } } }`],
    [
      "nested fragments",
      `{ person(id: "1") { ...A } } fragment A on Person { ...B } fragment B on Node { ...C } fragment C on Person { ssn }`,
    ],
    ["a fragment on its interface", `{ node(id: "1") { id ... on Person { ssn } } }`, ["node", "ssn"]],
    ["@include", `query ($on: Boolean!) { person(id: "1") { ssn @include(if: $on) } }`],
    ["@skip", `query ($off: Boolean!) { person(id: "1") { ... @skip(if: $off) { ssn } } }`],
    ["a type's own field of its type", `{ person(id: "1") { ssn friends { friends { ssn } } } }`],
  ])("is not reached through %s", async (_, query, path = ["person", "ssn"]) => {
    const answer = await ask(query, VISITOR, { on: true, off: false });
    expect(refusedAt(answer)).toEqual([path]);
    expect(JSON.stringify(answer.data)).not.toMatch(/SECRET/);
    expect(asked()).not.toMatch(/ssn/);
  });

  it("is no error where its condition leaves it out", async () => {
    const query = `query ($on: Boolean!) { people { id ssn @include(if: $on) } ... @include(if: $on) { me { id } } }`;
    expect(await ask(query, VISITOR, { on: false })).toEqual({
      data: { people: [{ id: "1" }, { id: "2" }] },
    });
    expect(refusedAt(await ask(query, VISITOR, { on: true }))).toEqual([["people", "ssn"], ["me"]]);
  });

  it("takes its variables with it", async () => {
    const query = `query ($id: ID!, $on: Boolean!, $words: Int) {
      open people { id } node(id: $id) { ... on Leak { body(words: $words) @include(if: $on) } } }`;
    const answer = await ask(query, VISITOR, { id: "l1", on: true, words: 3 });
    expect(answer.data).toEqual({ open: 2, people: [{ id: "1" }, { id: "2" }], node: { body: null } });
    expect(world.requests.at(-1)!.variables).toEqual({ id: "l1" });
  });
});

describe("a protected type", () => {
  it.each([
    ["an object", `{ vault { __typename safe { code } } }`, ["vault"]],
    [
      "an object of another subgraph",
      `{ person(id: "1") { account { __typename iban } } }`,
      ["person", "account"],
    ],
    ["a scalar", `{ stamp }`, ["stamp"]],
    ["an enum, in a list", `{ ranks }`, ["ranks"]],
  ])("is withheld with the fields that return it: %s", async (_, query, path) => {
    const answer = await ask(query);
    expect(refusedAt(answer)).toEqual([path]);
    expect(JSON.stringify(answer.data)).not.toMatch(/SECRET|CHIEF|typename/);
    expect(asked()).not.toMatch(/vault|account|stamp|ranks/);
  });

  it("is there for who has signed in", async () => {
    expect(await ask(`{ person(id: "1") { account { iban } } }`, member())).toEqual({
      data: { person: { account: { iban: "SECRET iban 1" } } },
    });
  });
});

describe("a protected root field", () => {
  it("of a mutation does not run, and others do", async () => {
    const query = `mutation { a: greet(name: "a") hire(name: "b") { id } c: greet(name: "c") }`;
    const answer = await ask(query, member("payroll"));
    expect(answer.data).toEqual({ a: "Hello a", hire: null, c: "Hello c" });
    expect(refusedAt(answer)).toEqual([["hire"]]);
    expect(asked()).not.toMatch(/hire/);
    expect(await ask(`mutation { hire(name: "b") { name } }`, member("hr"))).toEqual({
      data: { hire: { name: "b" } },
    });
  });

  it("does not keep anybody from asking about the schema", async () => {
    const answer = await ask(
      `{ __schema { queryType { name } } __type(name: "Memo") { name } __typename me { id } }`,
    );
    expect(answer.data).toEqual({
      __schema: { queryType: { name: "Query" } },
      __type: { name: "Memo" },
      __typename: "Query",
      me: null,
    });
  });

  it("does so even where the whole root is protected", async () => {
    const typeDefs = `type Query @authenticated { a: Int }`;
    const closed = startWorld({}, [{ name: "people", typeDefs, resolvers: { Query: { a: () => 1 } } }]);
    const answer = await closed.ask(`{ __schema { queryType { name } } a }`);
    expect(answer.data).toEqual({ __schema: { queryType: { name: "Query" } }, a: null });
    expect(refusedAt(answer)).toEqual([["a"]]);
    expect(closed.asked()).toBe("");
    expect(await closed.ask(`{ a }`, member())).toEqual({ data: { a: 1 } });
  });
});
