import type { FastifyReply, FastifyRequest } from "fastify";
import type { ExecutionArgs, ExecutionResult } from "graphql";
import { GraphQLError, validate } from "graphql";
import { createHandler } from "graphql-sse/lib/use/fastify";
import type { Viewer } from "../shared/auth/viewer.ts";
import type { Answer } from "./execution/executor.ts";
import type { Graph } from "./graph.ts";

/** What answering by events takes. */
export interface EventsOptions {
  /** The graph as it is now. */
  readonly graph: () => Graph;
  readonly viewerOf: (request: FastifyRequest) => Viewer;
  /** The headers that go on to subgraphs. */
  readonly headersOf: (request: FastifyRequest) => Readonly<Record<string, string>> | undefined;
  /** Fires when the client has gone. */
  readonly signalOf: (reply: FastifyReply) => AbortSignal;
  /** What a client sees of an error. */
  readonly mask: (error: GraphQLError) => unknown;
}

interface EventContext extends Record<PropertyKey, unknown> {
  readonly graph: Graph;
  readonly viewer: Viewer;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly signal: AbortSignal;
}

/** Whether a client wants its answers as a stream of events. */
export const wantsEvents = (request: FastifyRequest): boolean =>
  request.headers.accept?.includes("text/event-stream") ?? false;

/**
 * Answers operations as server-sent events, by the GraphQL over SSE protocol: a subscription for as long as it lasts,
 * anything else with the one answer it has. A client that goes ends what is done for it.
 */
export function eventsHandler({ graph, viewerOf, headersOf, signalOf, mask }: EventsOptions) {
  const handle = createHandler<EventContext>({
    // A stream of its own for each operation; nothing is kept between requests.
    authenticate: () => null,
    context: ({ raw, context: { reply } }) => ({
      graph: graph(),
      viewer: viewerOf(raw),
      headers: headersOf(raw),
      signal: signalOf(reply),
    }),
    schema: (_request, { contextValue }) => contextValue.graph.apiSchema,
    validate: (schema, document) =>
      validate(schema, document).map(
        ({ message, nodes }) => new GraphQLError(message, { nodes: nodes ?? null, extensions: INVALID }),
      ),
    execute: (args) => runOf(args, "execute"),
    subscribe: (args) => runOf(args, "subscribe"),
    onNext: (_context, _request, { data, errors }) => {
      const shown: { data?: unknown; errors?: unknown } = data === undefined ? {} : { data };
      if (errors) shown.errors = errors.map((error) => mask(asError(error)));
      return shown as ExecutionResult;
    },
  });
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.hijack();
    await handle(request, reply);
  };
}

const INVALID = { code: "GRAPHQL_VALIDATION_FAILED" };

const asError = (error: unknown) =>
  error instanceof GraphQLError ? error : new GraphQLError((error as Error).message);

function runOf(
  { document, operationName, variableValues, contextValue }: ExecutionArgs,
  kind: "execute" | "subscribe",
): Promise<ExecutionResult | AsyncGenerator<ExecutionResult>> {
  const { graph, viewer, headers, signal } = contextValue as EventContext;
  const variables = variableValues as Record<string, unknown> | undefined;
  const operation = { document, operationName, variables, viewer, headers, signal };
  return graph[kind](operation) as Promise<Answer | AsyncGenerator<Answer>> as never;
}
