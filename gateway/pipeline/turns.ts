import { setMaxListeners } from "node:events";
import { refuse } from "./refusal.ts";

/** How many operations are executed at once, and what others do meanwhile. */
export interface TurnLimits {
  /** Most operations that are executed at once. */
  readonly atOnce: number;
  /** Most operations that wait for their turn. */
  readonly waiting: number;
  /** Milliseconds for which they do. */
  readonly patience: number;
}

/** Gives back a turn. */
export type Release = () => void;

interface Waiter {
  readonly admit: () => void;
}

/**
 * Bounds how many operations are executed at once: what is more waits, first come first served, and is refused when its
 * turn does not come in time. Without it all that has arrived would be begun, and slow each other down until some take
 * longer than anybody waits. (The bulkhead of cockatiel has no deadline, and lets whoever comes just then go first.)
 */
export class Turns {
  readonly #limits: TurnLimits;
  readonly #waiting = new Set<Waiter>();
  #running = 0;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** Resolves when it is this operation's turn; rejects when that does not come in time, or when nobody waits any more. */
  take(signal: AbortSignal): Promise<Release> {
    const { atOnce, waiting, patience } = this.#limits;
    if (this.#running < atOnce) return Promise.resolve(this.#begin());
    if (this.#waiting.size >= waiting) return Promise.reject(tooMuch());
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", giveUp);
        this.#waiting.delete(waiter);
      };
      const waiter = {
        admit: () => {
          leave();
          resolve(this.#begin());
        },
      };
      const giveUp = () => {
        leave();
        reject(tooMuch());
      };
      const timer = setTimeout(giveUp, patience);
      // A connection's operations share its signal, and may all wait.
      setMaxListeners(0, signal);
      signal.addEventListener("abort", giveUp);
      this.#waiting.add(waiter);
    });
  }

  #begin(): Release {
    this.#running++;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      // Not at once: an operation over the embedded database may be one long row of microtasks, and a queue of those
      // would leave the event loop no time to take in requests, to send answers, or to notice that one has waited too long.
      setImmediate(() => this.#end());
    };
  }

  #end(): void {
    this.#running--;
    // A set keeps the order in which they came.
    for (const first of this.#waiting) {
      first.admit();
      break;
    }
  }
}

/** The refusal where more is asked than can be answered in time. */
export const tooMuch = () =>
  refuse("UNAVAILABLE", "Too much is asked at once: try again in a moment.", {
    status: 503,
    headers: { "retry-after": "1" },
  });
