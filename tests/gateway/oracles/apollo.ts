import { createHash } from "node:crypto";
import type { GatewayGraphQLRequestContext } from "@apollo/server-gateway-interface";
import { ApolloGateway } from "@apollo/gateway";
import type { ExecutionResult } from "graphql";
import { getOperationAST, parse } from "graphql";
import { LRUCache } from "lru-cache";
import { VISITOR } from "../../../shared/auth/viewer.ts";
import type { RunningFixture } from "../fixture.ts";
import type { Oracle } from "./oracle.ts";

/** What the gateway would say of itself to a log. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** @apollo/gateway over a fixture's subgraphs, without a server around it. */
export async function startApollo({ supergraphSdl, send }: RunningFixture): Promise<Oracle> {
  // Read when a gateway is made: it would report to its makers otherwise.
  process.env["APOLLO_TELEMETRY_DISABLED"] = "true";
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: SILENT,
    buildService: ({ name }) => ({
      async process({ request }) {
        const { query = "", operationName, variables = {} } = request;
        const asked = {
          subgraph: name,
          query,
          operationName,
          operationKind: "query",
          variables,
          viewer: VISITOR,
        };
        return (await send(asked as never)) as never;
      },
    }),
  });
  const { executor } = await gateway.load();
  return {
    async ask(query, variables = {}, operationName) {
      const document = parse(query);
      const answer = await executor({
        document,
        operation: getOperationAST(document, operationName)!,
        operationName: operationName ?? null,
        queryHash: createHash("sha256").update(query).digest("hex"),
        request: { query, variables, ...(operationName ? { operationName } : {}) },
        context: {},
        cache: new LRUCache({ max: 1 }),
        logger: SILENT,
        metrics: {},
        overallCachePolicy: {},
      } as unknown as GatewayGraphQLRequestContext);
      return JSON.parse(JSON.stringify(answer)) as ExecutionResult;
    },
    stop: () => gateway.stop(),
  };
}
