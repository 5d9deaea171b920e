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
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { fastify } from "fastify";
import type { GraphQLSchema } from "graphql";
import type { Viewer } from "../shared/auth/viewer.ts";
import { VISITOR } from "../shared/auth/viewer.ts";
import type { Config } from "../shared/config.ts";
import { StartupError } from "../shared/errors.ts";
import { listen } from "../shared/graphql/listen.ts";
import { maskError } from "./errors.ts";
import { createPlanExecutor } from "./execution/executor.ts";
import { explainPlan } from "./execution/explain.ts";
import type { PlanExecutor } from "./execution/executor.ts";
import type { Planner } from "./execution/planner.ts";
import { sourceToPlan } from "./execution/planned-source.ts";
import { createPlanner } from "./execution/planner.ts";
import type { SubgraphExecutor } from "./execution/subgraph-executor.ts";
import { Trace } from "./execution/trace.ts";
import type { ExplorerOptions } from "./explorer.ts";
import { serveExplorer } from "./explorer.ts";
import { subgraphUrls } from "./supergraph.ts";

const BODY_LIMIT = 1024 * 1024;
const DEADLINE = 30_000;

/** What a gateway is made of. */
export interface GatewayOptions extends ExplorerOptions {
  readonly supergraphSdl: string;
  readonly subgraph: SubgraphExecutor;
  readonly host: string;
  readonly port: number;
  readonly logLevel: Config["logLevel"];
  /** Who is asking; a visitor unless said. */
  readonly viewerOf?: (request: FastifyRequest) => Viewer;
  /** Somebody else's supergraph: errors are passed on as they come. */
  readonly isForeign?: boolean;
  /** Milliseconds that an operation may take; what is not there then is missing in the answer. */
  readonly deadline?: number;
  /** Who is told the plan of an operation, and what each fetch took; whoever has to do with the platform's running unless said. */
  readonly mayExplain?: (viewer: Viewer) => boolean;
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
  /** Fires when the client has gone, or has waited long enough. */
  readonly signal: AbortSignal;
}

interface Graph {
  readonly planner: Planner;
  readonly execute: PlanExecutor;
  readonly supergraphSdl: string;
}

function loadGraph(supergraphSdl: string, subgraph: SubgraphExecutor): Graph {
  // The planner would take any schema, and find no subgraph for any field of it.
  subgraphUrls(supergraphSdl);
  const planner = createPlanner(supergraphSdl);
  const execute = createPlanExecutor({ apiSchema: planner.apiSchema, supergraphSdl, subgraph });
  return { planner, supergraphSdl, execute };
}

function loadFirst({ supergraphSdl, subgraph }: GatewayOptions): Graph {
  try {
    return loadGraph(supergraphSdl, subgraph);
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(`The supergraph cannot be served: ${(error as Error).message}`, { cause: error });
  }
}

/** Starts a gateway: Apollo Server on fastify in front of the planner and the executor of plans. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  // An operation runs on the graph that it was validated against, though another may have come meanwhile.
  const graphs = new WeakMap<GraphQLSchema, Graph>();
  const first = loadFirst(options);
  const { mayExplain = isOperator, deadline = DEADLINE } = options;
  let announce = (_graph: Graph) => {};

  const gatewayInterface: GatewayInterface = {
    onSchemaLoadOrUpdate(callback) {
      announce = (graph) => {
        graphs.set(graph.planner.apiSchema, graph);
        callback({ apiSchema: graph.planner.apiSchema, coreSupergraphSdl: graph.supergraphSdl });
      };
      announce(first);
      return () => {};
    },
    async load() {
      return {
        async executor({ document, request, schema, context }) {
          const { planner, execute } = graphs.get(schema)!;
          const { operationName, variables, extensions } = request;
          const { viewer, signal } = context as GatewayContext;
          const trace = extensions?.["plan"] === true && mayExplain(viewer) ? new Trace() : undefined;
          const text = sourceToPlan(document, operationName, variables);
          const plan = text === null ? null : await planner.plan(text, operationName);
          const plannedAt = trace?.now();
          const answer = await execute(plan, { document, operationName, variables, viewer, signal, trace });
          if (!trace) return answer;
          const explained = {
            text: explainPlan(plan),
            plannedAt,
            fetches: trace.fetches,
            endedAt: trace.now(),
          };
          return { ...answer, extensions: { plan: explained } };
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
  answerFailures(server);
  server.route({
    url: "/graphql",
    method: ["GET", "POST", "OPTIONS"],
    handler: fastifyApolloHandler(apollo, {
      context: async (request, reply) => ({
        viewer: options.viewerOf?.(request) ?? VISITOR,
        signal: endSignal(reply, deadline),
      }),
    }),
  });

  const url = await listen(server, options);
  return {
    url,
    server,
    reload(supergraphSdl) {
      announce(loadGraph(supergraphSdl, options.subgraph));
    },
    async close() {
      await server.close();
      await apollo.stop();
    },
  };
}

const isOperator = ({ consortia }: Viewer) => consortia.some(({ roles }) => roles.includes("OPERATOR"));

/** Fires when the connection closes before the answer has been written, or when it has taken too long. */
function endSignal({ raw }: FastifyReply, deadline: number): AbortSignal {
  const end = new AbortController();
  const late = () => end.abort(new Error(`The answer was not there after ${deadline} ms.`));
  const timer = setTimeout(late, deadline);
  raw.once("close", () => {
    clearTimeout(timer);
    if (!raw.writableFinished) end.abort(new Error("The client has gone."));
  });
  return end.signal;
}

/** What fails before GraphQL sees it (a body too large, no JSON) is answered in GraphQL's shape. */
function answerFailures(server: FastifyInstance): void {
  server.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500;
    const isClients = status >= 400 && status < 500;
    const code = isClients ? "BAD_REQUEST" : "INTERNAL_SERVER_ERROR";
    const shown = isClients
      ? { message: error.message, extensions: { code } }
      : { message: "", extensions: { code } };
    const safe = isClients ? shown : maskError(shown, error, server.log);
    return reply.code(status).send({ errors: [safe] });
  });
}
