import { Pool } from "undici";
import { signViewer, VIEWER_HEADER } from "../shared/auth/signature.ts";
import { StartupError } from "../shared/errors.ts";
import type { SubgraphExecutor, SubgraphRequest, SubgraphResponse } from "./execution/subgraph-executor.ts";

const TIMEOUT = 15_000;
const ANSWER_LIMIT = 64 * 1024 * 1024;
const CONNECTIONS = 64;

/** What reaching subgraphs over HTTP takes. */
export interface HttpOptions {
  /** Subgraph name to the address of its endpoint. */
  readonly urls: Readonly<Record<string, string>>;
  /** Signs the viewer for subgraphs of ours; somebody else's get no viewer. */
  readonly secret: string | null;
  readonly timeout?: number;
  readonly answerLimit?: number;
}

/** Sends operations to subgraphs over HTTP, with kept-alive connections, a time limit and a size limit. */
export function createHttpExecutor(options: HttpOptions): {
  execute: SubgraphExecutor;
  close(): Promise<void>;
} {
  const endpoints = new Map(
    Object.entries(options.urls).map(([name, address]) => {
      if (!URL.canParse(address)) {
        throw new StartupError(`The subgraph ${name} needs the address of its endpoint; got "${address}".`);
      }
      const url = new URL(address);
      const pool = new Pool(url.origin, { connections: CONNECTIONS, pipelining: 1 });
      return [name, { pool, path: url.pathname + url.search }];
    }),
  );

  const attempt = async (
    request: SubgraphRequest,
    body: string,
    signal: AbortSignal,
  ): Promise<SubgraphResponse> => {
    const endpoint = endpoints.get(request.subgraph);
    if (!endpoint) throw new Error(`There is no address for the subgraph ${request.subgraph}.`);
    const response = await endpoint.pool.request({
      path: endpoint.path,
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/graphql-response+json, application/json",
        ...(options.secret
          ? { [VIEWER_HEADER]: signViewer(options.secret, request.viewer, request.subgraph, body) }
          : {}),
      },
      body,
      signal,
    });
    return parseAnswer(
      await readLimited(response.body, options.answerLimit ?? ANSWER_LIMIT),
      response.statusCode,
    );
  };

  return {
    async execute(request) {
      const body = JSON.stringify({
        query: request.query,
        ...(request.operationName ? { operationName: request.operationName } : {}),
        variables: request.variables ?? {},
      });
      const limit = AbortSignal.timeout(options.timeout ?? TIMEOUT);
      // A change that has begun is left to end, whoever still waits for it.
      const mayStop = request.signal && request.operationKind === "query";
      const signal = mayStop ? AbortSignal.any([limit, request.signal]) : limit;
      try {
        return await attempt(request, body, signal);
      } catch (error) {
        // A kept-alive connection may be closed by the other side just as it is used: reads are tried once more.
        if (request.operationKind !== "query" || !isReset(error)) throw error;
        return attempt(request, body, signal);
      }
    },
    async close() {
      await Promise.all([...endpoints.values()].map(({ pool }) => pool.close()));
    },
  };
}

async function readLimited(body: AsyncIterable<Buffer>, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw new Error(`A subgraph answered with more than ${limit} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseAnswer(text: string, status: number): SubgraphResponse {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new Error(`A subgraph answered with status ${status} and no JSON.`);
  }
  const isAnswer = typeof answer === "object" && answer !== null && ("data" in answer || "errors" in answer);
  if (!isAnswer) throw new Error(`A subgraph answered with status ${status} and neither data nor errors.`);
  return answer as SubgraphResponse;
}

function isReset(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === "ECONNRESET" || code === "UND_ERR_SOCKET" || code === "EPIPE";
}
