import { isDeepStrictEqual } from "node:util";
import type { DocumentNode, GraphQLFormattedError, GraphQLSchema, OperationTypeNode } from "graphql";
import { getOperationAST } from "graphql";
import type { Price } from "../budget/rate-limit.ts";
import type { Spending } from "../budget/spending.ts";
import type { Mask } from "../errors.ts";
import type { Answer } from "../execution/executor.ts";
import type { Data } from "../execution/types.ts";
import type { Graph, GraphAnswer } from "../graph.ts";
import type { Caller, CallingRequest, RequestReference, SignIn } from "../identity/caller.ts";
import { NOBODY } from "../identity/caller.ts";
import type { Limits } from "../limits/limits.ts";
import { refuseUnscoped } from "../platform/key/scopes.ts";
import type { Denials } from "./denials.ts";
import { createDocuments, InvalidDocument } from "./documents.ts";
import { createGuards } from "./guards.ts";
import type { OperationParams } from "./params.ts";
import type { TextOf } from "./persisted.ts";
import type { HttpHint } from "./refusal.ts";
import { asGraphQLError, hintOf, refuse } from "./refusal.ts";
import { settledVariables } from "./settled-variables.ts";
import { onBudget } from "./spending.ts";
import type { Release, TurnLimits } from "./turns.ts";
import { tooMuch, Turns } from "./turns.ts";

/** Somebody who asks, signed in once: for a request, or for a connection. */
export interface Session {
  readonly caller: Caller;
  /** By which the log and the client can speak of it. */
  readonly requestId: string;
  /** What its errors refer to. */
  readonly request: RequestReference;
  /** Where the request came from, as far as this server can tell. */
  readonly address: string;
  /** Headers of the client's that go on to subgraphs. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** Tells who it is by now; throws when the credentials are not accepted any more. */
  readonly again: () => Caller | Promise<Caller>;
}

/** How an operation is asked. */
export interface Manner {
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Milliseconds after which nobody waits either, but for a subscription. */
  readonly deadline?: number;
  /** Whether nothing may be changed: a GET. */
  readonly isReadOnly?: boolean;
  /** Whether there can be more answers than one. */
  readonly isStream?: boolean;
}

