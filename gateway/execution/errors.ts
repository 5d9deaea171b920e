import { GraphQLError } from "graphql";
import { onOneWay } from "./path.ts";
import type { SubgraphError } from "./subgraph-executor.ts";
import type { Data } from "./types.ts";
import { isData } from "./types.ts";

/** Most errors that one answer carries; what fails a thousand times is said often enough. */
const ERRORS_KEPT = 100;

type Keys = readonly (string | number)[];

/** The errors of one answer, each at the client's own path. */
export class ErrorList {
  readonly errors: GraphQLError[] = [];
  private readonly seen = new Set<string>();

  /** Adds a subgraph's error where the client sees it. What a subgraph says of an error is anybody's JSON. */
  addFromSubgraph(error: SubgraphError, at: Keys): void {
    const { message, extensions } = error;
    this.add(
      new GraphQLError(typeof message === "string" ? message : "Unknown error.", {
        path: at.filter((key) => typeof key === "string" || typeof key === "number"),
        extensions: isData(extensions) ? { ...extensions } : {},
        originalError: causeOf(error),
      }),
    );
  }

  /** A null where the schema promises a value; said only when nothing else explains it. */
  addNonNull(place: string, path: Keys): void {
    const isExplained = this.errors.some((error) => error.path && onOneWay(error.path, path));
    if (isExplained) return;
    this.add(new GraphQLError(`Cannot return null for non-nullable field ${place}.`, { path: [...path] }));
  }

  /** A value that its type cannot be. */
  addInvalid(message: string, path: Keys): void {
    this.add(new GraphQLError(message, { path: [...path] }));
  }

  /**
   * The errors at places that the client has. What a plan fetches for its own use stands at none: its errors are
   * said where the answer ends on the way there.
   */
  placedIn(data: Data | null): readonly GraphQLError[] {
    return this.errors.map((error) => {
      const path = error.path && pathWithin(data, error.path);
      if (!path || path.length === error.path.length) return error;
      const { message, extensions, originalError } = error;
      return new GraphQLError(message, { path, extensions, originalError: originalError ?? null });
    });
  }

  private add(error: GraphQLError): void {
    if (this.errors.length >= ERRORS_KEPT) return;
    const key = JSON.stringify([error.path, error.message]);
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.errors.push(error);
  }
}

/** What the log says of an error: in this process the resolver's own, over HTTP what kept the answer away. */
function causeOf(error: SubgraphError): Error | null {
  if (error instanceof GraphQLError) return error.originalError ?? error;
  return error.cause instanceof Error ? error.cause : null;
}

/** Begins the names under which a plan fetches what only the plan needs. */
const OF_THE_PLANNER = "_internal_qp_alias_";

/** As much of a path as leads to something in the answer; below a null everything is where it says. */
function pathWithin(data: Data | null, path: Keys): Keys {
  let at: unknown = data;
  for (const [depth, key] of path.entries()) {
    if (typeof key === "string" && key.startsWith(OF_THE_PLANNER)) return path.slice(0, depth);
    if (at === null) continue;
    if (typeof at !== "object" || !Object.hasOwn(at, key)) return path.slice(0, depth);
    at = (at as Record<string | number, unknown>)[key];
  }
  return path;
}
