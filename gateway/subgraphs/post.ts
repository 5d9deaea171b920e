import type { Dispatcher } from "undici";
import type { Pool } from "undici";
import { SubgraphTimeout } from "../execution/subgraph-executor.ts";
import { AnswerTooLarge, decoded } from "./encodings.ts";

/** An answer as it came. */
export interface PostedAnswer {
  readonly status: number;
  readonly text: string;
}

/** One request that is posted. */
export interface PostRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds that the whole answer has, since it was asked for. */
  readonly timeout: number;
  /** When they are over, by `performance.now()`: waiting for its turn and a first attempt count, too. */
  readonly until: number;
  /** Most bytes of an answer, as it comes and decompressed. */
  readonly answerLimit: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Posts a body over kept-alive connections and reads the answer whole. It stands directly on the pool's dispatch:
 * what `fetch` and streams would add costs as much again as the rest of a request.
 */
export function post(pool: Pool, request: PostRequest): Promise<PostedAnswer> {
  return new Promise((resolve, reject) => {
    const { path, headers, body, timeout, until, answerLimit, signal } = request;
    let controller: Dispatcher.DispatchController | undefined;
    let failure: Error | undefined;
    let status = 0;
    let size = 0;
    let encoding: string | undefined;
    const chunks: Buffer[] = [];

    const fail = (error: Error) => {
      if (failure) return;
      failure = error;
      done();
      reject(error);
      controller?.abort(error);
    };
    const onAbort = () =>
      fail(signal!.reason instanceof Error ? signal!.reason : new Error("Nobody waits any more."));
    const onTimeout = () => fail(new SubgraphTimeout(`No whole answer came in ${timeout} ms.`));
    const left = until - performance.now();
    const timer = setTimeout(onTimeout, left);
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    if (signal?.aborted) return onAbort();
    if (left <= 0) return onTimeout();
    signal?.addEventListener("abort", onAbort);

    pool.dispatch(
      { path, method: "POST", headers, body, headersTimeout: 0, bodyTimeout: 0 },
      {
        onRequestStart(started) {
          controller = started;
          if (failure) started.abort(failure);
        },
        onResponseStart(_controller, code, fields) {
          status = code;
          const given = fields["content-encoding"];
          encoding = Array.isArray(given) ? given.join() : given;
        },
        onResponseData(_controller, chunk) {
          size += chunk.length;
          if (size > answerLimit) fail(new AnswerTooLarge(answerLimit));
          else chunks.push(chunk);
        },
        onResponseEnd() {
          const [first] = chunks;
          const body = chunks.length === 1 ? first! : Buffer.concat(chunks);
          if (encoding === undefined) {
            done();
            return resolve({ status, text: body.toString("utf8") });
          }
          decoded(body, encoding, answerLimit).then((text) => {
            done();
            resolve({ status, text: text.toString("utf8") });
          }, fail);
        },
        onResponseError(_controller, error) {
          fail(error);
        },
      },
    );
  });
}
