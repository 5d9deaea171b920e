import type { FastifyInstance } from "fastify";
import { DEMO_NOTICE } from "../shared/demo/world.ts";
import type { Resource } from "./transports/resource.ts";
import { createResource, IMMUTABLE, REVALIDATED } from "./transports/resource.ts";

/** Where the explorer is. */
export const EXPLORER_PATH = "/explorer";

const FIRST_QUERY = `# Institutions of Ohio, whom they work
# with, the programs that come of it,
# and how those do.
# ${DEMO_NOTICE}
query FirstQuery {
  institutions(
    first: 5
    filter: { subdivision: { eq: "OH" } }
  ) {
    nodes {
      name
      partnerships(first: 3) {
        nodes {
          name
          parties {
            role
            party {
              ... on Institution { name }
              ... on PartnerOrganization { name }
            }
          }
          programs(first: 2) {
            nodes {
              title
              figures(
                first: 4
                filter: {
                  indicatorCode: { eq: "COMPLETION_RATE" }
                  groupCode: { eq: "ALL" }
                }
              ) {
                nodes {
                  period { label }
                  cell { state value n }
                }
              }
            }
          }
        }
      }
    }
  }
}
`;

/** What the explorer shows when it is opened. */
export interface ExplorerOptions {
  /** Somebody else's graph: our first query would not be one of it. */
  readonly isForeign?: boolean;
  /** Headers that the explorer sends unless its user changes them. */
  readonly explorerHeaders?: Readonly<Record<string, string>>;
}

/**
 * GraphiQL runs scripts and workers of this server alone, and asks it alone. Its editor (Monaco) writes style elements
 * while it runs, and its style sheet holds fonts and images as `data:` addresses; nothing else needs an exception.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Starts GraphiQL with what the page says; the editor's language services are workers. */
const BOOT = `const root = document.querySelector("#root");
const { workers, ...options } = JSON.parse(root.dataset.options);
self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_module, label) => new URL(workers[label], document.baseURI).href,
};
YogaGraphiQL.renderYogaGraphiQL(root, options);
`;

/**
 * Serves GraphiQL at `/explorer`, whole from this server: the page asks no third party for anything. Scripts, styles and
 * workers have their hashes in their addresses, so that a browser asks for them once.
 */
export function serveExplorer(server: FastifyInstance, options: ExplorerOptions = {}): void {
  let loading: Promise<Explorer> | null = null;
  // Nine megabytes of scripts; nobody waits for them who doesn't open the explorer.
  const explorer = () => (loading ??= loadExplorer(options));
  server.get(EXPLORER_PATH, async (request, reply) => {
    reply.headers({
      "content-security-policy": CONTENT_SECURITY_POLICY,
      "referrer-policy": "no-referrer",
    });
    return (await explorer()).page.send(request, reply);
  });
  server.get<{ Params: { asset: string } }>(`${EXPLORER_PATH}/:asset`, async (request, reply) => {
    const asset = (await explorer()).assets.get(request.params.asset);
    return asset ? asset.send(request, reply) : reply.callNotFound();
  });
  server.get("/", async (_request, reply) => reply.redirect(EXPLORER_PATH));
}

interface Explorer {
  readonly page: Resource;
  readonly assets: ReadonlyMap<string, Resource>;
}

async function loadExplorer({ isForeign = false, explorerHeaders }: ExplorerOptions): Promise<Explorer> {
  const { css, js, favicon, editorWorkerService, graphqlWorker, jsonWorker } =
    await import("@graphql-yoga/render-graphiql/graphiql");
  const assets = new Map<string, Resource>();
  /** The address of an asset, relative to the page. */
  const add = (name: string, ending: string, type: string, content: string | Buffer): string => {
    const asset = createResource(content, { type, cacheControl: IMMUTABLE });
    const file = `${name}-${asset.hash}.${ending}`;
    assets.set(file, asset);
    return `explorer/${file}`;
  };
  const script = (name: string, content: string) =>
    add(name, "js", "text/javascript; charset=utf-8", content);
  const icon = Buffer.from(favicon.slice(favicon.indexOf(",") + 1), "base64");
  const options = {
    title: "Consortia",
    endpoint: "/graphql",
    defaultQuery: isForeign ? "" : FIRST_QUERY,
    ...(explorerHeaders ? { headers: JSON.stringify(explorerHeaders, null, 2) } : {}),
    workers: {
      editorWorkerService: script("editor", editorWorkerService),
      graphql: script("graphql", graphqlWorker),
      json: script("json", jsonWorker),
    },
  };
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Consortia</title>
    <link rel="icon" href="${add("icon", "ico", "image/x-icon", icon)}">
    <link rel="stylesheet" href="${add("graphiql", "css", "text/css; charset=utf-8", css)}">
    <script defer src="${script("graphiql", js)}"></script>
    <script defer src="${script("boot", BOOT)}"></script>
  </head>
  <body id="body" class="no-focus-outline">
    <noscript>The explorer needs JavaScript.</noscript>
    <div id="root" data-options="${escapeHtml(JSON.stringify(options))}"></div>
  </body>
</html>
`;
  return {
    assets,
    page: createResource(html, { type: "text/html; charset=utf-8", cacheControl: REVALIDATED }),
  };
}

/** A text as it stands in HTML, in attributes too. */
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
