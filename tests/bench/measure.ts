import { Pool } from "undici";
import { post } from "../../gateway/subgraphs/post.ts";

/** One thing to time: an operation at an address. */
export interface Subject {
  readonly name: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** Microseconds of processor time that whoever answers has used so far; null where nothing tells. */
  readonly processorTime: () => number | null;
}

/** What a subject did, over all rounds. */
export interface Measured {
  readonly name: string;
  /** Median milliseconds of one request at a time. */
  readonly latency: number;
  /** Median requests a second over the rounds, with several at once. */
  readonly throughput: number;
  /** Median microseconds of processor time for a request, with several at once; hardly changes with what else runs. */
  readonly processorTime: number | null;
}

/** How long, and how often, each subject is asked. */
export interface Effort {
  readonly rounds?: number;
  /** Seconds of each round with several requests at once. */
  readonly seconds?: number;
  /** Requests of each round one at a time. */
  readonly requests?: number;
  readonly connections?: number;
}

const WARM_UP = 20;
const TIMEOUT = 60_000;

export const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Processor time where client and server are this process: the client's small share is in it. */
export const inThisProcess = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** What is said of a subject in comparison with another: each figure, and its ratio to the other's. */
export const COMPARED = ["median ms", "ratio", "requests/s", "ratio", "CPU µs", "ratio"] as const;

/** The same as texts, in this order. */
export function compared(each: Measured, other: Measured): string[] {
  const ratio = (of: number, to: number) => (of / to).toFixed(2);
  return [
    each.latency.toFixed(2),
    ratio(each.latency, other.latency),
    each.throughput.toFixed(0),
    ratio(each.throughput, other.throughput),
    each.processorTime?.toFixed(0) ?? "?",
    ratio(each.processorTime ?? NaN, other.processorTime ?? NaN),
  ];
}

/** Sends an operation and gives its answer. */
export async function ask({
  url,
  headers,
  body,
}: Pick<Subject, "url" | "headers" | "body">): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
    signal: AbortSignal.timeout(TIMEOUT),
  });
  return response.json();
}

/** Times subjects in alternating rounds, so that what else the machine does meets all of them. */
export async function measure(
  subjects: readonly Subject[],
  { rounds = 3, seconds = 2, requests = 60, connections = 16 }: Effort = {},
): Promise<Measured[]> {
  const latencies = subjects.map((): number[] => []);
  const throughputs = subjects.map((): number[] => []);
  const processorTimes = subjects.map((): number[] => []);
  for (const subject of subjects) for (let index = 0; index < WARM_UP; index++) await ask(subject);
  for (let round = 0; round < rounds; round++) {
    for (const [index, subject] of subjects.entries()) {
      const { once, close } = asker(subject, connections);
      try {
        // First, so that what is timed one at a time has been asked often: code that runs for the first time is slow.
        if (seconds > 0) {
          const together = await askTogether(once, { subject, seconds, connections });
          throughputs[index]!.push(together.throughput);
          if (together.processorTime !== null) processorTimes[index]!.push(together.processorTime);
        }
        for (let asked = 0; asked < requests; asked++) {
          const started = performance.now();
          await once();
          latencies[index]!.push(performance.now() - started);
        }
      } finally {
        await close();
      }
    }
  }
  return subjects.map(({ name }, index) => ({
    name,
    latency: median(latencies[index]!),
    throughput: median(throughputs[index]!),
    processorTime: processorTimes[index]!.length > 0 ? median(processorTimes[index]!) : null,
  }));
}

/** Asks a subject over kept-alive connections, as lightly as can be: the client shares its core with others. */
function asker({ name, url, headers, body }: Subject, connections: number) {
  const { origin, pathname: path } = new URL(url);
  const pool = new Pool(origin, { connections });
  const request = {
    path,
    headers: { "content-type": "application/json", ...headers },
    body,
    timeout: TIMEOUT,
    answerLimit: 2 ** 30,
    signal: undefined,
  };
  return {
    async once() {
      const { status } = await post(pool, { ...request, until: performance.now() + TIMEOUT });
      if (status !== 200) throw new Error(`${name} answered with status ${status} while it was timed.`);
    },
    close: () => pool.destroy(),
  };
}

async function askTogether(
  once: () => Promise<void>,
  { subject, seconds, connections }: { subject: Subject; seconds: number; connections: number },
): Promise<Pick<Measured, "throughput" | "processorTime">> {
  const used = subject.processorTime();
  const started = performance.now();
  const until = started + seconds * 1000;
  let done = 0;
  const askOn = async () => {
    while (performance.now() < until) {
      await once();
      done++;
    }
  };
  await Promise.all(Array.from({ length: connections }, askOn));
  const throughput = (done * 1000) / (performance.now() - started);
  const usedNow = subject.processorTime();
  return { throughput, processorTime: used === null || usedNow === null ? null : (usedNow - used) / done };
}
