import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSchema, getIntrospectionQuery, GraphQLError } from "graphql";

const read = (file: string) => readFileSync(join(__dirname, "../../..", file), "utf8");

/** The text of the platform's supergraph. */
export const supergraphSdl = read("schema/supergraph.graphql");

/** What clients see of it. */
export const apiSchema = buildSchema(read("schema/api.graphql"));

/** What must always be let in, each with variables. */
export const EXAMPLES: Readonly<Record<string, readonly [text: string, variables: Record<string, unknown>]>> =
  {
    "the flagship": [read("schema/operations/flagship.graphql"), { state: "OH", first: 25 }],
    "the flagship of the process tests": [between(read("tests/e2e/flagship.ts"), "`"), { state: "OH" }],
    "the README's first query": [read("schema/operations/first-query.graphql"), {}],
    "the explorer's first query": [between(read("gateway/explorer.ts"), "`"), {}],
    "an explorer's introspection": [
      getIntrospectionQuery({
        descriptions: true,
        specifiedByUrl: true,
        directiveIsRepeatable: true,
        schemaDescription: true,
        inputValueDeprecation: true,
        oneOf: true,
      }),
      {},
    ],
  };

function between(text: string, mark: string): string {
  return text.split(mark)[1]!;
}

/** So many copies, one behind the other. */
export const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(" ");

/** Fragments of which each spreads the next one twice, under aliases that keep the two apart. */
export const bomb = (fragments: number): string =>
  `{ institution(id: "x") { ...F0 } } ${times(
    fragments,
    (each) =>
      `fragment F${each} on Consortium { a: members(first: 1) { nodes { consortium { ...F${each + 1} } } } b: members(first: 1) { nodes { consortium { ...F${each + 1} } } } }`,
  )} fragment F${fragments} on Consortium { name }`;

/** The extensions of the error that a call throws. */
export function refusalOf(call: () => unknown): Record<string, unknown> {
  try {
    call();
  } catch (error) {
    if (error instanceof GraphQLError) return { message: error.message, ...error.extensions };
    throw error;
  }
  return {};
}
