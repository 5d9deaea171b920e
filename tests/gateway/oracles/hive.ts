import { unifiedGraphHandler } from "@graphql-hive/router-runtime";
import { getExecutorForUnifiedGraph } from "@graphql-mesh/fusion-runtime";
import http from "@graphql-mesh/transport-http";
import type { ExecutionResult } from "graphql";
import { parse } from "graphql";
import { VISITOR } from "../../../shared/auth/viewer.ts";
import type { RunningFixture } from "../fixture.ts";
import type { Oracle } from "./oracle.ts";

/** What the gateway would say of itself to a log. */
const SILENT = { trace() {}, debug() {}, log() {}, info() {}, warn() {}, error() {}, child: () => SILENT };

/** The executor of Hive's gateway, with the planner that ours has, too; its requests end in this process. */
export async function startHive({ supergraphSdl, send }: RunningFixture): Promise<Oracle> {
  const fetch = async (url: string, { body }: { body: string }) => {
    const { query, operationName, variables = {} } = JSON.parse(body) as Record<string, any>;
    const subgraph = new URL(url).hostname.replace(".invalid", "");
    const asked = { subgraph, query, operationName, operationKind: "query", variables, viewer: VISITOR };
    return Response.json(await send(asked as never));
  };
  const execute = getExecutorForUnifiedGraph({
    getUnifiedGraph: () => supergraphSdl,
    handleUnifiedGraph: unifiedGraphHandler,
    transports: { http },
    batch: false,
    transportContext: { log: SILENT as never, logger: SILENT as never, fetch: fetch as never },
  });
  return {
    async ask(query, variables = {}, operationName) {
      const document = parse(query);
      const answer = await execute({
        document,
        variables,
        ...(operationName ? { operationName } : {}),
      } as never);
      return JSON.parse(JSON.stringify(answer)) as ExecutionResult;
    },
    stop: async () => execute[Symbol.asyncDispose](),
  };
}
