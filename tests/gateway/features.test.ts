import { composeServices } from "@apollo/composition";
import { parse, printSchema } from "graphql";
import { readDeclared } from "../../gateway/authorization/declared.ts";
import { createPlanner } from "../../gateway/execution/planner.ts";
import { readCostDirectives } from "../../gateway/limits/cost/directives.ts";
import { startFixture } from "./fixture.ts";

const FEDERATION = "https://specs.apollo.dev/federation/v2.12";

/** A supergraph over one subgraph that imports what is said. */
function composed(imports: string, typeDefs: string): string {
  const header = `extend schema @link(url: "${FEDERATION}", import: [${imports}])\n`;
  const services = [{ name: "a", url: "http://a.invalid/", typeDefs: parse(header + typeDefs) as any }];
  const { supergraphSdl, errors } = composeServices(services);
  if (!supergraphSdl) throw new Error(errors?.join("\n"));
  return supergraphSdl;
}

const shownOf = async (supergraph: string) => printSchema((await createPlanner(supergraph)).apiSchema);
const VISIBLE = "type Query {\n  a: Int\n}";
const HIDING = composed(`"@inaccessible"`, `type Query { a: Int secret: Int @inaccessible }`);
const LINKED = `@link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)`;
const renamed = (name: string) => HIDING.replaceAll(/@inaccessible\b(?!")/g, `@${name}`);

describe("a feature of a supergraph is known by its address, whatever it is called here", () => {
  it.each([
    ["its own name", HIDING],
    [
      "another name by its import",
      composed(`{ name: "@inaccessible", as: "@private" }`, `type Query { a: Int secret: Int @private }`),
    ],
    ["another name by its link", renamed("hid").replace(LINKED, LINKED.replace(")", `, as: "hid")`))],
    ["its prefixed name", renamed("hid__inaccessible").replace(LINKED, LINKED.replace(")", `, as: "hid")`))],
    [
      "an import that is no list",
      renamed("private").replace(
        LINKED,
        LINKED.replace(")", `, import: { name: "@inaccessible", as: "@private" })`),
      ),
    ],
    [
      "another name in an extension of the schema",
      `extend schema ${LINKED.replace(")", `, as: "hid")`)}\n${renamed("hid").replace(LINKED, "")}`,
    ],
    ["an address with a slash at its end", HIDING.replace("inaccessible/v0.2", "inaccessible/v0.2/")],
    [
      "a link that has another name itself",
      renamed("hid")
        .replace(LINKED, LINKED.replace(")", `, as: "hid")`))
        .replaceAll("@link(", "@uses(")
        .replace(`link/v1.0"`, `link/v1.0", as: "uses"`),
    ],
  ])("@inaccessible hides under %s", async (_, supergraph) => {
    expect(supergraph).toContain("specs.apollo.dev/inaccessible/v0.2");
    expect(await shownOf(supergraph)).toBe(VISIBLE);
  });

  it("hides what is renamed from introspection and from queries alike", async () => {
    const supergraph = composed(
      `{ name: "@inaccessible", as: "@private" }`,
      `type Query { a: Int secret: Int @private }`,
    );
    const resolvers = { Query: { a: () => 1, secret: () => 2 } };
    const subgraph = { name: "a", typeDefs: `type Query { a: Int secret: Int @inaccessible }`, resolvers };
    const { ask } = startFixture([subgraph], undefined, supergraph);
    expect(await ask(`{ a __type(name: "Query") { fields { name } } }`)).toEqual({
      data: { a: 1, __type: { fields: [{ name: "a" }] } },
    });
    expect((await ask(`{ secret }`)).errors).toMatchObject([
      { message: 'Cannot query field "secret" on type "Query".' },
    ]);
  });

  it("shows nothing of renamed tags, costs and access rules, which still apply", async () => {
    const supergraph = composed(
      `{ name: "@tag", as: "@label" }, { name: "@cost", as: "@price" }, { name: "@authenticated", as: "@known" },
       { name: "@requiresScopes", as: "@scoped" }, { name: "@listSize", as: "@size" }`,
      `type Query { a: Int @label(name: "x") @price(weight: 3) @known b: [Int] @scoped(scopes: [["s"]]) @size(assumedSize: 9) }`,
    );
    expect(supergraph).toMatch(/@known.*@price|@price.*@known/s);
    expect(await shownOf(supergraph)).toBe("type Query {\n  a: Int\n  b: [Int]\n}");
    const { weights, listSizes } = readCostDirectives(supergraph);
    expect(weights.get("Query.a")).toBe(3);
    expect(listSizes.get("Query.b")).toMatchObject({ assumedSize: 9 });
    expect([...readDeclared(parse(supergraph)).keys()]).toEqual(["Query.a", "Query.b"]);
  });

  const WITH = (link: string) => HIDING.replace("schema\n", `schema\n  ${link}\n`);
  it.each([
    [
      "at another domain",
      HIDING.replace("specs.apollo.dev/inaccessible/v0.2", "example.com/inaccessible/v1.0"),
    ],
    ["below another path", HIDING.replace("apollo.dev/inaccessible", "apollo.dev/more/inaccessible")],
    ["at another port", HIDING.replace("apollo.dev/inaccessible", "apollo.dev:8443/inaccessible")],
    ["in an unknown version", HIDING.replace("inaccessible/v0.2", "inaccessible/v9.0")],
    [
      "in an unknown version that nobody says is needed",
      HIDING.replace(`inaccessible/v0.2", for: SECURITY`, `inaccessible/v9.0"`),
    ],
    ["in no version", HIDING.replace("inaccessible/v0.2", "inaccessible")],
    ["in an unknown version of join", HIDING.replace("join/v0.5", "join/v0.9")],
    ["by @core", WITH(`@core(feature: "https://example.com/secrecy/v1.0", for: SECURITY)`)],
    [
      "by @core, of Federation 1",
      WITH(`@core(feature: "https://specs.apollo.dev/join/v0.1", for: EXECUTION)`),
    ],
    [
      "with the name of one that is harmless",
      WITH(`@link(url: "https://example.com/tag/v0.3", for: EXECUTION)`),
    ],
    ["that has no address at all", WITH(`@link(url: "secrecy", for: SECURITY)`)],
  ])("refuses one that it does not know: %s", async (_, supergraph) => {
    expect(supergraph).not.toBe(HIDING);
    await expect(createPlanner(supergraph)).rejects.toThrow(
      /^it depends on \w+ \(.*\), which this gateway does not do/,
    );
  });

  it("takes one that nobody needs, and does not mistake its directive for that of Federation", async () => {
    const link = `@link(url: "https://example.com/inaccessible/v1.0", import: ["@inaccessible"])`;
    const supergraph = renamed("hid").replace(LINKED, `${link} ${LINKED.replace(")", `, as: "hid")`)}`);
    const noted = supergraph.replace("a: Int", "a: Int @inaccessible");
    expect(noted).not.toBe(supergraph);
    expect(await shownOf(noted)).toBe(VISIBLE);
  });

  it("keeps a type of such a feature where clients meet it", async () => {
    const supergraph = HIDING.replace("a: Int", "a: Money").replace(
      "schema\n",
      `scalar Money\nschema\n  @link(url: "https://example.com/money/v1.0", import: ["Money"])\n`,
    );
    expect(await shownOf(supergraph)).toContain("scalar Money");
  });

  it("ignores @cacheTag, which is a hint", async () => {
    const supergraph = composed(`"@cacheTag"`, `type Query { a: Int @cacheTag(format: "a") }`);
    expect(supergraph).toContain("cacheTag/v0.1");
    expect(await shownOf(supergraph)).toBe(VISIBLE);
  });
});
