import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate, setTimeout } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { StartupError } from "../errors.ts";

/** Milliseconds that a request may take to arrive, at the gateway and at a subgraph. */
const ARRIVAL = 30_000;

/**
 * How a server bounds the time that a request takes to arrive. Node lets a body take as long as headers may where that
 * is longer, a minute by default, and looks every half minute only.
 */
export const ARRIVING = {
  requestTimeout: ARRIVAL,
  http: { headersTimeout: ARRIVAL, connectionsCheckingInterval: 1_000 },
};

/** Milliseconds for which a closing server waits for requests that clients have written before they could know. */
const ON_ITS_WAY = 100;
/** Milliseconds for which it waits for the rest of those that it has a part of. */
const REST = 3_000;
/** Milliseconds for which it answers them. */
const DRAIN = 10_000;
/** How often it looks whether it has, in milliseconds. */
const LOOK_EVERY = 20;

/** Listens, and says in one sentence why where it cannot. */
export async function listen(
  server: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  answerBeforeClosing(server);
  try {
    await server.listen({ host, port });
  } catch (error) {
    await server.close();
    const { code } = error as NodeJS.ErrnoException;
    const reason =
      code === "EADDRINUSE"
        ? `Port ${port} is taken: stop what listens there, or set PORT to another one.`
        : `Cannot listen on ${host}:${port} (${code}): check HOST and PORT.`;
    throw new StartupError(reason, { cause: error });
  }
  return originOf(server, host);
}

/** Where a listening server is reached. */
export function originOf(server: FastifyInstance, host: string): string {
  return originAt(host, (server.server.address() as AddressInfo).port);
}

/** Where a server that listens there is reached from this machine. */
export function originAt(host: string, port: number): string {
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

/**
 * A server that is closing answers what has been sent to it, each on a connection that ends with that; then it takes
 * no more connections. It does not wait for long for what never comes to its end.
 */
function answerBeforeClosing(server: FastifyInstance): void {
  const open = new Set<IncomingMessage>();
  let isClosing = false;
  server.addHook("onRequest", async ({ raw: request }, { raw: response }) => {
    open.add(request);
    response.once("close", () => open.delete(request));
  });
  server.addHook("onSend", async (_request, reply) => {
    // A kept-alive connection would hold the server open until its client leaves.
    if (isClosing) reply.header("connection", "close");
  });
  server.addHook("preClose", async () => {
    isClosing = true;
    // What the system has accepted and read for this process is known to it after a turn of its loop.
    for (let turn = 0; turn < 2; turn++) await setImmediate();
    if ((await connectionsOf(server)) > 0) await setTimeout(ON_ITS_WAY);
    const since = performance.now();
    const timer = setInterval(() => {
      const isAnswering = [...open].some(({ complete }) => complete);
      if (performance.now() - since > (isAnswering ? DRAIN : REST)) server.server.closeAllConnections();
      else server.server.closeIdleConnections();
    }, LOOK_EVERY);
    server.server.once("close", () => clearInterval(timer));
  });
}

const connectionsOf = (server: FastifyInstance) =>
  new Promise<number>((resolve) => server.server.getConnections((_error, count) => resolve(count)));
