import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import type { RedisConnection } from "../shared/redis.ts";
import { openRedis } from "../shared/redis.ts";

const url = process.env["TEST_REDIS_URL"];

/** `describe` where `TEST_REDIS_URL` names a server, and a visible skip where it doesn't. */
export const describeWithRedis = url ? describe : describe.skip;

/** A name that no other test uses: all share one server. */
export const ownName = () => `test-${randomBytes(8).toString("hex")}`;

/** Opens a connection to the server, as a process does. */
export const openTestRedis = (): Promise<RedisConnection> => openRedis(url!, () => {});

/** The server by an address of its own, at which it can go down for this test alone. */
export interface FragileRedis {
  readonly url: string;
  /** Ends all connections, and takes no more. */
  kill(): Promise<void>;
  /** Takes connections again. */
  restart(): Promise<void>;
  /** Keeps connections open, and lets nothing through. */
  hang(): void;
}

export async function startFragileRedis(): Promise<FragileRedis> {
  const target = new URL(url!);
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 6379), target.hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.pipe(to);
      from.on("error", () => {});
      from.on("close", () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, "127.0.0.1", () => resolve()));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `redis://127.0.0.1:${port}${target.pathname}`,
    kill: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
    restart: () => listen(port),
    hang() {
      for (const socket of open) {
        socket.unpipe();
        socket.resume();
      }
    },
  };
}
