import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import underPressure from "@fastify/under-pressure";
import { fastify } from "fastify";
import type { Config } from "../shared/config.ts";
import { ARRIVING, listen } from "../shared/graphql/listen.ts";
import type { Spending } from "./budget/spending.ts";
import { createMask, unmasked } from "./errors.ts";
import type { ExplorerOptions } from "./explorer.ts";
import { EXPLORER_PATH, serveExplorer } from "./explorer.ts";
import { plannerPool } from "./execution/planner.ts";
import { createFailureLog } from "../shared/failure-log.ts";
import type { Graph, GraphOptions } from "./graph.ts";
import { loadFirstGraph, loadGraph } from "./graph.ts";
import { passedHeaders } from "./headers.ts";
import type { Caller, SignIn } from "./identity/caller.ts";
import { parseJson } from "./json.ts";
import type { Limits } from "./limits/limits.ts";
import { DEFAULT_LIMITS } from "./limits/limits.ts";
import type { TextOf } from "./pipeline/persisted.ts";
import { createDenials, NO_DENIALS } from "./pipeline/denials.ts";
import { createPersistedTexts } from "./pipeline/persisted.ts";
import { createPipeline } from "./pipeline/pipeline.ts";
import { trustedTexts } from "./pipeline/trusted.ts";
import type { TurnLimits } from "./pipeline/turns.ts";
import type { AuditLog } from "./platform/audit.ts";
import { serveHttp } from "./transports/http.ts";
import { serveSchemaFile } from "./schema-file.ts";
import { allowOrigins } from "./transports/origins.ts";
import { limitSendingTime, STANDSTILL } from "./transports/sending.ts";
import { serveWebSocket } from "./transports/websocket.ts";
import type { TrustedDocuments } from "./trusted/manifest.ts";
import { checkTrusted } from "./trusted/manifest.ts";

const BODY_LIMIT = 1024 * 1024;
const DEADLINE = 30_000;
const TURNS: TurnLimits = { atOnce: 256, waiting: 1_000, patience: 5_000 };

/** What a gateway is made of. */
export interface GatewayOptions extends ExplorerOptions, GraphOptions {
  readonly supergraphSdl: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: Config["logLevel"];
  /** Who is asking; a visitor unless said. */
  readonly signIn?: SignIn;
  /** Puts further routes on the server before it listens. */
  readonly serveAlso?: (server: FastifyInstance) => void;
  /** What an operation may ask for at most, `DEFAULT_LIMITS` unless said; null for no limit at all. */
  readonly limits?: Limits | null;
  /** What callers may spend on operations; nobody's budget is bounded unless said. */
  readonly spending?: Spending | null;
  /** What clients may ask by an id, and whether they may ask for anything else. */
  readonly trusted?: { readonly documents: TrustedDocuments; readonly isOnly: boolean } | undefined;
  /** Where it is put down what was refused to whom; nowhere unless said. */
  readonly audit?: AuditLog;
  /** Whether clients see of errors only what was written for them; true unless said. */
  readonly masksErrors?: boolean;
  /** Names of headers that go on to subgraphs as the client sends them. */
  readonly passHeaders?: readonly string[];
  /** Origins of other sites whose pages may ask; none unless said. */
  readonly corsOrigins?: readonly string[];
  /** Addresses and networks of proxies that are believed whom they ask for; none unless said. */
  readonly trustedProxies?: readonly string[];
  /** Milliseconds that an operation may take; what is not there then is missing in the answer. */
  readonly deadline?: number;
  /** Milliseconds that a client may take to read an answer. */
  readonly sendingTime?: number;
  /** How many operations are executed at once; for a while others wait. */
  readonly turns?: Partial<TurnLimits>;
  /** Milliseconds by which the process may be behind, on average over a second, before it refuses operations. */
  readonly maxDelay?: number;
  /** Who is told the plan of an operation, and what each fetch took; operators unless said. */
  readonly mayExplain?: (caller: Caller) => boolean;
  /** Who may ask for the schema, and is told which name was perhaps meant; everybody unless said. */
  readonly mayIntrospect?: (caller: Caller) => boolean;
  /** Whether what stands behind the gateway can answer, too. */
  readonly isReady?: () => boolean | Promise<boolean>;
}

