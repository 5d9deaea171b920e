import type { BatchFetchNode, FetchNode } from "@graphql-hive/router-query-planner";
import type { Viewer } from "../../shared/auth/viewer.ts";
import type { Price } from "../budget/rate-limit.ts";
import type { Caller } from "../identity/caller.ts";
import type { ErrorList } from "./errors.ts";
import type { SubgraphExecutor } from "./subgraph-executor.ts";
import type { Trace } from "./trace.ts";
import type { Data, TypeRelations } from "./types.ts";

/** One execution of a plan. */
export interface Run {
  readonly root: Data;
  readonly errors: ErrorList;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly viewer: Viewer;
  readonly caller: Caller | undefined;
  readonly requestId: string | undefined;
  readonly price: Price | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly signal: AbortSignal | undefined;
  /** Where fetches are noted, when somebody wants to know. */
  readonly trace: Trace | undefined;
  /** Objects that an owning subgraph doesn't know, or doesn't show to this viewer. */
  readonly absent: WeakSet<object>;
  /** Subgraphs that have let a fetch of this run wait until its time was over. */
  readonly hung: Set<string>;
}

/** A part of a plan, ready to run. */
export type Step = (run: Run) => Promise<void>;

/** What steps are made with. */
export interface Tools {
  readonly send: SubgraphExecutor;
  readonly types: TypeRelations;
  /** Whether a fetch asks for custom scalars, whose numbers may have more digits than a double. */
  readonly hasCustomScalars: (node: FetchNode | BatchFetchNode) => boolean;
  /** Told of each fetch that no answer came back for, or none that is one. */
  readonly onFailure?: ((failure: SubgraphFailure) => void) | undefined;
}

/** Why a subgraph's answer is missing. */
export interface SubgraphFailure {
  readonly subgraph: string;
  readonly reason: Error;
  readonly requestId: string | undefined;
}
