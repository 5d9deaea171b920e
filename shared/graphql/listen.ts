import type { AddressInfo } from "node:net";
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

/** Listens, and says in one sentence why where it cannot. */
export async function listen(
  server: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  hangUpWhenClosing(server);
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

/** A kept-alive connection that is answered while the server closes would hold it open until its client leaves. */
function hangUpWhenClosing(server: FastifyInstance): void {
  let isClosing = false;
  server.addHook("preClose", async () => {
    isClosing = true;
  });
  server.addHook("onSend", async (_request, reply) => {
    if (isClosing) reply.header("connection", "close");
  });
}