/** A gateway that listens. */
export interface Gateway {
  readonly url: string;
  readonly server: FastifyInstance;
  /** Goes over to another supergraph while serving; a bad one is refused, and the old one goes on. */
  reload(supergraphSdl: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts a gateway: HTTP, server-sent events and WebSocket in front of one pipeline. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const check = ({ apiSchema }: Graph) =>
    options.trusted && checkTrusted(options.trusted.documents, apiSchema);
  const { limits = DEFAULT_LIMITS, masksErrors = true, deadline = DEADLINE, trustedProxies = [] } = options;
  const origins = new Set(options.corsOrigins);
  const mayIntrospect = options.mayIntrospect ?? (() => true);
  const server = fastify({
    logger: options.logLevel === "silent" ? false : { level: options.logLevel },
    bodyLimit: BODY_LIMIT,
    ...ARRIVING,
    connectionTimeout: STANDSTILL,
    trustProxy: [...trustedProxies],
    forceCloseConnections: "idle",
    return503OnClosing: false,
    genReqId: () => randomUUID(),
  });
  const failures = createFailureLog(server.log);
  const graphOptions = { ...options, onFailure: failures.note };
  let graph = await loadFirstGraph(options.supergraphSdl, graphOptions);
  check(graph);
  await server.register(underPressure, {
    maxEventLoopDelay: options.maxDelay ?? 0,
    // The pipeline refuses, in the shape of GraphQL and over every transport; what else is asked is answered.
    pressureHandler: () => {},
  });
  // Any page can send a text anywhere; JSON it cannot, unless we let it.
  server.removeContentTypeParser("text/plain");
  if (options.isForeign) parseExactly(server);
  const pipeline = createPipeline({
    keepsDigits: options.isForeign,
    isBehind: () => server.isUnderPressure(),
    turns: { ...TURNS, ...options.turns },
    graph: () => graph,
    signIn: options.signIn,
    headersOf: passedHeaders(options.passHeaders ?? []),
    textOf: textsOf(options.trusted),
    limits,
    spending: options.spending ?? null,
    denials: options.audit
      ? createDenials(options.audit, (err) => server.log.error({ err }, "the audit log cannot be written"))
      : NO_DENIALS,
    mask: masksErrors ? createMask(server.log, failures) : unmasked,
    mayExplain: options.mayExplain ?? isOperator,
    mayIntrospect,
  });

  const isReady = options.isReady ?? (() => true);
  for (const path of ["/health", "/ready"]) {
    server.get(path, async (_request, reply) => {
      const ready = await isReady();
      return reply.code(ready ? 200 : 503).send({ status: ready ? "ok" : "starting" });
    });
  }
  limitSendingTime(server, options.sendingTime);
  allowOrigins(server, origins);
  serveExplorer(server, options);
  options.serveAlso?.(server);
  serveHttp(server, { pipeline, deadline, origins, pagePath: EXPLORER_PATH });
  serveSchemaFile(server, { pipeline, graph: () => graph, mayIntrospect });
  serveWebSocket(server, { pipeline, deadline, origins, trustedProxies, messageLimit: BODY_LIMIT });

  const releasePlanner = plannerPool.hold({
    onEnd: (err) => server.log.warn({ err }, "a planner process has ended; another takes its place"),
  });
  server.addHook("onClose", async () => releasePlanner());
  const url = await listen(server, options);
  return {
    url,
    server,
    async reload(supergraphSdl) {
      const next = await loadGraph(supergraphSdl, graphOptions);
      check(next);
      graph = next;
    },
    close: () => server.close(),
  };
}

/** Bodies keep all digits of their numbers; else they are parsed as Fastify does it. */
function parseExactly(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser("error", "error");
  server.addContentTypeParser<string>("application/json", { parseAs: "string" }, (request, body, done) => {
    const parseMarked = (text: string): unknown => {
      let parsed: unknown;
      void parse(request, text, (error, value: unknown) => {
        if (error) throw error;
        parsed = value;
      });
      return parsed;
    };
    try {
      done(null, parseJson(body, parseMarked));
    } catch (error) {
      done(error as Error);
    }
  });
}

const isOperator = ({ viewer }: Caller) => viewer.consortia.some(({ roles }) => roles.includes("OPERATOR"));

function textsOf(trusted: GatewayOptions["trusted"]): TextOf {
  return trustedTexts(trusted?.documents ?? new Map(), trusted?.isOnly ? null : createPersistedTexts());
}
