import type { Caller } from "../../../gateway/identity/caller.ts";
import { NOBODY } from "../../../gateway/identity/caller.ts";
import { parse } from "graphql";
import { member, refusedAt, startWorld, VISITOR } from "./world.ts";

describe("a policy", () => {
  const asked: [string | null, readonly string[]][] = [];
  const keeper = member();
  const policies = async (caller: Caller, names: readonly string[]) => {
    asked.push([caller.credential.id, names]);
    return new Set(caller === keeper ? ["keeper"] : []);
  };
  beforeEach(() => void (asked.length = 0));

  it("is decided by the operator, once for an operation and for what it touches", async () => {
    const { ask } = startWorld({ policies });
    expect(await ask(`{ vault { safe { code } } again: vault { safe { code } } }`, keeper)).toEqual({
      data: { vault: { safe: { code: "SECRET code" } }, again: { safe: { code: "SECRET code" } } },
    });
    expect(asked).toEqual([["p1", ["keeper"]]]);
    const answer = await ask(`{ vault { safe { code } } stamp }`, VISITOR);
    expect(answer.data).toEqual({ vault: null, stamp: null });
    expect(asked[1]![0]).toBeNull();
    expect([...asked[1]![1]].sort()).toEqual(["keeper", "owner", "signer"]);
  });

  it("isn't asked about where none is touched", async () => {
    const { ask } = startWorld({ policies });
    await ask(`{ open me { id } }`);
    expect(asked).toEqual([]);
  });

  it("holds for nobody when there is nobody to ask", async () => {
    const { ask } = startWorld();
    expect(refusedAt(await ask(`{ vault { __typename } stamp }`, member("keeper", "owner")))).toEqual([
      ["vault"],
      ["stamp"],
    ]);
  });

  it("holds where the caller's token says so", async () => {
    const { ask } = startWorld();
    const query = `{ vault { safe { code } } stamp }`;
    const answer = await ask(query, { ...member(), policies: ["keeper"] });
    expect(answer.data).toMatchObject({ vault: { safe: { code: "SECRET code" } }, stamp: null });
    expect(refusedAt(await ask(query, { ...member(), policies: ["keeper", "signer"] }))).toEqual([]);
  });

  it("that cannot be decided shows nothing", async () => {
    const { ask, asked: sent } = startWorld({ policies: () => Promise.reject(new Error("down")) });
    expect(await ask(`{ open vault { safe { code } } }`)).toMatchObject({
      data: null,
      errors: [{ extensions: { code: "INTERNAL_SERVER_ERROR" } }],
    });
    expect(sent()).toBe("");
  });
});

describe("what is kept of an operation", () => {
  it("is never another caller's", async () => {
    const { graph } = startWorld();
    const document = parse(`{ people { ssn wage } }`);
    const ask = async (caller: Caller) => {
      const { data } = await (await graph).execute({ document, viewer: caller.viewer, caller });
      return (data as { people: unknown[] }).people[0];
    };
    const all: [Caller, object][] = [
      [VISITOR, { ssn: null, wage: null }],
      [member("hr"), { ssn: "SECRET ssn 1", wage: null }],
      [member("payroll"), { ssn: null, wage: 1001 }],
      [member("payroll", "hr"), { ssn: "SECRET ssn 1", wage: 1001 }],
      [member("else"), { ssn: null, wage: null }],
    ];
    for (const [caller, expected] of [...all, ...all].reverse()) expect(await ask(caller)).toEqual(expected);
    await Promise.all(all.map(async ([caller, expected]) => expect(await ask(caller)).toEqual(expected)));
  });

  it("is each operation's of a document", async () => {
    const { graph } = startWorld();
    const document = parse(
      `query A { me { ...P } } query B { people { ...P } } fragment P on Person { name ssn }`,
    );
    const ask = async (operationName: string, caller: Caller) =>
      (await graph).execute({ document, operationName, viewer: caller.viewer, caller });
    for (let turn = 0; turn < 2; turn++) {
      expect((await ask("A", NOBODY)).data).toEqual({ me: null });
      expect((await ask("A", member())).data).toEqual({ me: { name: "Person 1", ssn: null } });
      expect((await ask("B", member("hr"))).data).toMatchObject({ people: [{ ssn: "SECRET ssn 1" }, {}] });
    }
  });

  it("is bounded: a long operation over nested interfaces stays as long as it is, times the types", async () => {
    const { graph, ask } = startWorld();
    const { supergraphSdl, apiSchema } = await graph;
    let query = "{ id }";
    for (let depth = 0; depth < 60; depth++) query = `{ ... on Story { about ${query} } }`;
    const document = parse(`{ node(id: "n1") ${query} }`);
    const { createAuthorizer } = await import("../../../gateway/authorization/authorizer.ts");
    const authorize = createAuthorizer(supergraphSdl, apiSchema)!;
    const permitted = await authorize(document, null, NOBODY);
    expect(permitted!.document.definitions.length).toBeLessThan(60 * 8);
    expect((await ask(`{ node(id: "n1") { ... on Story { about { id } } } }`)).data).toEqual({
      node: { about: { id: "1" } },
    });
  });
});

describe("a caller of whom only the viewer is known", () => {
  it("has signed in when the viewer has, and has no scopes", async () => {
    const { graph } = startWorld();
    const document = parse(`{ me { name ssn } }`);
    const { viewer } = member();
    expect((await (await graph).execute({ document, viewer })).data).toEqual({
      me: { name: "Person 1", ssn: null },
    });
    expect((await (await graph).execute({ document, viewer: NOBODY.viewer })).data).toEqual({ me: null });
  });
});
