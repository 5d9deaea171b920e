import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import proxyaddr from "@fastify/proxy-addr";
import type { FastifyInstance } from "fastify";
import type { ExecutionResult, GraphQLFormattedError } from "graphql";
import { GraphQLError } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import type { WebSocket } from "ws";
import { WebSocketServer } from "ws";
import { DEMO_HEADER } from "../demo-viewers.ts";
import { ClientGone } from "../execution/subgraph-executor.ts";
import type { CallingRequest, RequestReference } from "../identity/caller.ts";
import { withNumbers } from "../json.ts";
import { readParams } from "../pipeline/params.ts";
import type { Pipeline, Prepared } from "../pipeline/pipeline.ts";
import { refuse } from "../pipeline/refusal.ts";
import { bodiesOf } from "./events.ts";
import { GRAPHQL_PATH } from "./http.ts";

/** Most operations that one connection has open at once. */
const OPEN_AT_ONCE = 100;

/** How operations are answered over WebSocket. */
export interface WebSocketOptions {
  readonly pipeline: Pipeline;
  /** Milliseconds that an operation may take; a subscription lasts as long as it lasts. */
  readonly deadline: number;
  /** Origins of other sites whose pages may ask. */
  readonly origins: ReadonlySet<string>;
  /** Addresses and networks of proxies that are believed whom they ask for. */
  readonly trustedProxies: readonly string[];
  /** Bytes that one message may have. */
  readonly messageLimit: number;
}

/**
 * Answers operations by the GraphQL over WebSocket protocol, at the path of the graph. A browser cannot send headers
 * with a WebSocket: credentials may stand in the connection's first message instead.
 */
export function serveWebSocket(server: FastifyInstance, options: WebSocketOptions): void {
  const { pipeline, deadline, origins, messageLimit } = options;
  const isProxy = proxyaddr.compile([...options.trustedProxies]);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: messageLimit });
  server.server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const isHere = request.url?.split("?", 1)[0] === GRAPHQL_PATH;
    if (!isHere || !isFromPageOf(request, origins)) {
      socket.end(`HTTP/1.1 ${isHere ? "403 Forbidden" : "404 Not Found"}\r\nconnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      sendNumbers(client);
      sockets.emit("connection", client, request);
    });
  });
  // One for each connection: what an operation puts on it must be gone when the operation is over.
  const ends = new WeakMap<object, AbortController>();
  const serving = useServer<Record<string, unknown>>(
    {
      onConnect({ extra: { socket } }) {
        ends.set(socket, new AbortController());
      },
      onDisconnect({ extra: { socket } }) {
        ends.get(socket)?.abort(new ClientGone("The client has gone."));
      },
      async onSubscribe({ connectionParams, subscriptions, extra: { request, socket } }, _id, payload) {
        const requestId = randomUUID();
        const reference = { id: requestId, ...reachedBy(request, isProxy) };
        try {
          if (Object.keys(subscriptions).length > OPEN_AT_ONCE) {
            throw refuse(
              "LIMIT_EXCEEDED",
              `Expected at most ${OPEN_AT_ONCE} operations at once on a connection.`,
            );
          }
          const session = await pipeline.signIn(
            callingBy(request, reference, proxyaddr(request, isProxy), connectionParams),
          );
          const params = readParams(payload);
          const prepared = await pipeline.prepare(session, params, {
            signal: ends.get(socket)!.signal,
            deadline,
            isStream: true,
          });
          const { document, schema } = prepared;
          return { schema, document, operationName: params.operationName ?? null, contextValue: prepared };
        } catch (error) {
          return pipeline.replyTo(error, reference).body.errors!.map((shown) => new ShownError(shown));
        }
      },
      execute: ({ contextValue }) => resultOf(contextValue as Prepared),
      subscribe: ({ contextValue }) => resultOf(contextValue as Prepared),
      // As it is: the errors in it have been masked.
      onNext: (_context, _id, _payload, _args, result) => result,
    },
    sockets,
  );
  server.addHook("preClose", async () => {
    await serving.dispose();
  });
}

/** The protocol's library writes JSON by itself: marked numbers become numbers on their way out. */
function sendNumbers(client: WebSocket): void {
  const send = client.send.bind(client) as (data: string, sent?: (error?: Error) => void) => void;
  client.send = (data: unknown, sent: unknown) => send(withNumbers(data as string), sent as () => void);
}

/** An error as the client is to see it. */
class ShownError extends GraphQLError {
  constructor(private readonly shown: GraphQLFormattedError) {
    super(shown.message);
  }

  override toJSON(): GraphQLFormattedError {
    return this.shown;
  }
}

/**
 * A page of somebody else's may open a WebSocket to anywhere, and its browser says so. There is no cookie that it
 * could come with, but a caller on this machine is believed more than others.
 */
function isFromPageOf({ headers: { origin, host } }: IncomingMessage, origins: ReadonlySet<string>): boolean {
  if (origin === undefined || origins.has(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** What of a connection's request and first message tells who calls; the headers that it began with count as well. */
function callingBy(
  { headers, rawHeaders, url }: IncomingMessage,
  reference: RequestReference,
  ip: string,
  params: Readonly<Record<string, unknown>> = {},
): CallingRequest {
  // Some clients have them at the top, and some in an object called `headers`.
  const said = Object.entries(params).flatMap(([name, value]) =>
    name.toLowerCase() === "headers" && isObject(value) ? Object.entries(value) : [[name, value] as const],
  );
  const asHeaders = said.flatMap(([name, value]) => {
    if (value === null || value === undefined) return [];
    // What is no text is no credential, and refused as one that is empty.
    return [[name.toLowerCase(), typeof value === "string" ? value : ""] as const];
  });
  const demo = asHeaders.find(([name]) => name === DEMO_HEADER);
  return {
    ...reference,
    ip,
    // No other: by its headers it is told, too, from where a request came.
    headers: demo ? { ...headers, [DEMO_HEADER]: demo[1] } : headers,
    raw: { rawHeaders: [...rawHeaders, ...asHeaders.flat()], url },
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** The scheme and the host by which a connection's server was reached, as a trusted proxy says or the request. */
function reachedBy({ headers, socket }: IncomingMessage, isProxy: ReturnType<typeof proxyaddr.compile>) {
  const told = (name: string) => {
    const value = isProxy(socket.remoteAddress ?? "", 0) ? headers[name] : undefined;
    return typeof value === "string" ? value.split(",").at(-1)!.trim() : undefined;
  };
  const isEncrypted = "encrypted" in socket;
  return {
    protocol: told("x-forwarded-proto") ?? (isEncrypted ? "https" : "http"),
    host: told("x-forwarded-host") ?? headers.host ?? "",
  };
}

async function resultOf(prepared: Prepared): Promise<ExecutionResult | AsyncGenerator<ExecutionResult>> {
  const answer = await prepared.run();
  return Symbol.asyncIterator in answer ? bodiesOf(answer) : (answer.body as ExecutionResult);
}
