import type { IPolicy } from "cockatiel";
import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  wrap,
} from "cockatiel";

/** How much a subgraph is asked at once, and what happens when it fails. */
export interface ResilienceOptions {
  /** Most requests under way at once; so many again may wait, ten times over. */
  readonly concurrency: number;
  /** After so many failures in a row nobody asks any more, for a while. */
  readonly failuresInARow: number;
  /** Milliseconds until one request tries whether the subgraph is back. */
  readonly pause: number;
}

export const DEFAULT_RESILIENCE: ResilienceOptions = { concurrency: 64, failuresInARow: 20, pause: 5_000 };

/** Nobody waits for the answer any more: no failure of the subgraph's. */
export class Abandoned extends Error {}

/** A failure that another attempt may not meet: the connection broke, or the subgraph said "not now". */
export class Transient extends Error {}

/** The policies for one subgraph. */
export interface Resilience {
  /** For what may be sent again: it is, once, after a moment that differs from caller to caller. */
  readonly reads: IPolicy;
  /** For what must not be sent twice. */
  readonly changes: IPolicy;
}

/**
 * Puts one subgraph behind a bounded number of requests and a circuit breaker. Both kinds of request share them; what
 * the breaker or the queue turn away is not tried again.
 */
export function resilienceOf({ concurrency, failuresInARow, pause }: ResilienceOptions): Resilience {
  const isFailure = (error: Error) =>
    !(
      error instanceof Abandoned ||
      error instanceof BulkheadRejectedError ||
      error instanceof BrokenCircuitError
    );
  const breaker = circuitBreaker(handleWhen(isFailure), {
    halfOpenAfter: pause,
    breaker: new ConsecutiveBreaker(failuresInARow),
  });
  const guarded = wrap(breaker, bulkhead(concurrency, concurrency * 10));
  const again = retry(
    handleWhen((error) => error instanceof Transient),
    { maxAttempts: 1, backoff: new ExponentialBackoff({ initialDelay: 20, maxDelay: 100 }) },
  );
  return { reads: wrap(again, guarded), changes: guarded };
}
