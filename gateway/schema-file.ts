import type { FastifyInstance } from "fastify";
import { printSchema } from "graphql";
import type { Graph } from "./graph.ts";
import type { Caller } from "./identity/caller.ts";
import type { Pipeline } from "./pipeline/pipeline.ts";
import { refuse } from "./pipeline/refusal.ts";
import type { Resource } from "./transports/resource.ts";
import { createResource, REVALIDATED } from "./transports/resource.ts";

/** Where the schema is, for tools that take an address. */
const SCHEMA_PATH = "/schema.graphql";

/** What serving the schema takes. */
export interface SchemaFileOptions {
  readonly pipeline: Pipeline;
  /** The graph as it is now. */
  readonly graph: () => Graph;
  readonly mayIntrospect: (caller: Caller) => boolean;
}

/** Serves the schema that clients see as SDL, to whoever may introspect it; it is sent again only when it has changed. */
export function serveSchemaFile(server: FastifyInstance, options: SchemaFileOptions): void {
  const { pipeline, graph, mayIntrospect } = options;
  const files = new WeakMap<Graph, Resource>();
  server.get(SCHEMA_PATH, async (request, reply) => {
    const { caller } = await pipeline.signIn(request);
    if (!mayIntrospect(caller)) {
      throw refuse(
        "FORBIDDEN",
        "The schema is not for everybody here; sign in as somebody who may introspect it.",
        {
          status: 403,
        },
      );
    }
    const current = graph();
    let file = files.get(current);
    if (!file) {
      const type = "text/plain; charset=utf-8";
      file = createResource(printSchema(current.apiSchema), {
        type,
        cacheControl: `private, ${REVALIDATED}`,
      });
      files.set(current, file);
    }
    return file.send(request, reply);
  });
}
