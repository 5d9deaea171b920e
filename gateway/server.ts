import type { GatewayExecutionResult, GatewayInterface } from "@apollo/server-gateway-interface";
import { ApolloServer } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from "@as-integrations/fastify";
import type {
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RouteHandlerMethod,
} from "fastify";
import { fastify } from "fastify";
import type { GraphQLSchema } from "graphql";
import type { Viewer } from "../shared/auth/viewer.ts";
import { VISITOR } from "../shared/auth/viewer.ts";
import type { Config } from "../shared/config.ts";
import { listen } from "../shared/graphql/listen.ts";
import { maskError } from "./errors.ts";
import { eventsHandler, wantsEvents } from "./events.ts";
import type { ExplorerOptions } from "./explorer.ts";
import { serveExplorer } from "./explorer.ts";
import { passedHeaders } from "./headers.ts";
import type { Graph, GraphOptions } from "./graph.ts";
import { loadFirstGraph, loadGraph } from "./graph.ts";

const BODY_LIMIT = 1024 * 1024;
const DEADLINE = 30_000;

/** What a gateway is made of. */
export interface GatewayOptions extends ExplorerOptions, GraphOptions {
  readonly supergraphSdl: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: Config["logLevel"];
  /** Who is asking; a visitor unless said. */
  readonly viewerOf?: (request: FastifyRequest) => Viewer;
  /** Puts further routes on the server before it listens. */
  readonly serveAlso?: (server: FastifyInstance) => void;
  /** Somebody else's supergraph: errors are passed on as they come. */
  readonly isForeign?: boolean;
  /** Names of headers that go on to subgraphs as the client sends them. */
  readonly passHeaders?: readonly string[];
  /** Milliseconds that an operation may take; what is not there then is missing in the answer. */
  readonly deadline?: number;
  /** Who is told the plan of an operation, and what each fetch took; operators unless said. */
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
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** Fires when the client has gone, or has waited long enough. */
  readonly signal: AbortSignal;
}

/** Starts a gateway: Apollo Server on fastify in front of the planner and the executor of plans. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  // An operation runs on the graph that it was validated against, though another may have come meanwhile.
  const graphs = new WeakMap<GraphQLSchema, Graph>();
  let current = loadFirstGraph(options.supergraphSdl, options);
  const { mayExplain = isOperator, deadline = DEADLINE, viewerOf = () => VISITOR } = options;
  let announce = (_graph: Graph) => {};

  const gatewayInterface: GatewayInterface = {
    onSchemaLoadOrUpdate(callback) {
      announce = (graph) => {
        graphs.set(graph.apiSchema, graph);
        callback({ apiSchema: graph.apiSchema, coreSupergraphSdl: graph.supergraphSdl });
      };
      announce(current);
      return () => {};
    },
    async load() {
      return {
        executor({ document, request: { operationName, variables, extensions }, schema, context }) {
          const { viewer, headers, signal } = context as GatewayContext;
          const isExplained = extensions?.["plan"] === true && mayExplain(viewer);
          const operation = { document, operationName, variables, viewer, headers, signal, isExplained };
          return graphs.get(schema)!.execute(operation) as Promise<GatewayExecutionResult>;
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
  options.serveAlso?.(server);
  answerFailures(server);
  const headersOf = passedHeaders(options.passHeaders ?? []);
  const answerByEvents = eventsHandler({
    graph: () => current,
    viewerOf,
    headersOf,
    signalOf: (reply) => endSignal(reply, null),
    mask: (error) => (options.isForeign ? error : maskError({ ...error.toJSON() }, error, server.log)),
  });
  server.route({
    url: "/graphql",
    method: ["GET", "POST", "OPTIONS"],
    preHandler: async (request, reply) => {
      if (wantsEvents(request)) await answerByEvents(request, reply);
    },
    handler: fastifyApolloHandler(apollo, {
      context: async (request, reply) => ({
        viewer: viewerOf(request),
        headers: headersOf(request),
        signal: endSignal(reply, deadline),
      }),
    }) as RouteHandlerMethod,
  });

  const url = await listen(server, options);
  return {
    url,
    server,
    reload(supergraphSdl) {
      current = loadGraph(supergraphSdl, options);
      announce(current);
    },
    async close() {
      await server.close();
      await apollo.stop();
    },
  };
}

const isOperator = ({ consortia }: Viewer) => consortia.some(({ roles }) => roles.includes("OPERATOR"));

/** Fires when the connection closes before the answer has been written, or when that takes longer than it may. */
function endSignal({ raw }: FastifyReply, deadline: number | null): AbortSignal {
  const end = new AbortController();
  const late = () => end.abort(new Error(`The answer was not there after ${deadline} ms.`));
  const timer = deadline === null ? undefined : setTimeout(late, deadline);
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
