import type { DocumentNode, ExecutionResult } from "graphql";
import { parse, validate } from "graphql";
import { LRUCache } from "lru-cache";
import sql from "sql-template-tag";
import { AuditedReads } from "../auth/audit.ts";
import type { Viewer } from "../auth/viewer.ts";
import type { Database } from "../data/database.ts";
import { Loaders } from "../data/loaders.ts";
import type { SubgraphContext } from "../data/loaders.ts";
import { inTime } from "../data/failures.ts";
import type { DatabaseLocation, DatabaseUse } from "../data/open.ts";
import { openDatabase } from "../data/open.ts";
import type { FeedReader } from "../feed/outbox.ts";
import { readFeed } from "../feed/outbox.ts";
import type { CompiledExecutor } from "./compiled.ts";
import { compiledExecutor } from "./compiled.ts";
import type { SubgraphDefinition, SubgraphSchema } from "./subgraph.ts";
import { buildFederatedSchema } from "./subgraph.ts";
import { fieldOfVariable, withField, withFields } from "./input-errors.ts";

/** Most documents that are kept, with what is compiled from them, and most characters of their texts. */
const DOCUMENTS_KEPT = { max: 1_000, maxSize: 1_000_000 };

/** Milliseconds that the database has to show that it answers. */
const PROBE_LIMIT = 1_500;

/** One operation on a subgraph. */
export interface SubgraphOperation {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

/** A subgraph with its database open: what HTTP serves, and what one process calls directly. */
export interface RunningSubgraph extends SubgraphSchema {
  readonly definition: SubgraphDefinition;
  readonly db: Database;
  /** What resolvers of one request receive; its reads end when the signal fires. */
  contextOf(viewer: Viewer, requestId?: string | null, signal?: AbortSignal): SubgraphContext;
  /** Its answer tells in `extensions.audit` of reads that have to be in the audit log. */
  execute(
    operation: SubgraphOperation,
    viewer: Viewer,
    requestId?: string | null,
    signal?: AbortSignal,
  ): Promise<ExecutionResult>;
  /** The same in a context that holds more than is usual. */
  executeIn(operation: SubgraphOperation, context: SubgraphContext): Promise<ExecutionResult>;
  /** Executes a document that has been parsed and validated; what was read that has to be audited stays in the context. */
  readonly run: CompiledExecutor;
  readonly readFeed: FeedReader;
  /** Whether the database answers, within a moment. */
  isReady(): Promise<boolean>;
  close(): Promise<void>;
}

/** Opens a subgraph's database, brings it up to date and makes its schema ready to be asked. */
export async function startSubgraph(
  definition: SubgraphDefinition,
  location: DatabaseLocation,
  use?: Partial<DatabaseUse>,
): Promise<RunningSubgraph> {
  const { schema, sdl } = buildFederatedSchema(definition);
  const db = await openDatabase(location, definition, use);
  const run = compiledExecutor(schema);
  const documents = new LRUCache<string, DocumentNode | ExecutionResult>({
    ...DOCUMENTS_KEPT,
    sizeCalculation: (_, query) => query.length + 1,
  });
  const contextOf = (
    viewer: Viewer,
    requestId: string | null = null,
    signal?: AbortSignal,
  ): SubgraphContext => ({
    db: db.forRequest(signal),
    viewer,
    requestId,
    loaders: new Loaders(),
    audited: new AuditedReads(),
  });

  const documentOf = (query: string) => {
    let known = documents.get(query);
    if (!known) {
      const document = parse(query);
      const errors = validate(schema, document);
      documents.set(query, (known = errors.length > 0 ? { errors: withFields(errors, document) } : document));
    }
    return known;
  };

  const executeIn: RunningSubgraph["executeIn"] = async ({ query, operationName, variables }, context) => {
    const document = documentOf(query);
    if (!("kind" in document)) return document;
    const answer = await run({ document, operationName, variables, context });
    const errors = answer.errors?.map((error) => withField(error, fieldOfVariable(error.message)));
    return context.audited.addTo(errors ? { ...answer, errors } : answer);
  };

  // Probes share one statement: while a server is stopped, it stays under way until the server goes on.
  let probe: Promise<unknown> | null = null;
  const isReady = () => {
    probe ??= db.read(sql`SELECT 1 AS one`).finally(() => (probe = null));
    return inTime(probe, PROBE_LIMIT).then(
      () => true,
      () => false,
    );
  };

  return {
    definition,
    schema,
    sdl,
    db,
    contextOf,
    execute: (operation, viewer, requestId, signal) =>
      executeIn(operation, contextOf(viewer, requestId, signal)),
    executeIn,
    run,
    readFeed: (after, limit) => readFeed(db, after, limit),
    isReady,
    close: () => db.close(),
  };
}
