import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Viewer } from "../shared/auth/viewer.ts";
import type { SubgraphExecutor } from "./execution/subgraph-executor.ts";
import type { Caller, SignIn } from "./identity/caller.ts";
import { NOBODY } from "./identity/caller.ts";
import type { GatewayOptions } from "./server.ts";

/** Signs callers in before the server asks who they are, and tells the platform's own subgraph. */
export function signInBefore(
  signIn: SignIn,
  subgraph: SubgraphExecutor,
  serveAlso: (server: FastifyInstance) => unknown = () => {},
): Pick<GatewayOptions, "viewerOf" | "subgraph" | "serveAlso"> {
  const callers = new WeakMap<FastifyRequest, Caller>();
  const byViewer = new WeakMap<Viewer, Caller>();
  return {
    viewerOf: (request) => (callers.get(request) ?? NOBODY).viewer,
    subgraph: (request) => subgraph({ ...request, caller: byViewer.get(request.viewer) }),
    serveAlso(server) {
      server.addHook("preHandler", async (request) => {
        if (!request.url.startsWith("/graphql")) return;
        const caller = await signIn(request);
        callers.set(request, caller);
        byViewer.set(caller.viewer, caller);
      });
      serveAlso(server);
    },
  };
}
