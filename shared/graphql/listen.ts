import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { StartupError } from "../errors.ts";

/** Listens, and says in one sentence why where it cannot. */
export async function listen(
  server: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
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
  const { port: bound } = server.server.address() as AddressInfo;
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host;
  return `http://${name}:${bound}`;
}
