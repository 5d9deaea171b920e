import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { LRUCache } from "lru-cache";
import Negotiator from "negotiator";
import { stringifyJson } from "../json.ts";
import type { OperationParams } from "../pipeline/params.ts";
import { readParams, readSearchParams } from "../pipeline/params.ts";
import type { Pipeline, Reply } from "../pipeline/pipeline.ts";
import { refuse } from "../pipeline/refusal.ts";
import { endSignal } from "./signals.ts";

/** Where the graph is. */
export const GRAPHQL_PATH = "/graphql";

/** The two media types of GraphQL over HTTP, the one that every client understands first. */
const MEDIA_TYPES = ["application/json", "application/graphql-response+json"] as const;
type MediaType = (typeof MEDIA_TYPES)[number];

/** How requests are answered that do not ask for a stream of events. */
export interface HttpOptions {
  readonly pipeline: Pipeline;
  /** Milliseconds that an operation may take. */
  readonly deadline: number;
  /** Origins of other sites whose pages may ask. */
  readonly origins: ReadonlySet<string>;
  /** Answers in another way, where the request asks for it. */
  readonly answerOtherwise: (request: FastifyRequest, reply: FastifyReply) => Promise<boolean>;
}

/** Answers operations by GraphQL over HTTP: POST with JSON, and GET for queries. */
export function serveHttp(
  server: FastifyInstance,
  { pipeline, deadline, origins, answerOtherwise }: HttpOptions,
): void {
  server.route({
    url: GRAPHQL_PATH,
    method: ["GET", "POST"],
    async handler(request, reply) {
      const mediaType = acceptable(request.headers.accept);
      try {
        refuseForeignPages(request, origins);
        if (await answerOtherwise(request, reply)) return reply;
        if (!mediaType) return reply.code(406).header("accept", MEDIA_TYPES.join(", ")).send();
        const session = await pipeline.signIn(request);
        const isReadOnly = request.method === "GET";
        const signal = endSignal(reply, deadline);
        const prepared = await pipeline.prepare(session, paramsOf(request), { signal, isReadOnly });
        return send(reply, mediaType, (await prepared.run()) as Reply);
      } catch (error) {
        return send(reply, mediaType ?? "application/json", pipeline.replyTo(error, request.id));
      }
    },
  });
  server.route({
    url: GRAPHQL_PATH,
    method: ["PUT", "PATCH", "DELETE"],
    handler: async (_request, reply) => reply.code(405).header("allow", "GET, POST").send(),
  });
  // What fails before anything of ours sees it (a body too large, no JSON) is answered in GraphQL's shape.
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    const isClients = status >= 400 && status < 500;
    const said = isClients ? refuse("BAD_REQUEST", error.message, { status }) : error;
    const answer = pipeline.replyTo(said, request.id);
    return send(reply, acceptable(request.headers.accept) ?? "application/json", { ...answer, status });
  });
}

function send(reply: FastifyReply, mediaType: MediaType, { body, status, headers }: Reply): FastifyReply {
  // Clients that know the newer type can tell from the status whether anything was executed; for the others an
  // answer is an answer, unless it is HTTP's own matter.
  const isRefused = body.data === undefined;
  const fallback = isRefused && mediaType === "application/graphql-response+json" ? 400 : 200;
  reply.code(status ?? fallback).header("content-type", `${mediaType}; charset=utf-8`);
  if (headers) reply.headers(headers);
  return reply.send(stringifyJson(body));
}

const chosen = new LRUCache<string, { readonly type: MediaType | undefined }>({ max: 500 });

/** What a client would rather have; undefined when it is neither. */
function acceptable(accept: string | undefined): MediaType | undefined {
  if (accept === undefined || accept === "*/*") return "application/json";
  let choice = chosen.get(accept);
  if (!choice) {
    const type = new Negotiator({ headers: { accept } }).mediaType([...MEDIA_TYPES]) as MediaType | undefined;
    chosen.set(accept, (choice = { type }));
  }
  return choice.type;
}

/** The parameters of a request, wherever it has them. */
export function paramsOf(request: FastifyRequest): OperationParams {
  if (request.method === "POST") return readParams(request.body);
  const [, search = ""] = request.url.split("?", 2);
  return readSearchParams(new URLSearchParams(search));
}

/**
 * A page of somebody else's can make a browser send a GET, but not one with a header of its own, nor JSON, unless
 * the browser has asked us first. Browsers say from where a request comes; what is no browser does not.
 */
function refuseForeignPages({ method, headers }: FastifyRequest, origins: ReadonlySet<string>): void {
  const site = headers["sec-fetch-site"];
  const isAllowed =
    site === undefined || site === "same-origin" || site === "none" || origins.has(headers.origin ?? "");
  const isAskedFirst = PREFLIGHTED.some((name) => headers[name] !== undefined);
  if (method !== "GET" || isAllowed || isAskedFirst) return;
  throw refuse("BAD_REQUEST", `Expected a GET of another site's page to have the header ${PREFLIGHTED[0]}.`, {
    status: 403,
  });
}

/** Headers that no page can send elsewhere without a preflight. */
const PREFLIGHTED = ["x-graphql-require-preflight", "apollo-require-preflight", "authorization"];
