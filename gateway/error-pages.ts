import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { marked } from "marked";
import { ERROR_CODES, errorPage } from "./errors.ts";
import { byAccept, inUtf8, varyBy } from "./transports/negotiation.ts";
import type { Resource } from "./transports/resource.ts";
import { createResource, REVALIDATED } from "./transports/resource.ts";

/** As it is written, and as a page. Who takes anything reads it in a terminal. */
const TYPES = ["text/markdown", "text/plain", "text/html"] as const;

const typeOf = byAccept(TYPES);

const STYLE = `body { max-width: 40rem; margin: 3rem auto; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif }
code { font-size: 0.95em }
:root { color-scheme: light dark }`;

/** Serves the page of each error code, where the errors themselves say that it is. */
export function serveErrorPages(server: FastifyInstance, root: string): void {
  for (const code of Object.keys(ERROR_CODES)) {
    const text = readFileSync(join(root, "docs", "errors", `${code}.md`), "utf8");
    const resource = (type: string, content: string) =>
      createResource(content, { type: inUtf8(type), cacheControl: REVALIDATED });
    const pages: Record<(typeof TYPES)[number], Resource> = {
      "text/markdown": resource("text/markdown", text),
      "text/plain": resource("text/plain", text),
      "text/html": resource("text/html", pageOf(code, text)),
    };
    server.get(errorPage(code), async (request, reply) => {
      varyBy(reply, "accept");
      reply.header(
        "content-security-policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      );
      return pages[typeOf(request.headers.accept) ?? "text/plain"].send(request, reply);
    });
  }
}

function pageOf(title: string, markdown: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} · Consortia</title>
    <style>${STYLE}</style>
  </head>
  <body>
${marked.parse(markdown, { async: false })}  </body>
</html>
`;
}
