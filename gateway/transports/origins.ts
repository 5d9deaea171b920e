import type { FastifyInstance } from "fastify";
import { GRAPHQL_PATH } from "./http.ts";
import { varyBy } from "./negotiation.ts";

/** What of an answer pages of other sites may read beside its body. */
const EXPOSED = [
  "retry-after",
  "x-ratelimit-limit",
  "x-ratelimit-remaining",
  "x-ratelimit-used",
  "x-ratelimit-reset",
].join(", ");

/** Seconds for which a browser need not ask again. */
const REMEMBERED = "7200";

/**
 * Lets pages of these origins ask by their users' browsers (CORS). Browsers of users on other pages are told nothing,
 * and keep the answers from them. Cookies play no part: credentials are in headers that a page has to know.
 */
export function allowOrigins(server: FastifyInstance, origins: ReadonlySet<string>): void {
  if (origins.size === 0) return;
  server.addHook("onRequest", async ({ headers: { origin } }, reply) => {
    varyBy(reply, "origin");
    if (origin === undefined || !origins.has(origin)) return;
    reply.header("access-control-allow-origin", origin);
    reply.header("access-control-expose-headers", EXPOSED);
  });
  server.options(GRAPHQL_PATH, async ({ headers }, reply) => {
    if (origins.has(headers.origin ?? "")) {
      reply.header("access-control-allow-methods", "GET, POST");
      reply.header(
        "access-control-allow-headers",
        headers["access-control-request-headers"] ?? "content-type",
      );
      reply.header("access-control-max-age", REMEMBERED);
    }
    return reply.code(204).send();
  });
}
