import { once } from "node:events";
import { circuitBreaker, ConsecutiveBreaker, handleAll } from "cockatiel";
import type { Redis } from "ioredis";

/** Milliseconds that Redis has for an answer; it takes less than one. */
const TIMEOUT = 200;
/** Milliseconds that it has at the start. */
const CONNECT_TIMEOUT = 2_000;
/** After so many failures in a row nobody waits for it any more, but one caller every so many milliseconds. */
const FAILURES = 3;
const PAUSE = 1_000;

/** What processes share that run several times: counts and marks that are forgotten by themselves, and no data. */
export interface RedisConnection {
  /** Sends what a command does; throws when Redis does not answer, at once while it is known to be down. */
  send<T>(command: (redis: Redis) => Promise<T>): Promise<T>;
  close(): void;
}

/**
 * Opens the connection to Redis. A Redis that is down is no reason not to start: it is said once, and whoever needs
 * it decides what to do without; the connection comes back by itself.
 */
export async function openRedis(
  url: string,
  say: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Promise<RedisConnection> {
  // Loaded here alone: a process without Redis doesn't wait for its client.
  const { Redis } = await import("ioredis");
  const redis = new Redis(url, {
    keyPrefix: "consortia:",
    connectTimeout: CONNECT_TIMEOUT,
    commandTimeout: TIMEOUT,
    // What could not be sent, or was not answered, is never sent later: it may have had its effect.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempts) => Math.min(attempts * 50, PAUSE),
  });
  // Each attempt to connect would say it again.
  redis.on("error", () => {});

  let isDown = false;
  const isNowDown = (reason: unknown) => {
    if (!isDown) say(`Redis does not answer: ${(reason as Error).message}`);
    isDown = true;
  };
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: PAUSE,
    breaker: new ConsecutiveBreaker(FAILURES),
  });
  breaker.onBreak((failure) => "error" in failure && isNowDown(failure.error));
  breaker.onReset(() => {
    if (isDown) say("Redis answers again.");
    isDown = false;
  });
  await once(redis, "ready").catch(isNowDown);

  return {
    send: (command) => breaker.execute(() => command(redis)),
    close: () => redis.disconnect(),
  };
}
