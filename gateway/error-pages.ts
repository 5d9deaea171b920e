import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { ERROR_CODES, errorPage } from "./errors.ts";

/** Serves the page of each error code, where the errors themselves say that it is. */
export function serveErrorPages(server: FastifyInstance, root: string): void {
  for (const code of Object.keys(ERROR_CODES)) {
    // As it is written: a page of ten lines needs no more to be read.
    const text = readFileSync(join(root, "docs", "errors", `${code}.md`), "utf8");
    server.get(errorPage(code), async (_request, reply) =>
      reply.type("text/plain; charset=utf-8").send(text),
    );
  }
}
