import type { GatewayInterface } from "@apollo/server-gateway-interface";
import { ApolloServer } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from "@as-integrations/fastify";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { fastify } from "fastify";
import type { Viewer } from "../shared/auth/viewer.ts";
import { VISITOR } from "../shared/auth/viewer.ts";
import type { Config } from "../shared/config.ts";
import { listen } from "../shared/graphql/listen.ts";
import { maskError } from "./errors.ts";
import { createPlanExecutor, sourceToPlan } from "./execution/executor.ts";
import type { PlanExecutor } from "./execution/executor.ts";
import type { Planner } from "./execution/planner.ts";
import { createPlanner } from "./execution/planner.ts";
import type { SubgraphExecutor } from "./execution/subgraph-executor.ts";
import { serveExplorer } from "./explorer.ts";

const BODY_LIMIT = 1024 * 1024;

/** What a gateway is made of. */
export interface GatewayOptions {
  readonly supergraphSdl: string;
  readonly subgraph: SubgraphExecutor;
  readonly host: string;
  readonly port: number;
  readonly logLevel: Config["logLevel"];
  /** Who is asking; a visitor unless said. */
  readonly viewerOf?: (request: FastifyRequest) => Viewer;
  /** Somebody else's supergraph: errors are passed on as they come. */
  readonly isForeign?: boolean;
  /** Whether what stands behind the gateway can answer, too. */
  readonly isReady?: () => boolean | Promise<boolean>;
}

/** A gateway that listens. */
export interface Gateway {
  readonly url: string;
  readonly server: FastifyInstance;
  /** Goes over to another supergraph while serving; a bad one is refused, and the old one goes on. */
  reload(supergraphSdl: string): void;
  close(): Promise<void>;
}

interface GatewayContext {
  readonly viewer: Viewer;
}

interface Graph {
  readonly planner: Planner;
  readonly execute: PlanExecutor;
  readonly supergraphSdl: string;
}

/** Starts a gateway: Apollo Server on fastify in front of the planner and the executor of plans. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const load = (supergraphSdl: string): Graph => {
    const planner = createPlanner(supergraphSdl);
    return { planner, supergraphSdl, execute: createPlanExecutor(planner.apiSchema, options.subgraph) };
  };
  let graph = load(options.supergraphSdl);
  let announce = (_graph: Graph) => {};

  const gatewayInterface: GatewayInterface = {
    onSchemaLoadOrUpdate(callback) {
      announce = ({ planner, supergraphSdl }) =>
        callback({ apiSchema: planner.apiSchema, coreSupergraphSdl: supergraphSdl });
      announce(graph);
      return () => {};
    },
    async load() {
      return {
        async executor({ document, operation, source, request, context }) {
          const { planner, execute } = graph;
          const operationName = request.operationName;
          const text = sourceToPlan(source, document, operation);
          const plan = text === null ? null : await planner.plan(text, operationName);
          const { viewer } = context as GatewayContext;
          return execute(plan, { document, operationName, variables: request.variables, viewer });
        },
      };
    },
    async stop() {},
  };

  const server = fastify({
    logger: options.logLevel === "silent" ? false : { level: options.logLevel },
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: "idle",
  });
  const apollo = new ApolloServer<GatewayContext>({
    gateway: gatewayInterface,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    ...(options.isForeign
      ? {}
      : { formatError: (formatted, error) => maskError(formatted, error, server.log) }),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      fastifyApolloDrainPlugin(server),
    ],
  });
  await apollo.start();

  const isReady = options.isReady ?? (() => true);
  for (const path of ["/health", "/ready"]) {
    server.get(path, async (_request, reply) => {
      const ready = await isReady();
      return reply.code(ready ? 200 : 503).send({ status: ready ? "ok" : "starting" });
    });
  }
  serveExplorer(server, options);
  // A person who opens the endpoint in a browser wants the explorer.
  server.addHook("onRequest", async (request, reply) => {
    const wantsPage = request.method === "GET" && request.headers.accept?.includes("text/html");
    if (wantsPage && request.url === "/graphql") return reply.redirect("/explorer");
    return undefined;
  });
  server.route({
    url: "/graphql",
    method: ["GET", "POST", "OPTIONS"],
    handler: fastifyApolloHandler(apollo, {
      context: async (request) => ({ viewer: options.viewerOf?.(request) ?? VISITOR }),
    }),
  });

  const url = await listen(server, options);
  return {
    url,
    server,
    reload(supergraphSdl) {
      graph = load(supergraphSdl);
      announce(graph);
    },
    async close() {
      await server.close();
      await apollo.stop();
    },
  };
}
