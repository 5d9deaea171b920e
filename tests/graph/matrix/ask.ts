import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, validate } from "graphql";
import type { GraphQLSchema } from "graphql";
import { loadGraph } from "../../../gateway/graph.ts";
import { withPlatform } from "../../../gateway/platform/platform.ts";
import { variablesIn } from "../../../gateway/execution/subgraph-executor.ts";
import type { Viewer } from "../../../shared/auth/viewer.ts";
import type { SubgraphName } from "../../../shared/config.ts";
import type { TestPlatform } from "../../platform.ts";

export interface MatrixAnswer {
  readonly data?: any;
  readonly errors?: readonly any[];
}

/** Asks the whole graph as any viewer there could be, past sign-in and limits. */
export interface Asker {
  readonly schema: GraphQLSchema;
  /** How many operations it has sent. */
  readonly sent: number;
  ask(text: string, viewer: Viewer, variables?: Record<string, unknown>): Promise<MatrixAnswer>;
}

export async function createAsker({ subgraphs }: TestPlatform): Promise<Asker> {
  const graph = await loadGraph(readFileSync(join(__dirname, "../../../schema/supergraph.graphql"), "utf8"), {
    subgraph: withPlatform(
      (request) => {
        const { subgraph, query, operationName, viewer } = request;
        const operation = { query, operationName, variables: variablesIn(request) };
        return subgraphs[subgraph as SubgraphName].execute(operation, viewer);
      },
      subgraphs.platform,
      () => {},
    ),
  });
  let sent = 0;
  return {
    schema: graph.apiSchema,
    get sent() {
      return sent;
    },
    async ask(text, viewer, variables = {}) {
      sent++;
      const document = parse(text);
      const invalid = validate(graph.apiSchema, document);
      if (invalid.length > 0) throw new Error(`${invalid[0]!.message}: ${text}`);
      const answer = await graph.execute({ document, operationName: undefined, variables, viewer });
      return JSON.parse(
        JSON.stringify({ data: answer.data, ...(answer.errors && { errors: answer.errors }) }),
      );
    },
  };
}
