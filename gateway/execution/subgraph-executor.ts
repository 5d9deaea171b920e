import type { Viewer } from "../../shared/auth/viewer.ts";
import type { Price } from "../budget/rate-limit.ts";
import type { Caller } from "../identity/caller.ts";
import type { Data } from "./types.ts";

/** One operation on its way to a subgraph. */
export interface SubgraphRequest {
  readonly subgraph: string;
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly operationKind: "query" | "mutation" | "subscription";
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  /** The entities it asks for, by the names of further variables. */
  readonly representations?: Readonly<Record<string, Representations>> | undefined;
  /** Whether its answer may have numbers with more digits than a double; they are kept marked. */
  readonly hasCustomScalars?: boolean | undefined;
  readonly viewer: Viewer;
  /** What the gateway alone knows of who has called, for its own subgraph; no other is told. */
  readonly caller?: Caller | undefined;
  readonly requestId?: string | undefined;
  readonly price?: Price | undefined;
  /** Headers of the client's that go on to it. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Fires when the client has gone. */
  readonly signal?: AbortSignal | undefined;
}

/** What a subgraph is told to find entities by. */
export interface Representations {
  readonly values: readonly Data[];
  /** The same as JSON, each: it is what told them apart. */
  readonly texts: readonly string[];
}

/** All variables of a request. */
export function variablesIn({ variables = {}, representations }: SubgraphRequest): Record<string, unknown> {
  const all: Record<string, unknown> = { ...variables };
  for (const name in representations) all[name] = representations[name]!.values;
  return all;
}

/** A subgraph's error as it comes: over HTTP it is anybody's JSON. */
export interface SubgraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
  /** What lies behind it, for the log; never sent anywhere. */
  readonly cause?: unknown;
}

/** A subgraph's answer. The objects in it become the gateway's own: it adds to them. */
export interface SubgraphResponse {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly SubgraphError[] | undefined;
  /** What it says besides; no client sees it. */
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** A subgraph that has not answered in its time. */
export class SubgraphTimeout extends Error {}

/** The client waits for no answer any more: no failure of a subgraph's. */
export class ClientGone extends Error {}

/** Sends an operation to a subgraph: in this process or over HTTP. Rejects when no answer is to be had. */
export type SubgraphExecutor = (request: SubgraphRequest) => Promise<SubgraphResponse>;

/** Subscribes to a subgraph: its events until it ends them, or until the signal fires. Throws when they break off. */
export type SubgraphSubscriber = (request: SubgraphRequest) => AsyncIterable<SubgraphResponse>;
