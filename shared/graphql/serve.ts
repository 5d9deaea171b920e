import type { GatewayInterface } from "@apollo/server-gateway-interface";
import type { ApolloServerPlugin } from "@apollo/server";
import { ApolloServer, HeaderMap } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { ApolloServerPluginInlineTrace } from "@apollo/server/plugin/inlineTrace";
import { fastify } from "fastify";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { GraphQLError } from "graphql";
import type { TakeNonce } from "../auth/nonces.ts";
import { ownNonces } from "../auth/nonces.ts";
import { createViewerVerifier, REQUEST_HEADER, VIEWER_HEADER } from "../auth/signature.ts";
import type { Config } from "../config.ts";
import type { ErrorCode } from "../errors.ts";
import { DomainError } from "../errors.ts";
import type { SubgraphContext } from "../data/loaders.ts";
import { CATCH_UP } from "../feed/http.ts";
import { createFailureLog } from "../failure-log.ts";
import { ARRIVING, listen } from "./listen.ts";
import type { RunningSubgraph } from "./runtime.ts";

const BODY_LIMIT = 16 * 1024 * 1024;
const TRACE_HEADER = "apollo-federation-include-trace";
const EVENTS_AT_MOST = 1_000;

/** A subgraph that listens. */
export interface ServedSubgraph {
  readonly url: string;
  readonly server: FastifyInstance;
  close(): Promise<void>;
}

/** How a subgraph is served. */
export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly logLevel: Config["logLevel"];
  /** What the gateway signs its requests with. */
  readonly secret: string;
  /** Where it is known which signatures have been used: in this process, unless several instances share it. */
  readonly takeNonce?: TakeNonce;
  /** Whether answers carry inline traces for whoever asks by Apollo's header; fields are then executed one by one. */
  readonly hasTraces?: boolean;
  /** Applies all that the feeds it follows have; the gateway asks for it before it answers a mutation. */
  readonly catchUp?: () => Promise<void>;
  /** Whether the feeds it follows have been caught up with once since the start; nothing is answered before. */
  readonly isCaughtUp?: () => boolean;
}

/**
 * Serves a subgraph over HTTP: `/graphql`, `/feed` and `/catch-up` to whoever carries the gateway's signature; to
 * everybody `/health` (the process and its database work) and `/ready` (it answers operations, too). A caller without the signature learns nothing, not even the schema.
 */
