import type { Dispatcher } from "undici";
import type { Pool } from "undici";

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
  /** Milliseconds until an answer has to be there, whole. */
  readonly timeout: number;
  /** Most bytes of an answer. */
  readonly answerLimit: number;
  readonly signal: AbortSignal | undefined;
}

/** No whole answer came in time. */
class AnswerTimeout extends Error {}

/** The answer is larger than it may be. */
class AnswerTooLarge extends Error {}

/**
 * Posts a body over kept-alive connections and reads the answer whole. It stands directly on the pool's dispatch:
 * what `fetch` and streams would add costs as much again as the rest of a request.
 */
export function post(pool: Pool, request: PostRequest): Promise<PostedAnswer> {
  return new Promise((resolve, reject) => {
    const { path, headers, body, timeout, answerLimit, signal } = request;
    let controller: Dispatcher.DispatchController | undefined;
    let failure: Error | undefined;
    let status = 0;
    let size = 0;
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
    const timer = setTimeout(
      () => fail(new AnswerTimeout(`No whole answer came in ${timeout} ms.`)),
      timeout,
    );
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    if (signal?.aborted) return onAbort();
    signal?.addEventListener("abort", onAbort);

    pool.dispatch(
      { path, method: "POST", headers, body, headersTimeout: 0, bodyTimeout: 0 },
      {
        onRequestStart(started) {
          controller = started;
          if (failure) started.abort(failure);
        },
        onResponseStart(_controller, code) {
          status = code;
        },
        onResponseData(_controller, chunk) {
          size += chunk.length;
          if (size > answerLimit) fail(new AnswerTooLarge(`The answer has more than ${answerLimit} bytes.`));
          else chunks.push(chunk);
        },
        onResponseEnd() {
          done();
          const [first] = chunks;
          resolve({ status, text: (chunks.length === 1 ? first! : Buffer.concat(chunks)).toString("utf8") });
        },
        onResponseError(_controller, error) {
          fail(error);
        },
      },
    );
  });
}
