import { composeServices } from "@apollo/composition";
import { parse } from "graphql";
import { readRequirements } from "../../../gateway/authorization/requirements.ts";
import { composeSupergraph } from "../../../gateway/supergraph.ts";
import { member, refusedAt, startWorld, SUBGRAPHS } from "./world.ts";

const IMPORTED = `"@key", "@external", "@requires", "@shareable"`;
const HEADER = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${IMPORTED}, "@authenticated", "@requiresScopes", "@policy"])\n`;
const RENAMED = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${IMPORTED},
  { name: "@authenticated", as: "@signedIn" }, { name: "@requiresScopes", as: "@needs" }, { name: "@policy", as: "@rule" }])\n`;

/** A supergraph as Apollo's tools make it. */
function composedByApollo(...typeDefs: readonly string[]): string {
  const services = typeDefs.map((sdl, index) => ({
    name: SUBGRAPHS[index]!.name,
    typeDefs: parse(sdl) as any,
    url: "http://x",
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (!supergraphSdl) throw new Error(errors?.join("\n"));
  return supergraphSdl;
}
const composed = (...typeDefs: readonly string[]) =>
  composeSupergraph(typeDefs.map((sdl, index) => ({ name: SUBGRAPHS[index]!.name, sdl, url: "http://x" })));

/** The text with one thing in it changed, which must be there. */
function changed(text: string, from: string | RegExp, to: string): string {
  const result = text.replace(from, to);
  if (result === text) throw new Error(`There is no ${String(from)} in the text.`);
  return result;
}

/** What stands at coordinates, as far as it can be told. */
function demands(supergraphSdl: string, ...coordinates: readonly string[]) {
  const requirements = readRequirements(supergraphSdl)!;
  return coordinates.map((coordinate) => {
    const [type, field] = coordinate.split(".") as [string, string | undefined];
    const all = field === undefined ? requirements.ofType(type) : requirements.ofField(type, field);
    return all.map((each) => (each.kind === "authenticated" ? each.kind : each.alternatives));
  });
}

const EVERYTHING = `{ me { id } news { title body } search { __typename } people { ssn wage } stamp vault { __typename } ranks }`;

describe("the directives of a supergraph", () => {
  const texts = SUBGRAPHS.map(({ typeDefs }) => HEADER + typeDefs);
  const renamed = texts.map((text) =>
    text
      .replace(HEADER, RENAMED)
      .replaceAll(/@(authenticated|requiresScopes|policy)\b(?=[ (\n])/g, (_, name: string) =>
        name === "authenticated" ? "@signedIn" : name === "policy" ? "@rule" : "@needs",
      ),
  );
  const ours = composed(...texts);

  it.each([
    ["composed by Apollo's tools", () => composedByApollo(...texts)],
    ["under other names", () => composed(...renamed)],
    ["under other names, which the supergraph keeps", () => composedByApollo(...renamed)],
    [
      "under another namespace",
      () =>
        changed(
          ours.replaceAll("@authenticated", "@auth"),
          `authenticated/v0.1"`,
          `authenticated/v0.1", as: "auth"`,
        ),
    ],
  ])("hold as well when they are %s", async (_, supergraphOf) => {
    const supergraphSdl = supergraphOf();
    const known = startWorld();
    const other = startWorld({}, SUBGRAPHS, supergraphSdl);
    for (const caller of [undefined, member("hr"), member("payroll", "editor")]) {
      const expected = await known.ask(EVERYTHING, caller);
      expect(await other.ask(EVERYTHING, caller)).toEqual(expected);
      expect(refusedAt(expected).length).toBeGreaterThan(1);
    }
  });

  it("really are under other names there", () => {
    expect(composedByApollo(...renamed)).toMatch(/@signedIn[^]*@needs/);
    expect(composedByApollo(...renamed)).not.toMatch(/^ .*@authenticated(?!")/m);
  });

  it("are no concern of a supergraph that has none", () => {
    expect(readRequirements(composed(`${HEADER} type Query { a: Int }`))).toBeNull();
  });

  it("are not others' directives of the same names", () => {
    const plain = composed(`${HEADER} type Query { a: Int }`);
    const theirs = `${changed(plain, "a: Int", "a: Int @authenticated")}\ndirective @authenticated on FIELD_DEFINITION`;
    expect(readRequirements(theirs)).toBeNull();
  });

  it("add up over subgraphs: what each of them demands is demanded", () => {
    const field = (directives: string) =>
      `${HEADER} type Query { a: T @shareable } type T @shareable { f: Int ${directives} }`;
    for (const compose of [composed, composedByApollo]) {
      const supergraph = compose(
        field(`@requiresScopes(scopes: [["a", "b"], ["c"]]) @policy(policies: [["p"]])`),
        field(`@requiresScopes(scopes: [["d"]]) @authenticated`),
      );
      const [alternatives] = demands(supergraph, "T.f");
      expect(alternatives).toHaveLength(3);
      expect(alternatives).toEqual(
        expect.arrayContaining([
          "authenticated",
          [["p"]],
          expect.arrayContaining([
            ["c", "d"],
            ["a", "b", "d"],
          ]),
        ]),
      );
    }
  });

  it("are met by nobody where they leave no alternative, and by everybody where one asks for nothing", async () => {
    const one = composed(
      `${HEADER} type Query { none: Int @requiresScopes(scopes: [["x"]]) all: Int @policy(policies: [["y"]]) }`,
    );
    const supergraphSdl = changed(changed(one, `[["x"]]`, `[]`), `[["y"]]`, `[[]]`);
    const subgraphs = [
      {
        name: "people",
        typeDefs: "type Query { none: Int all: Int }",
        resolvers: { Query: { none: () => 1, all: () => 2 } },
      },
    ];
    const { ask } = startWorld({}, subgraphs, supergraphSdl);
    expect((await ask(`{ none all }`, member("x"))).data).toEqual({ none: null, all: 2 });
  });
});

describe("a supergraph of older composition", () => {
  const part = `${HEADER}
    type Query { i: I a: A b: B other: Int @authenticated }
    interface I { id: ID! name: String }
    type A implements I { id: ID! name: String }
    type B implements I { id: ID! name: String }`;
  const supergraph = composed(part);
  const subgraphs = [
    {
      name: "people",
      typeDefs: part.slice(HEADER.length),
      resolvers: {
        Query: { i: () => ({ __typename: "B", id: "1", name: "b" }), b: () => ({ id: "1", name: "b" }) },
      },
    },
  ];

  it("has on an interface what its implementations inherit, on every way to them", async () => {
    const onType = changed(supergraph, /(interface I [^{]*)\{/, "$1 @authenticated {");
    const { ask } = startWorld({}, subgraphs, onType);
    const answer = await ask(`{ i { id } ...F } fragment F on Query { b { id } }`);
    expect(answer.data).toEqual({ i: null, b: null });
    expect(refusedAt(answer)).toEqual([["i"], ["b"]]);
  });

  it("has on an interface's field what its implementations' fields inherit", async () => {
    const onField = changed(supergraph, /(interface I [^]*?name: String)/, "$1 @authenticated");
    const { ask } = startWorld({}, subgraphs, onField);
    const answer = await ask(`{ i { id name } b { id name } }`);
    expect(answer.data).toEqual({ i: { id: "1", name: null }, b: { id: "1", name: null } });
    expect(refusedAt(answer)).toEqual([
      ["i", "name"],
      ["b", "name"],
    ]);
  });

  it("has nothing on the interface of a protected type, which is withheld all the same", async () => {
    const onTypeOnly = changed(supergraph, /(type B [^{]*)\{/, "$1 @authenticated {");
    const { ask } = startWorld({}, subgraphs, onTypeOnly);
    expect((await ask(`{ i { id } b { id } }`)).data).toEqual({ i: null, b: null });
  });
});

describe("a field that is computed from a protected one", () => {
  const parts = [
    `${HEADER} type Query { box: Box } type Box @key(fields: "id") { id: ID! weight: Int @authenticated inside: Thing }
     interface Thing { size: Int } type Toy implements Thing { size: Int @requiresScopes(scopes: [["toys"]]) }`,
    `${HEADER} type Box @key(fields: "id") { id: ID! weight: Int @external inside: Thing @external
       price: Int @requires(fields: "weight") @authenticated
       label: String @requires(fields: "inside { ... on Toy { size } }") @requiresScopes(scopes: [["toys"]]) }
     interface Thing { size: Int } type Toy implements Thing { size: Int @external }`,
  ];

  it("demands the same, though its own directives don't say so", () => {
    const supergraph = composed(...parts);
    const bare = changed(
      changed(supergraph, /(price: Int @join__field\([^)]*\)) @authenticated/, "$1"),
      /(label: String @join__field\([^)]*\)) @requiresScopes\([^)]*\)/,
      "$1",
    );
    for (const text of [supergraph, bare]) {
      expect(demands(text, "Box.price", "Box.label", "Box.id")).toEqual([
        ["authenticated"],
        [[["toys"]]],
        [],
      ]);
    }
  });
});