export async function serveSubgraph(
  subgraph: RunningSubgraph,
  options: ServeOptions,
): Promise<ServedSubgraph> {
  const { host, port, logLevel, secret, takeNonce = ownNonces(), hasTraces = false } = options;
  const { catchUp = async () => {}, isCaughtUp = () => true } = options;
  const server = fastify({
    logger: logLevel === "silent" ? false : { level: logLevel },
    bodyLimit: BODY_LIMIT,
    ...ARRIVING,
    forceCloseConnections: "idle",
  });
  // The signature covers the body as it was sent.
  server.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) =>
    done(null, body),
  );
  const failures = createFailureLog(server.log);
  const verify = createViewerVerifier(secret, subgraph.definition.name, takeNonce);
  const viewerOf = (request: FastifyRequest, signed: string) =>
    verify(request.headers[VIEWER_HEADER], signed);

  const apollo = new ApolloServer<SubgraphContext>({
    ...(hasTraces ? { schema: subgraph.schema } : { gateway: compiledGateway(subgraph) }),
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    csrfPrevention: false,
    formatError: (formatted, error) => {
      const code = formatted.extensions?.["code"];
      if (code === "INTERNAL_SERVER_ERROR") server.log.error({ err: error }, "a resolver failed");
      if (code === "UNAVAILABLE")
        failures.note({ reason: (error as GraphQLError).originalError ?? (error as Error) });
      return formatted;
    },
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      hasTraces ? ApolloServerPluginInlineTrace() : ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      tellOfAuditedReads,
    ],
  });
  await apollo.start();

  server.setErrorHandler((error, _request, reply) => {
    if (error instanceof DomainError) {
      const status = STATUSES[error.extensions.code] ?? 400;
      return reply.code(status).send({ errors: [{ message: error.message, extensions: error.extensions }] });
    }
    server.log.error(error);
    return reply.code(500).send({ errors: [{ message: "Something went wrong." }] });
  });

  server.get("/health", async (_request, reply) => {
    const ready = await subgraph.isReady();
    return reply.code(ready ? 200 : 503).send({ status: ready ? "ok" : "database unavailable" });
  });

  server.get("/ready", async (_request, reply) => {
    const ready = isCaughtUp() && (await subgraph.isReady());
    return reply.code(ready ? 200 : 503).send({ status: ready ? "ok" : "starting" });
  });

  server.get("/feed", async (request) => {
    await viewerOf(request, request.url);
    const { after, limit } = request.query as Record<string, string>;
    const [from, most] = [Number(after ?? 0), Math.min(Number(limit ?? EVENTS_AT_MOST), EVENTS_AT_MOST)];
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(most) || from < 0 || most < 1) {
      throw new DomainError(
        "BAD_USER_INPUT",
        `Expected whole numbers for "after" and "limit"; got ${after} and ${limit}.`,
      );
    }
    return subgraph.readFeed(from, most);
  });

  server.post(CATCH_UP, async (request, reply) => {
    await viewerOf(request, request.url);
    await catchUp();
    return reply.code(204).send();
  });

  server.post("/graphql", async (request, reply) => {
    const body = typeof request.body === "string" ? request.body : "";
    const viewer = await viewerOf(request, body);
    // Lists would miss what has not been heard of, and show what has been hidden since this process last ran.
    if (!isCaughtUp()) {
      throw new DomainError(
        "UNAVAILABLE",
        "This part of the graph has just started and is still catching up with the others.",
      );
    }
    const headers = new HeaderMap();
    headers.set("content-type", "application/json");
    const requestId = request.headers[REQUEST_HEADER]?.toString() ?? null;
    const wantsTrace = request.headers[TRACE_HEADER];
    if (typeof wantsTrace === "string") headers.set(TRACE_HEADER, wantsTrace);
    const response = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: "POST", headers, search: "", body: parseBody(body) },
      context: async () => subgraph.contextOf(viewer, requestId, abandoned(reply)),
    });
    for (const [name, value] of response.headers) void reply.header(name, value);
    return reply
      .code(response.status ?? 200)
      .send(response.body.kind === "complete" ? response.body.string : "");
  });

  const url = await listen(server, { host, port });
  return {
    url,
    server,
    async close() {
      await server.close();
      await apollo.stop();
    },
  };
}

/** Fires when the gateway has closed the connection before it was answered. */
function abandoned({ raw }: FastifyReply): AbortSignal {
  const end = new AbortController();
  raw.once("close", () => {
    if (!raw.writableFinished) end.abort(new Error("Nobody waits for the answer any more."));
  });
  return end.signal;
}

const STATUSES: Partial<Record<ErrorCode, number>> = { UNAUTHENTICATED: 401, UNAVAILABLE: 503 };

/** Puts what has to be in the audit log into the answer, whoever has executed it. */
const tellOfAuditedReads: ApolloServerPlugin<SubgraphContext> = {
  requestDidStart: async () => ({
    async willSendResponse({ contextValue, response: { body } }) {
      if (body.kind === "single") body.singleResult = contextValue.audited.addTo(body.singleResult);
    },
  }),
};

/** Apollo Server executes what it serves by itself, unless a gateway does it. */
function compiledGateway({ schema, run }: RunningSubgraph): GatewayInterface {
  return {
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: schema, coreSupergraphSdl: "" });
      return () => {};
    },
    async load() {
      return {
        executor: ({ document, operationName, request: { variables }, context }) =>
          run({ document, operationName, variables, context: context as SubgraphContext }),
      };
    },
    async stop() {},
  };
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new DomainError("BAD_USER_INPUT", "Expected a body of JSON.");
  }
}
