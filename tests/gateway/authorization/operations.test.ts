import fc from "fast-check";
import type { GraphQLNamedType, GraphQLSchema } from "graphql";
import {
  execute,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import { NoUnusedFragmentsRule } from "graphql";
import type { Caller } from "../../../gateway/identity/caller.ts";
import { member, refusedAt, startWorld, SUBGRAPHS, VISITOR } from "./world.ts";

const { graph, ask, asked } = startWorld();
let schema: GraphQLSchema;
beforeAll(async () => {
  schema = (await graph).apiSchema;
});

/** What callers may not see, written out by hand. */
interface Hidden {
  readonly types: readonly string[];
  readonly fields: readonly string[];
  /** What no subgraph may be asked for. */
  readonly words: RegExp;
}
const VAULT = ["Query.vault", "Query.stamp", "Person.ssn", "Leak.body"];
const CALLERS: readonly [string, Caller, Hidden][] = [
  [
    "a visitor",
    VISITOR,
    {
      types: ["Memo"],
      fields: [...VAULT, "Query.me", "Query.must", "Query.ranks"].concat(
        ["rank", "wage", "bonus", "account"].map((name) => `Person.${name}`),
      ),
      words: /\b(me|must|ranks?|vault|stamp|ssn|wage|bonus|account|iban|pages|Memo)\b/,
    },
  ],
  [
    "somebody with some of the scopes",
    member("payroll", "press"),
    { types: [], fields: VAULT, words: /\b(vault|stamp|ssn)\b/ },
  ],
  [
    "somebody with others",
    member("editor", "keeper"),
    {
      types: [],
      fields: ["Query.vault", "Query.stamp", "Query.ranks"].concat(
        ["rank", "ssn", "wage", "bonus"].map((name) => `Person.${name}`),
      ),
      words: /\b(vault|stamp|ssn|wage|bonus|ranks?)\b/,
    },
  ],
];

const roots: Record<string, (...given: any[]) => unknown> = Object.assign(
  {},
  ...SUBGRAPHS.map(({ resolvers }) => resolvers["Query"]),
);

/** The answer of one schema over the same data, in which what is hidden fails when it is reached. */
async function expected(query: string, { types, fields }: Hidden) {
  return execute({
    schema,
    document: parse(query),
    variableValues: { on: true, off: false },
    typeResolver: ({ __typename }: { __typename: string }) => {
      if (types.includes(__typename)) throw new Error("hidden");
      return __typename;
    },
    fieldResolver: (source: Record<string, unknown> | undefined, args, _, { parentType, fieldName }) => {
      if (fields.includes(`${parentType.name}.${fieldName}`)) throw new Error("hidden");
      if (parentType.name === "Query") return roots[fieldName]!(source, args);
      const value = source![fieldName];
      return typeof value === "function" ? (value as () => unknown)() : value;
    },
  });
}

const alias = fc.constantFrom("", "", "", "x: ", "y: ", "id: ", "title: ");
const condition = fc.constantFrom(
  "",
  "",
  "",
  "",
  " @include(if: $on)",
  " @skip(if: $on)",
  " @skip(if: $off)",
);
const GIVEN: Readonly<Record<string, string>> = {
  "Query.person": `(id: "1")`,
  "Query.node": `(id: "m1")`,
};

/** Selection sets on every type that operations can reach, in text. */
const operations = () =>
  fc.letrec<Record<string, string>>((tie) => {
    const named = Object.values(schema.getTypeMap()).filter(
      (type): type is GraphQLNamedType => isCompositeType(type) && !type.name.startsWith("__"),
    );
    const setOn = (type: GraphQLNamedType) => {
      const leaves: fc.Arbitrary<string>[] = [];
      const deeper: fc.Arbitrary<string>[] = [];
      const add = (name: string, inner?: string) =>
        (inner ? deeper : leaves).push(
          fc
            .tuple(alias, condition, inner ? tie(inner) : fc.constant(""))
            .map(([as, when, below]) => `${as}${name}${GIVEN[`${type.name}.${name}`] ?? ""}${when} ${below}`),
        );
      add("__typename");
      for (const field of Object.values("getFields" in type ? type.getFields() : {})) {
        const returned = getNamedType(field.type);
        add(field.name, isCompositeType(returned) ? returned.name : undefined);
      }
      for (const other of named) {
        if (type.name === "Query" || !isCompositeType(type) || !isCompositeType(other)) continue;
        const objects = isObjectType(other) ? [other] : schema.getPossibleTypes(other);
        const meets = objects.some(
          (each) => each === type || (isAbstractType(type) && schema.isSubType(type, each)),
        );
        if (!meets) continue;
        deeper.push(
          fc.tuple(condition, tie(other.name)).map(([when, below]) => `... on ${other.name}${when} ${below}`),
          fc.constant(`...F${other.name}`),
        );
      }
      return fc
        .array(fc.oneof({ depthSize: "small", maxDepth: 6 }, ...leaves, ...deeper), {
          minLength: 1,
          maxLength: 4,
        })
        .map((each) => `{ ${each.join(" ")} }`);
    };
    return Object.fromEntries(named.map((type) => [type.name, setOn(type)]));
  })["Query"]!;

const FRAGMENTS: Readonly<Record<string, string>> = {
  Node: `{ id ... on Person { ssn } ...FStory }`,
  Story: `{ title body(words: 2) about { ... on Node { id } ...FPerson } }`,
  Memo: `{ pages title }`,
  Leak: `{ body source }`,
  Note: `{ body }`,
  Person: `{ name wage account { iban } }`,
  Hit: `{ ...FMemo ...FPerson }`,
  Safe: `{ code }`,
  Vault: `{ safe { code } }`,
  Account: `{ iban }`,
};

/** An operation with the fragments and variables that it uses. */
function complete(selection: string): string {
  let text = selection;
  for (let size = -1; size !== text.length;) {
    size = text.length;
    for (const [, name] of text.matchAll(/\.\.\.F(\w+)/g)) {
      const head = `fragment F${name} on ${name} `;
      if (!text.includes(head)) text += ` ${head}${FRAGMENTS[name!]}`;
    }
  }
  const declared = ["on", "off"]
    .filter((name) => text.includes(`$${name}`))
    .map((name) => `$${name}: Boolean!`);
  return `query ${declared.length > 0 ? `(${declared.join(", ")})` : ""} ${text}`;
}

describe("any operation", () => {
  it.each(CALLERS)("of %s shows what they may see, and asks for nothing else", async (_, caller, hidden) => {
    let [compared, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(operations().map(complete), async (query) => {
        const rules = specifiedRules.filter((rule) => rule !== NoUnusedFragmentsRule);
        fc.pre(validate(schema, parse(query), rules).length === 0);
        asked();
        const answer = await ask(query, caller, { on: true, off: false });
        const sent = asked();
        const { data, errors } = await expected(query, hidden);
        compared++;
        if (errors) refused++;
        expect({ query, data: answer.data }).toEqual({ query, data: JSON.parse(JSON.stringify(data)) });
        expect({ query, isRefused: refusedAt(answer).length > 0 }).toEqual({
          query,
          isRefused: Boolean(errors),
        });
        const secrets = caller === VISITOR ? /SECRET/.exec(JSON.stringify(answer)) : null;
        expect({ query, secrets }).toEqual({ query, secrets: null });
        expect({ query, found: hidden.words.exec(sent) }).toEqual({ query, found: null });
      }),
      {
        numRuns: Number(process.env["AUTHORIZATION_RUNS"] ?? 150),
        seed: Number(process.env["AUTHORIZATION_SEED"] ?? 11),
      },
    );
    expect(compared).toBeGreaterThan(50);
    expect(refused).toBeGreaterThan(20);
  });
});
