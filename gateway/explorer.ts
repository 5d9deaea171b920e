import type { FastifyInstance } from "fastify";
import { DEMO_NOTICE } from "../shared/demo/world.ts";

const FIRST_QUERY = `# Institutions of Ohio, whom they work with, the programs
# that come of it, and how those do.
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
 * Serves GraphiQL at `/explorer`, whole from this server: the page asks no third party for anything. A person who
 * opens the endpoint in a browser is sent there.
 */
export function serveExplorer(
  server: FastifyInstance,
  { isForeign = false, explorerHeaders }: ExplorerOptions = {},
): void {
  let page: Promise<string> | null = null;
  // The page is nine megabytes; nobody waits for it who doesn't open it.
  const render = async () => {
    const { renderGraphiQL } = await import("@graphql-yoga/render-graphiql");
    return renderGraphiQL({
      title: "Consortia",
      endpoint: "/graphql",
      defaultQuery: isForeign ? "" : FIRST_QUERY,
      ...(explorerHeaders ? { headers: JSON.stringify(explorerHeaders, null, 2) } : {}),
    });
  };
  server.get("/explorer", async (_request, reply) =>
    reply.type("text/html; charset=utf-8").send(await (page ??= render())),
  );
  server.get("/", async (_request, reply) => reply.redirect("/explorer"));
  server.addHook("onRequest", async (request, reply) => {
    const wantsPage = request.method === "GET" && request.headers.accept?.includes("text/html");
    if (!wantsPage || !/^\/graphql(\?|$)/.test(request.url)) return undefined;
    return reply.redirect(`/explorer${request.url.slice("/graphql".length)}`);
  });
}
