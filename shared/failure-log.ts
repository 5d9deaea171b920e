import type { FastifyBaseLogger } from "fastify";

/** Milliseconds in which the same failure is logged once; at their end it is said how often it has repeated. */
const INTERVAL = 10_000;

/** Most different failures that are told apart within an interval. */
const KEPT = 200;

/** Most characters of a reason. */
const REASON_LENGTH = 300;

/** Why something that answers depend on has failed. */
export interface Failure {
  /** The subgraph that gave no answer; none where a part says by itself that it is unavailable. */
  readonly subgraph?: string | undefined;
  readonly reason: Error;
  readonly requestId?: string | undefined;
}

/** Logs failures of subgraphs at the level `warn`, the first of its kind at once and the others as a number. */
export interface FailureLog {
  readonly note: (failure: Failure) => void;
  /** Whether a reason has been noted already. */
  readonly hasNoted: (reason: Error) => boolean;
}

/** Makes the log of failures of one gateway. */
export function createFailureLog(log: Pick<FastifyBaseLogger, "warn">, interval = INTERVAL): FailureLog {
  const noted = new WeakSet<Error>();
  const repeats = new Map<string, number>();

  const countRepeats = (key: string, fields: object) => {
    setTimeout(() => {
      const repeated = repeats.get(key)!;
      if (repeated === 0) return void repeats.delete(key);
      log.warn({ ...fields, repeated }, "the same failure has repeated");
      repeats.set(key, 0);
      countRepeats(key, fields);
    }, interval).unref();
  };

  return {
    note({ subgraph, reason, requestId }) {
      noted.add(reason);
      const text = textOf(reason);
      const known = `${subgraph ?? ""} ${text.replace(/\d+/g, "#")}`;
      // Whatever is beyond so many kinds is counted as one.
      const key = repeats.has(known) || repeats.size < KEPT ? known : "";
      const before = repeats.get(key);
      repeats.set(key, before === undefined ? 0 : before + 1);
      if (before !== undefined) return;
      const fields = { ...(subgraph === undefined ? {} : { subgraph }), reason: text };
      log.warn(
        { ...fields, requestId },
        subgraph === undefined ? "a part is unavailable" : "a subgraph has failed",
      );
      countRepeats(key, fields);
    },
    hasNoted: (reason) => noted.has(reason),
  };
}

/** What an error and its causes say, without stacks: `connect ECONNREFUSED 127.0.0.1:4001`. */
function textOf(reason: Error): string {
  const parts: string[] = [];
  for (let at: unknown = reason; at instanceof Error && parts.length < 3; at = at.cause) {
    const said = at.message.split("\n", 1)[0] || (at as { code?: string }).code;
    if (said && !parts.includes(said)) parts.push(said);
  }
  return (parts.join(" ") || reason.name).slice(0, REASON_LENGTH);
}
