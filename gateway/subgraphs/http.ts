import { LRUCache } from "lru-cache";
import { Pool } from "undici";
import { REQUEST_HEADER, signViewer, VIEWER_HEADER } from "../../shared/auth/signature.ts";
import type { Viewer } from "../../shared/auth/viewer.ts";
import { StartupError } from "../../shared/errors.ts";
import type { SubgraphExecutor, SubgraphRequest, SubgraphResponse } from "../execution/subgraph-executor.ts";
import { ACCEPT_ENCODING } from "./encodings.ts";
import { parseJson, stringifyJson } from "../json.ts";
import { InFlight } from "./in-flight.ts";
import type { PostedAnswer } from "./post.ts";
import { post } from "./post.ts";
import type { Resilience, ResilienceOptions } from "./resilience.ts";
import { Abandoned, DEFAULT_RESILIENCE, resilienceOf, Transient } from "./resilience.ts";

const TIMEOUT = 15_000;
const ANSWER_LIMIT = 64 * 1024 * 1024;

/** What reaching subgraphs over HTTP takes. */
export interface HttpOptions {
  /** Subgraph name to the address of its endpoint. */
  readonly urls: Readonly<Record<string, string>>;
  /** Signs the viewer for subgraphs of ours; somebody else's get no viewer. */
  readonly secret: string | null;
  /** Milliseconds that a subgraph has for one answer, its turn and a second attempt included. */
  readonly timeout?: number;
  /** Most bytes of one answer. */
  readonly answerLimit?: number;
  readonly resilience?: Partial<ResilienceOptions>;
}

