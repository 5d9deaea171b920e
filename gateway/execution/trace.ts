/** What one fetch of an operation took. */
export interface FetchTrace {
  readonly subgraph: string;
  /** How many entities it asked for; 0 for a fetch of root fields. */
  readonly entities: number;
  /** Milliseconds from the operation's start to the fetch's, and to its answer. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Whether no answer, or one with errors, came back. */
  readonly hasFailed: boolean;
}

/** The fetches of one operation, in the order in which they were answered. */
export class Trace {
  readonly fetches: FetchTrace[] = [];
  private readonly start = performance.now();

  /** Milliseconds since the operation's start, to the microsecond. */
  now(): number {
    return Math.round((performance.now() - this.start) * 1000) / 1000;
  }
}
