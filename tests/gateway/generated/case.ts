import { composeServices } from "@apollo/composition";
import fc from "fast-check";
import type { ExecutionResult, GraphQLError, GraphQLSchema } from "graphql";
import { buildSchema, execute, parse, validate } from "graphql";
import type { FixtureSubgraph, RunningFixture } from "../fixture.ts";
import { FEDERATION, startFixture } from "../fixture.ts";
import { Choices } from "./choices.ts";
import { generateFederation } from "./federation.ts";
import type { Federation } from "./model.ts";
import { generateOperation, VARIABLES } from "./operation.ts";
import type { Feature } from "./resolvers.ts";
import { resolversFor, subgraphResolvers } from "./resolvers.ts";
import { mergedSdl, subgraphSdl } from "./sdl.ts";
import type { Seed, Thing } from "./world.ts";
import { World } from "./world.ts";

/** A generated federation with its data, and the one schema that it amounts to. */
export interface GeneratedCase {
  readonly subgraphs: readonly FixtureSubgraph[];
  readonly merged: GraphQLSchema;
  readonly world: World;
  readonly operations: readonly string[];
  /** What subgraphs have been asked for; whoever counts clears it. */
  readonly met: Set<Feature>;
  /** Whose composition it has: subgraphs that are composed by others are served, too. */
  readonly composer: Composer;
  toString(): string;
}

const numbers = (most: number) => fc.noBias(fc.array(fc.nat({ max: 999 }), { maxLength: most, size: "max" }));

/** Federations, data and operations; each becomes simpler as its numbers become fewer and smaller. */
export const cases = (operations: number): fc.Arbitrary<GeneratedCase> =>
  fc
    .record({
      federation: numbers(300),
      seed: fc.record({
        number: fc.nat(),
        rows: fc.constantFrom(1, 2, 2, 0),
        failures: fc.constantFrom(0, 25, 9),
      }),
      composer: fc.constantFrom("own" as const, "apollo" as const),
      operations: fc.array(numbers(150), { minLength: 1, maxLength: operations, size: "max" }),
    })
    .map(({ federation, seed, composer, operations: each }) =>
      caseOf(generateFederation(new Choices(federation)), seed, composer, each),
    );

type Composer = "own" | "apollo";

function caseOf(
  federation: Federation,
  seed: Seed,
  composer: Composer,
  forOperations: readonly (readonly number[])[],
): GeneratedCase {
  const world = new World(federation, seed);
  const met = new Set<Feature>();
  const subgraphs = federation.subgraphs.map((name) => {
    const typeDefs = subgraphSdl(federation, name);
    const resolvers = subgraphResolvers(federation, world, name, (feature) => met.add(feature));
    return { name, typeDefs, resolvers: resolversFor(typeDefs, resolvers) };
  });
  const merged = buildSchema(mergedSdl(federation));
  const operations = forOperations.map((each) => generateOperation(merged, each));
  // Our composer takes what an interface object requires for a field of its own, and the planner believes it.
  const isOwnUnable = federation.entityInterface?.added.fields.some(({ requires }) => requires);
  const composedBy = isOwnUnable ? "apollo" : composer;
  const printed = subgraphs.map(({ name, typeDefs }) => `# ${name}\n${typeDefs}`);
  const toString = () =>
    [...printed, `# composed by ${composedBy}, data ${JSON.stringify(seed)}`, ...operations].join("\n");
  return { subgraphs, merged, world, operations, met, composer: composedBy, toString };
}

/** The case's federation, running; throws when its subgraphs do not compose, which is a fault of the generator. */
export function start({ subgraphs, composer }: GeneratedCase): RunningFixture {
  return composer === "own"
    ? startFixture(subgraphs)
    : startFixture(subgraphs, undefined, composedByApollo(subgraphs));
}

function composedByApollo(subgraphs: readonly FixtureSubgraph[]): string {
  const parts = subgraphs.map(({ name, typeDefs }) => {
    return { name, url: `http://${name}.invalid/`, typeDefs: parse(FEDERATION + typeDefs) };
  });
  const { supergraphSdl, errors } = composeServices(parts);
  if (errors) throw new Error(errors.map(({ message }) => message).join(" "));
  return supergraphSdl;
}

/** What the one schema answers; null when the operation is not valid on it. */
export async function expectedAnswer(
  { merged, world }: GeneratedCase,
  query: string,
): Promise<ExecutionResult | null> {
  const document = parse(query);
  world.changes = 0;
  if (validate(merged, document).length > 0) return null;
  const result = await execute({
    schema: merged,
    document,
    variableValues: VARIABLES,
    fieldResolver: (parent: Thing | undefined, args: object, _, { fieldName, parentType }) =>
      world.value(parent ?? { __typename: parentType.name, id: "" }, fieldName, args),
    typeResolver: ({ __typename }: Thing) => __typename,
  });
  world.changes = 0;
  return JSON.parse(JSON.stringify(result)) as ExecutionResult;
}

/**
 * An answer as it is compared: its data, and the places where an error has left a null. How many errors explain one
 * null is left to whoever answers.
 */
export function comparable({ data, errors = [] }: ExecutionResult) {
  const nulls = new Set(errors.map((error) => JSON.stringify(nullOf(data, error))));
  return { data: data ?? null, nulls: [...nulls].sort() };
}

function nullOf(data: unknown, { path = [] }: Pick<GraphQLError, "path">): readonly (string | number)[] {
  let at: any = data ?? null;
  const walked: (string | number)[] = [];
  for (const key of path) {
    if (at === null || typeof at !== "object" || !(key in at)) break;
    at = at[key];
    walked.push(key);
  }
  return walked;
}

/** Whether a null where none may be has taken its parent along, so that the error's own place is gone. */
export const isCarriedUp = ({ data, errors = [] }: ExecutionResult): boolean =>
  errors.some((error) => nullOf(data, error).length < (error.path ?? []).length);