/** Subgraphs that are reached over HTTP. */
export interface HttpSubgraphs {
  readonly execute: SubgraphExecutor;
  /** Goes over to other addresses; what is under way ends where it began. */
  moveTo(urls: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
}

interface Endpoint {
  readonly address: string;
  readonly pool: Pool;
  readonly path: string;
  readonly resilience: Resilience;
}

/** Sends operations to subgraphs over HTTP: bounded in time, size and number, and not to one that is down. */
export function createHttpSubgraphs(options: HttpOptions): HttpSubgraphs {
  const { secret, timeout = TIMEOUT, answerLimit = ANSWER_LIMIT } = options;
  const resilience = { ...DEFAULT_RESILIENCE, ...options.resilience };
  const inFlight = new InFlight<PostedAnswer>();
  let endpoints = new Map<string, Endpoint>();

  const endpointAt = (name: string, address: string): Endpoint => {
    if (!URL.canParse(address)) {
      throw new StartupError(`The subgraph ${name} needs the address of its endpoint; got "${address}".`);
    }
    const url = new URL(address);
    const pool = new Pool(url.origin, { connections: resilience.concurrency, pipelining: 1 });
    return { address, pool, path: url.pathname + url.search, resilience: resilienceOf(resilience) };
  };
  const moveTo = (urls: Readonly<Record<string, string>>) => {
    const next = new Map(
      Object.entries(urls).map(([name, address]) => {
        const known = endpoints.get(name);
        return [name, known?.address === address ? known : endpointAt(name, address)];
      }),
    );
    for (const [name, endpoint] of endpoints) if (next.get(name) !== endpoint) void endpoint.pool.close();
    endpoints = next;
  };
  moveTo(options.urls);

  const attempt = async (
    { pool, path }: Endpoint,
    { subgraph, viewer, requestId, headers: passed }: SubgraphRequest,
    body: string,
    until: number,
    signal: AbortSignal | undefined,
  ): Promise<PostedAnswer> => {
    const headers = {
      ...passed,
      ...HEADERS,
      ...(secret ? { [VIEWER_HEADER]: signViewer(secret, viewer, subgraph, body) } : {}),
      ...(secret && requestId ? { [REQUEST_HEADER]: requestId } : {}),
    };
    let answer: PostedAnswer;
    try {
      answer = await post(pool, { path, headers, body, timeout, until, answerLimit, signal });
    } catch (error) {
      if (signal?.aborted) throw new Abandoned("Nobody waits any more.", { cause: error });
      throw isBroken(error) ? new Transient("The connection broke.", { cause: error }) : error;
    }
    if (NOT_NOW.has(answer.status))
      throw new Transient(`The subgraph answered with status ${answer.status}.`);
    return answer;
  };

  return {
    async execute(request) {
      const endpoint = endpoints.get(request.subgraph);
      if (!endpoint) throw new Error(`There is no address for the subgraph ${request.subgraph}.`);
      const body = bodyOf(request);
      // Subgraphs of ours have no scalar that is a number.
      const parse = request.hasCustomScalars && !secret ? parseJson : JSON.parse;
      const { reads, changes } = endpoint.resilience;
      const until = performance.now() + timeout;
      if (request.operationKind !== "query") {
        // A change that has begun is left to end, whoever still waits for it.
        return parseAnswer(
          await changes.execute(() => attempt(endpoint, request, body, until, undefined)),
          parse,
        );
      }
      const passed = request.headers ? JSON.stringify(request.headers) : "";
      const key = `${request.subgraph} ${textOf(request.viewer)} ${passed} ${body}`;
      const answer = await inFlight.join(key, request.signal, (signal) =>
        reads.execute(() => attempt(endpoint, request, body, until, signal), signal),
      );
      return parseAnswer(answer, parse);
    },
    moveTo,
    async close() {
      await Promise.all([...endpoints.values()].map(({ pool }) => pool.close()));
    },
  };
}

const HEADERS = {
  "content-type": "application/json",
  accept: "application/graphql-response+json, application/json",
  "accept-encoding": ACCEPT_ENCODING,
};

/** Operations as JSON: they come from plans, which are kept, and the same ones are sent again and again. */
const operations = new LRUCache<string, string>({
  max: 5_000,
  maxSize: 4_000_000,
  sizeCalculation: (_, query) => query.length + 1,
});

/** A request as JSON; representations are written already. */
function bodyOf({ query, operationName, variables = {}, representations }: SubgraphRequest): string {
  let operation = operations.get(query);
  if (operation === undefined) operations.set(query, (operation = JSON.stringify(query)));
  const given = Object.keys(variables).map(
    (name) => `${JSON.stringify(name)}:${stringifyJson(variables[name] ?? null)}`,
  );
  for (const name in representations)
    given.push(`${JSON.stringify(name)}:[${representations[name]!.texts.join()}]`);
  const named = operationName ? `"operationName":${JSON.stringify(operationName)},` : "";
  return `{"query":${operation},${named}"variables":{${given.join()}}}`;
}

/** What a proxy or an overloaded server says when the same may succeed a moment later. */
const NOT_NOW = new Set([502, 503, 504]);

/** A kept-alive connection may be closed by the other side just as it is used; a server may just be restarting. */
const BROKEN = new Set(["ECONNRESET", "ECONNREFUSED", "EPIPE", "UND_ERR_SOCKET"]);
const isBroken = (error: unknown) => BROKEN.has((error as { code?: string }).code ?? "");

const texts = new WeakMap<Viewer, string>();

/** A viewer as text; those who are told apart by a subgraph are told apart by it. */
function textOf(viewer: Viewer): string {
  let text = texts.get(viewer);
  if (text === undefined) texts.set(viewer, (text = JSON.stringify(viewer)));
  return text;
}

/** Each who waited gets objects of their own: they become part of the answer and are added to. */
function parseAnswer({ status, text }: PostedAnswer, parse: (text: string) => unknown): SubgraphResponse {
  let answer: unknown;
  try {
    answer = parse(text);
  } catch {
    throw new Error(`A subgraph answered with status ${status} and no JSON.`);
  }
  const isAnswer = typeof answer === "object" && answer !== null && ("data" in answer || "errors" in answer);
  if (!isAnswer) throw new Error(`A subgraph answered with status ${status} and neither data nor errors.`);
  return answer as SubgraphResponse;
}
