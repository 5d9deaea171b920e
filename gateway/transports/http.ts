import { setMaxListeners } from "node:events";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { GraphQLError } from "graphql";
import { stringifyJson } from "../json.ts";
import type { OperationParams } from "../pipeline/params.ts";
import { readParams, readSearchParams } from "../pipeline/params.ts";
import type { Pipeline, Reply } from "../pipeline/pipeline.ts";
import { refuse } from "../pipeline/refusal.ts";
import { sendCompressed } from "./compression.ts";
import { EVENTS_TYPE, sendEvents } from "./events.ts";
import { byAccept, inUtf8, names, varyBy } from "./negotiation.ts";
import { endSignal } from "./signals.ts";

/** Where the graph is. */
export const GRAPHQL_PATH = "/graphql";

/** The media types of answers, the one that every client understands first. */
const ANSWER_TYPES = ["application/json", "application/graphql-response+json", EVENTS_TYPE] as const;
type AnswerType = (typeof ANSWER_TYPES)[number];

/** A browser that is pointed at the graph wants a page; anybody else who takes anything wants an answer. */
const PAGE_TYPE = "text/html";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;

const answerTypeOf = byAccept(ANSWER_TYPES);
const pageOrAnswer = byAccept([...ANSWER_TYPES, PAGE_TYPE]);

/** How requests are answered over HTTP. */
export interface HttpOptions {
  readonly pipeline: Pipeline;
  /** Milliseconds that an operation may take. */
  readonly deadline: number;
  /** Origins of other sites whose pages may ask. */
  readonly origins: ReadonlySet<string>;
  /** Where a person in a browser is sent, who is here by its address. */
  readonly pagePath: string;
}

/** Answers operations by GraphQL over HTTP, as JSON or as server-sent events: POST with JSON, and GET for queries. */
export function serveHttp(
  server: FastifyInstance,
  { pipeline, deadline, origins, pagePath }: HttpOptions,
): void {
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  server.addHook("preClose", async () => closing.abort());
  server.route({
    url: GRAPHQL_PATH,
    method: ["GET", "POST"],
    async onRequest(request, reply) {
      varyBy(reply, "accept, accept-encoding");
      reply.header("cache-control", "no-store");
      if (request.method === "POST") return refuseUnreadable(request);
      if (pageOrAnswer(request.headers.accept) !== PAGE_TYPE) return;
      return reply.redirect(`${pagePath}${request.url.slice(GRAPHQL_PATH.length)}`);
    },
    async handler(request, reply) {
      const { accept } = request.headers;
      const type = answerTypeOf(accept);
      const isReadOnly = request.method !== "POST";
      try {
        if (!type) throw notAcceptable(accept);
        if (isReadOnly) refuseForeignPages(request, origins);
        const session = await pipeline.signIn(request);
        const isStream = type === EVENTS_TYPE || names(accept, EVENTS_TYPE);
        const manner = isStream
          ? { signal: endSignal(reply, null), deadline, isReadOnly, isStream }
          : { signal: endSignal(reply, deadline), isReadOnly };
        const prepared = await pipeline.prepare(session, paramsOf(request), manner);
        const answer = await prepared.run();
        // A subscription has more answers than one JSON can hold, whatever its client prefers otherwise.
        if (Symbol.asyncIterator in answer) return sendEvents(reply, answer, closing.signal);
        const isCompressible = prepared.kind === "query" && !hasAmbientCredentials(request);
        return await send(request, reply, type, answer, isCompressible);
      } catch (error) {
        return send(request, reply, type ?? "application/json", pipeline.replyTo(error, request));
      }
    },
  });
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?", 1)[0]!;
    const allowed = METHODS.filter((method) => server.hasRoute({ method, url: path }));
    reply.header("allow", allowed.join(", "));
    // What a browser asks before it lets another site's page ask: no such page may.
    if (allowed.length > 0 && request.method === "OPTIONS") return reply.code(204).send();
    const refused =
      allowed.length > 0
        ? refuse("BAD_REQUEST", `Expected ${allowed.join(" or ")} at ${path}; got ${request.method}.`, {
            status: 405,
          })
        : refuse("NOT_FOUND", `There is nothing at ${path}; the graph is at ${GRAPHQL_PATH}.`, {
            status: 404,
          });
    return send(request, reply, "application/json", pipeline.replyTo(refused, request));
  });
  // What fails before anything of ours sees it (a body too large, no JSON) is answered in GraphQL's shape.
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const type = answerTypeOf(request.headers.accept) ?? "application/json";
    const { statusCode = 500 } = error;
    const isClients = statusCode >= 400 && statusCode < 500;
    const said = isClients ? refuse("BAD_REQUEST", error.message, { status: statusCode }) : error;
    const answer = pipeline.replyTo(said, request);
    return send(request, reply, type, { ...answer, status: answer.status ?? statusCode });
  });
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  type: AnswerType,
  answer: Reply,
  isCompressible = false,
): FastifyReply | Promise<FastifyReply> {
  const { body, status, headers } = answer;
  const isRefused = body.data === undefined;
  if (type === EVENTS_TYPE) {
    // What is HTTP's own matter (who calls, how much, how often) is said before any stream begins.
    if (status === undefined || !isRefused) return sendEvents(reply, answer);
    type = "application/json";
  }
  // Clients that know the newer type can tell from the status whether anything was executed; for the others an
  // answer is an answer, unless it is HTTP's own matter.
  const fallback = isRefused && type === "application/graphql-response+json" ? 400 : 200;
  reply.code(status ?? fallback).header("content-type", inUtf8(type));
  if (headers) reply.headers(headers);
  const text = stringifyJson(body);
  return isCompressible ? sendCompressed(request, reply, text) : reply.send(text);
}