/** What a client gets, and what HTTP is told beside it. */
export interface Reply extends HttpHint {
  readonly body: {
    readonly data?: Data | null;
    readonly errors?: readonly GraphQLFormattedError[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  };
}

/** An operation that is known, valid, allowed and affordable. */
export interface Prepared {
  readonly kind: OperationTypeNode;
  readonly document: DocumentNode;
  readonly schema: GraphQLSchema;
  /** Answers it: once, or for each event. */
  run(): Promise<Reply | AsyncGenerator<Reply, void>>;
}

/** The one way of every operation, whatever it came by: sign in, limit, plan, execute, mask. */
export interface Pipeline {
  /** Throws `CredentialsRefused`. */
  signIn(request: CallingRequest): Promise<Session>;
  /** Throws what is wrong with an operation, before any subgraph hears of it. */
  prepare(session: Session, params: OperationParams, manner: Manner): Promise<Prepared>;
  /** The answer that says what was thrown. */
  replyTo(error: unknown, request: RequestReference): Reply;
}

/** What the pipeline is made of. */
export interface PipelineOptions {
  /** Whether the process has more to do than it can. */
  readonly isBehind: () => boolean;
  /** How many operations are executed at once. */
  readonly turns: TurnLimits;
  /** The graph as it is now. */
  readonly graph: () => Graph;
  readonly signIn?: SignIn | undefined;
  readonly headersOf: (request: CallingRequest) => Readonly<Record<string, string>> | undefined;
  readonly textOf: TextOf;
  /** None: whatever is asked is planned and executed, and no cost is told. */
  readonly limits: Limits | null;
  /** Whose budget operations are on; null where nobody's is bounded. */
  readonly spending: Spending | null;
  /** Whether numbers of custom scalars keep digits that a double has no room for; no scalar of ours is a number. */
  readonly keepsDigits?: boolean | undefined;
  readonly mask: Mask;
  /** Where it is put down what was refused. */
  readonly denials: Denials;
  /** Who is told the plan of an operation, and what each fetch took. */
  readonly mayExplain: (caller: Caller) => boolean;
  /** Who may ask for the schema, and is told which name was perhaps meant. */
  readonly mayIntrospect: (caller: Caller) => boolean;
}

/** Makes the pipeline of a gateway. */
export function createPipeline(options: PipelineOptions): Pipeline {
  const { graph: currentGraph, textOf, limits, spending, mask, mayExplain, mayIntrospect } = options;
  const { signIn = () => NOBODY, headersOf, isBehind, denials, keepsDigits = false } = options;
  const turns = new Turns(options.turns);
  const documentOf = createDocuments(limits);
  const guardOf = limits ? createGuards(limits) : null;

  const replyOf = (
    answer: GraphAnswer,
    request: RequestReference,
    headers: HttpHint["headers"] = {},
  ): Reply => {
    const { data, errors, extensions } = answer;
    const hint = hintOf(errors);
    return {
      body: {
        ...(data === undefined ? {} : { data }),
        ...(errors ? { errors: errors.map((error) => mask(error, request)) } : {}),
        ...(extensions ? { extensions } : {}),
      },
      ...hint,
      headers: { ...headers, ...hint.headers },
    };
  };

  const replyTo = (error: unknown, request: RequestReference): Reply => {
    const errors = error instanceof InvalidDocument ? error.errors : [asGraphQLError(error)];
    return replyOf({ errors }, request);
  };

  /** Runs an operation when it is its turn, or says that this has not come in time. */
  const inTurn = async (
    signal: AbortSignal,
    request: RequestReference,
    run: () => Promise<Reply>,
  ): Promise<Reply> => {
    let release: Release;
    try {
      release = await turns.take(signal);
    } catch (error) {
      return replyTo(error, request);
    }
    try {
      return await run();
    } finally {
      release();
    }
  };

  return {
    async signIn(request) {
      if (isBehind()) throw tooMuch();
      const again = async () => {
        try {
          return await signIn(request);
        } catch (error) {
          await denials.signIn(error, request);
          throw error;
        }
      };
      const { id: requestId, ip: address } = request;
      return { caller: await again(), requestId, request, address, headers: headersOf(request), again };
    },

    async prepare(session, params, { signal, deadline, isReadOnly, isStream }) {
      const { caller, requestId, request, headers } = session;
      const graph = currentGraph();
      const isTrusted = mayIntrospect(caller);
      const document = documentOf(graph, textOf(params), { mayIntrospect: isTrusted, maySuggest: isTrusted });
      const { operationName, variables: given = {}, extensions } = params;
      const definition = getOperationAST(document, operationName);
      const kind = definition?.operation;
      if (!definition || !kind) {
        throw refuse(
          "OPERATION_RESOLUTION_FAILURE",
          "Expected the name of one of the document's operations.",
        );
      }
      const variables = settledVariables(graph.apiSchema, definition, given, keepsDigits);
      refuseUnscoped(caller, kind);
      if (isReadOnly && kind !== "query") {
        throw refuse("BAD_REQUEST", `Expected a query by GET; got a ${kind}.`, {
          status: 405,
          headers: { allow: "POST" },
        });
      }
      if (kind === "subscription" && !isStream) {
        throw refuse("BAD_REQUEST", "Expected a subscription over text/event-stream or a WebSocket.", {
          status: 400,
        });
      }
      const guarded = guardOf?.(graph)(document, params);
      const isExplained = extensions?.["plan"] === true && mayExplain(caller);
      const { viewer } = caller;
      const asked = { operationName, variables, caller, viewer, requestId, headers, isExplained };
      const hideSuggestions = !isTrusted;
      const operation = { ...asked, hideSuggestions, document: guarded?.document ?? document };

      /** Runs it, or lets one event of it pass, on the caller's budget. */
      const pay = async (run: (price?: Price) => Promise<GraphAnswer>): Promise<Reply> => {
        try {
          const { answer, headers } = guarded
            ? await onBudget({ spending, session, guarded }, run)
            : { answer: await run(), headers: {} };
          if (answer.errors) await denials.access(answer.errors, caller, requestId);
          return replyOf(answer, request, headers);
        } catch (error) {
          return replyTo(error, request);
        }
      };
      return {
        kind,
        document,
        schema: graph.apiSchema,
        async run() {
          if (kind !== "subscription") {
            return inTurn(signal, request, () => {
              const bounded = deadline ? AbortSignal.any([signal, AbortSignal.timeout(deadline)]) : signal;
              return pay((price) => graph.execute({ ...operation, signal: bounded, price }));
            });
          }
          const events = await graph.subscribe({ ...operation, signal });
          if (!(Symbol.asyncIterator in events)) return replyOf(events, request);
          return repliesTo(events, session, (answer) => pay(async () => answer));
        },
      };
    },

    replyTo,
  };

  /** A reply to each event, for as long as the one who asked may see what they saw when it began. */
  async function* repliesTo(
    events: AsyncGenerator<Answer, void>,
    { caller: { viewer }, request, again }: Session,
    reply: (answer: Answer) => Promise<Reply>,
  ): AsyncGenerator<Reply, void> {
    try {
      for await (const answer of events) {
        const now = await again();
        if (!isDeepStrictEqual(now.viewer, viewer)) {
          throw refuse("UNAUTHENTICATED", "What you may see has changed: subscribe again.");
        }
        yield await reply(answer);
      }
    } catch (error) {
      yield replyTo(error, request);
    }
  }
}
