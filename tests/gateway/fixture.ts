import { buildSubgraphSchema } from "@apollo/subgraph";
import type { ExecutionResult } from "graphql";
import { execute, parse, validate } from "graphql";
import type { PlannerOptions } from "../../gateway/execution/planner.ts";
import type { SubgraphExecutor, SubgraphRequest } from "../../gateway/execution/subgraph-executor.ts";
import { variablesIn } from "../../gateway/execution/subgraph-executor.ts";
import { loadGraph } from "../../gateway/graph.ts";
import { composeSupergraph } from "../../gateway/supergraph.ts";
import { VISITOR } from "../../shared/auth/viewer.ts";

/** A subgraph of a fixture: its schema without the federation header, and resolvers over data of its own. */
export interface FixtureSubgraph {
  readonly name: string;
  readonly typeDefs: string;
  readonly resolvers: Record<string, any>;
}

/** One operation and the whole of its answer. */
export interface FixtureCase {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  /** Errors are compared by the properties that stand here; an answer without the key must have none. */
  readonly expected: { data?: unknown; errors?: readonly Record<string, unknown>[] };
}

/** A small supergraph and what it must answer. */
export interface Fixture {
  readonly name: string;
  readonly subgraphs: readonly FixtureSubgraph[];
  readonly cases: Readonly<Record<string, FixtureCase>>;
  /** What the planner cannot plan yet; a test says so as soon as it can. */
  readonly notYet?: Readonly<Record<string, FixtureCase>>;
}

/** What a fixture's subgraphs begin with. */
export const FEDERATION = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",
  import: ["@key", "@requires", "@provides", "@external", "@shareable", "@override", "@inaccessible",
           "@interfaceObject", "@composeDirective", "@tag", "@authenticated", "@requiresScopes", "@policy"])\n`;

/** A supergraph over subgraphs in this process, ready to be asked. */
export interface RunningFixture {
  readonly supergraphSdl: string;
  /** Answers for a subgraph, as it does behind the gateway. */
  readonly send: SubgraphExecutor;
  /** Every request that subgraphs have been sent, in order. */
  readonly requests: SubgraphRequest[];
  ask(query: string, variables?: Record<string, unknown>, operationName?: string): Promise<ExecutionResult>;
}

/** Composes a fixture's subgraphs, as the platform does. */
function compose(subgraphs: readonly FixtureSubgraph[]): string {
  return composeSupergraph(
    subgraphs.map(({ name, typeDefs }) => ({
      name,
      sdl: FEDERATION + typeDefs,
      url: `http://${name}.invalid/`,
    })),
  );
}

/** Starts a fixture's subgraphs; `around` may stand between the gateway and its subgraphs. */
export function startFixture(
  subgraphs: readonly FixtureSubgraph[],
  around: (send: SubgraphExecutor) => SubgraphExecutor = (send) => send,
  supergraphSdl = compose(subgraphs),
  plannerOptions: PlannerOptions = {},
): RunningFixture {
  const schemas = new Map(
    subgraphs.map(({ name, typeDefs, resolvers }) => [
      name,
      buildSubgraphSchema({ typeDefs: parse(FEDERATION + typeDefs), resolvers }),
    ]),
  );
  const requests: SubgraphRequest[] = [];
  const send = around(async (request) => {
    const { subgraph, query, operationName } = request;
    const schema = schemas.get(subgraph)!;
    const document = parse(query);
    const errors = validate(schema, document);
    if (errors.length > 0) return { errors };
    const result = await execute({
      schema,
      document,
      operationName: operationName ?? null,
      // What crosses a network is JSON.
      variableValues: JSON.parse(JSON.stringify(variablesIn(request))) as Record<string, unknown>,
    });
    return JSON.parse(JSON.stringify(result)) as ExecutionResult;
  });
  const loading = loadGraph(supergraphSdl, {
    ...plannerOptions,
    subgraph: (request) => {
      requests.push(request);
      return send(request);
    },
  });
  // What is wrong with a supergraph is told to whoever asks.
  loading.catch(() => {});
  return {
    supergraphSdl,
    send,
    requests,
    async ask(query, variables = {}, operationName) {
      const graph = await loading;
      const document = parse(query);
      const invalid = validate(graph.apiSchema, document);
      if (invalid.length > 0) return { errors: invalid };
      const answer = await graph.execute({ document, operationName, variables, viewer: VISITOR });
      return JSON.parse(JSON.stringify(answer)) as ExecutionResult;
    },
  };
}

/** Registers a test for each case of a fixture. */
export function describeFixture({ name, subgraphs, cases, notYet = {} }: Fixture): void {
  describe(name, () => {
    const fixture = startFixture(subgraphs);
    const check = async ({ query, variables, expected }: FixtureCase) => {
      const answer = await fixture.ask(query, variables);
      const errors = answer.errors as readonly Record<string, unknown>[] | undefined;
      if (!expected.errors) expect(errors).toBeUndefined();
      else {
        expect(errors).toHaveLength(expected.errors.length);
        expected.errors.forEach((error, index) => expect(errors![index]).toMatchObject(error));
      }
      if ("data" in expected) expect(answer.data).toStrictEqual(expected.data);
      // A query is asked twice: what is compiled and kept must answer like the first time.
      if (/^\s*mutation/.test(query)) return;
      expect(await fixture.ask(query, variables)).toEqual(answer);
    };
    it.each(Object.entries(cases))("%s", (_, each) => check(each));
    for (const [title, each] of Object.entries(notYet)) it.failing(title, () => check(each));
  });
}