/** The parameters of a request, wherever it has them. */
function paramsOf(request: FastifyRequest): OperationParams {
  if (request.method === "POST") return readParams(request.body);
  const [, search = ""] = request.url.split("?", 2);
  return readSearchParams(new URLSearchParams(search));
}

/** Refuses a body that is not what we read, before it is read. */
function refuseUnreadable({ headers }: FastifyRequest): void {
  const expected = { status: 415, headers: { "accept-post": "application/json" } };
  const contentType = headers["content-type"];
  const [mediaType, ...parameters] = (contentType ?? "none")
    .split(";")
    .map((part) => part.trim().toLowerCase());
  const charset = parameters.find((each) => each.startsWith("charset="))?.slice("charset=".length);
  const isRead = mediaType === "application/json" && /^("?)utf-?8\1$/.test(charset ?? "utf-8");
  if (!isRead) {
    throw refuse(
      "BAD_REQUEST",
      `Expected a body with the content-type application/json, in UTF-8; got ${contentType ?? "none"}.`,
      expected,
    );
  }
  const coding = headers["content-encoding"];
  if (coding !== undefined && coding !== "identity") {
    throw refuse(
      "BAD_REQUEST",
      `Expected a body that is not compressed; got the content-encoding ${coding}.`,
      {
        status: 415,
        headers: { ...expected.headers, "accept-encoding": "identity" },
      },
    );
  }
}

function notAcceptable(accept: string | undefined): GraphQLError {
  const expected = ANSWER_TYPES.join(", ");
  return refuse("BAD_REQUEST", `Expected accept to allow one of ${expected}; got ${accept}.`, {
    status: 406,
    headers: { accept: expected },
  });
}

/**
 * Whether a browser may have put credentials on this request by itself. Then a page of somebody else's could make it
 * ask again and again, with texts of its own beside what is secret, and learn the secret from how long the compressed
 * answers are (BREACH).
 */
const hasAmbientCredentials = ({ headers: { cookie, authorization } }: FastifyRequest): boolean =>
  cookie !== undefined || (authorization !== undefined && !/^bearer /i.test(authorization));

/**
 * A page of somebody else's can make a browser send a GET, but not one with a header of its own, nor JSON, unless
 * the browser has asked us first. Browsers say from where a request comes; what is no browser does not.
 */
function refuseForeignPages({ headers }: FastifyRequest, origins: ReadonlySet<string>): void {
  const site = headers["sec-fetch-site"];
  const isAllowed =
    site === undefined || site === "same-origin" || site === "none" || origins.has(headers.origin ?? "");
  const isAskedFirst = PREFLIGHTED.some((name) => headers[name] !== undefined);
  if (isAllowed || isAskedFirst) return;
  throw refuse("BAD_REQUEST", `Expected a GET of another site's page to have the header ${PREFLIGHTED[0]}.`, {
    status: 403,
  });
}

/** Headers that no page can send elsewhere without a preflight. */
const PREFLIGHTED = ["x-graphql-require-preflight", "apollo-require-preflight", "authorization"];
