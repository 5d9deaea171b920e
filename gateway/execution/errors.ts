import { GraphQLError } from "graphql";
import { clientKey } from "./aliases.ts";
import { onOneWay } from "./path.ts";
import type { SubgraphError } from "./subgraph-executor.ts";
import type { Data } from "./types.ts";
import { isData, own } from "./types.ts";

/** Most errors that one answer carries; what fails a thousand times is said often enough. */
const ERRORS_KEPT = 100;

type Keys = readonly (string | number)[];

/** The errors of one answer, each at the client's own path. */
export class ErrorList {
  readonly errors: GraphQLError[] = [];
  private readonly seen = new Set<string>();
  private readonly fetchedPaths = new WeakMap<GraphQLError, Keys>();

  /** Adds a subgraph's error at a place of the plan. What a subgraph says of an error is anybody's JSON. */
  addFromSubgraph(error: SubgraphError, at: Keys): void {
    const { message, extensions } = error;
    const fetched = at.filter((key) => typeof key === "string" || typeof key === "number");
    const added = new GraphQLError(typeof message === "string" ? message : "Unknown error.", {
      path: fetched.map(clientKey),
      extensions: isData(extensions) ? { ...extensions } : {},
      originalError: causeOf(error),
    });
    this.fetchedPaths.set(added, fetched);
    this.add(added);
  }

  /** A null where the schema promises a value; said only when nothing else explains it. */
  addNonNull(place: string, path: Keys): void {
    const isExplained = this.errors.some((error) => error.path && onOneWay(error.path, path));
    if (isExplained) return;
    this.add(new GraphQLError(`Cannot return null for non-nullable field ${place}.`, { path: [...path] }));
  }

  /** What may not be seen: one error for all that stands at one place of the operation, whatever lists lead there. */
  addWithheld(path: Keys): void {
    const extensions = { code: "UNAUTHORIZED_FIELD_OR_TYPE" };
    const place = path.filter((key) => typeof key === "string");
    this.add(new GraphQLError("Unauthorized field or type.", { path: place, extensions }));
  }

  /** A value that its type cannot be. */
  addInvalid(message: string, path: Keys): void {
    this.add(new GraphQLError(message, { path: [...path] }));
  }

  /**
   * The errors at places that the client has. What a plan fetches for its own use stands at none: its errors are
   * said where the answer ends on the way there, unless the same is said of something below.
   */
  placedIn(data: Data | null, fetched: Data): readonly GraphQLError[] {
    const placed = this.errors.flatMap((error) => {
      const fetchedPath = this.fetchedPaths.get(error);
      const path = fetchedPath && pathWithin(data, fetched, fetchedPath);
      if (path === null) return [];
      if (!path || path.length === fetchedPath.length) return { error, isCut: false };
      const { message, extensions, originalError } = error;
      const cut = new GraphQLError(message, { path, extensions, originalError: originalError ?? null });
      return { error: cut, isCut: true };
    });
    return placed
      .filter(
        ({ error, isCut }, index) =>
          !isCut ||
          !placed.some(
            (other, place) =>
              other.error.message === error.message &&
              (!other.isCut || place < index) &&
              onOneWay(other.error.path!, error.path!) &&
              other.error.path!.length >= error.path!.length,
          ),
      )
      .map(({ error }) => error);
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

/**
 * As much of a path as leads to something in the answer; below a null everything is where it says. Null when it is
 * the path of what the client asks for under this key of objects of another type only.
 */
function pathWithin(data: Data | null, fetched: Data, path: Keys): Keys | null {
  const client: (string | number)[] = [];
  let [at, raw]: unknown[] = [data, fetched];
  for (const key of path) {
    const name = clientKey(key);
    const isThePlansOwn =
      typeof key === "string" &&
      (key.startsWith(OF_THE_PLANNER) ||
        // The client's key of this name is an alias, so that this is something else.
        (isData(raw) &&
          key === name &&
          Object.keys(raw).some((other) => other !== key && clientKey(other) === key)));
    if (isThePlansOwn) break;
    if (at !== null) {
      if (typeof at !== "object" || !Object.hasOwn(at, name)) break;
      at = (at as Record<string | number, unknown>)[name];
    }
    raw = typeof raw === "object" && raw !== null ? own(raw as Data, key as string) : undefined;
    if (key !== name && at !== null && raw == null) return null;
    client.push(name);
  }
  return client;
}
