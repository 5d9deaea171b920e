import { Pool } from "undici";
import { post } from "../../gateway/subgraphs/post.ts";

/** One thing to time: an operation at an address. */
export interface Subject {
  readonly name: string;
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

/** What a subject did, over all rounds. */
export interface Measured {
  readonly name: string;
  /** Median milliseconds of one request at a time. */
  readonly latency: number;
  /** Median requests a second over the rounds, with several at once. */
  readonly throughput: number;
}

const ROUNDS = 3;

export const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Sends an operation and gives its answer. */
export async function ask({ url, headers, body }: Subject): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  return response.json();
}

/** Times subjects in alternating rounds, so that what else the machine does meets all of them. */
export async function measure(
  subjects: readonly Subject[],
  { seconds = 2, requests = 60, connections = 16 } = {},
): Promise<Measured[]> {
  const latencies = subjects.map((): number[] => []);
  const throughputs = subjects.map((): number[] => []);
  for (const subject of subjects) for (let index = 0; index < 20; index++) await ask(subject);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, subject] of subjects.entries()) {
      const address = new URL(subject.url);
      const pool = new Pool(address.origin, { connections });
      const request = {
        path: address.pathname,
        headers: { "content-type": "application/json", ...subject.headers },
        body: subject.body,
        timeout: 60_000,
        answerLimit: 2 ** 30,
        signal: undefined,
      };
      // As light as can be: the client shares its core with the subgraphs.
      const once = () => post(pool, request);
      for (let asked = 0; asked < requests; asked++) {
        const started = performance.now();
        await once();
        latencies[index]!.push(performance.now() - started);
      }
      const until = performance.now() + seconds * 1000;
      const started = performance.now();
      let done = 0;
      await Promise.all(
        Array.from({ length: connections }, async () => {
          while (performance.now() < until) {
            await once();
            done++;
          }
        }),
      );
      throughputs[index]!.push((done * 1000) / (performance.now() - started));
      await pool.close();
    }
  }
  return subjects.map(({ name }, index) => ({
    name,
    latency: median(latencies[index]!),
    throughput: median(throughputs[index]!),
  }));
}
