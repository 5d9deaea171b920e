import type { GraphQLErrorOptions } from "graphql";
import { GraphQLError } from "graphql";
import { clientKey } from "./aliases.ts";
import { onOneWay } from "./path.ts";
import type { SubgraphError } from "./subgraph-executor.ts";
import type { Data } from "./types.ts";
import { isData, own } from "./types.ts";

/** Most errors that an answer lists; others are counted. */
const ERRORS_KEPT = 100;

/** Most errors when there are more fields than that of which each has failed: the first error of each is listed. */
const ERRORS_AT_MOST = 200;

type Keys = readonly (string | number)[];

/** Errors by their paths: a branch for each key. */
interface PathNode {
  readonly below: Map<string | number, PathNode>;
  /** What has been said of exactly this path. */
  readonly messages: Set<string>;
}

/** What is known of the errors that are listed. */
interface Listed {
  readonly byPath: PathNode;
  /** The fields that have an error: paths without indexes. */
  readonly fields: Set<string>;
  /** The paths of subgraphs' errors in what has been fetched, under keys that clients don't see. */
  readonly fetchedPaths: Map<GraphQLError, Keys>;
}

const pathNode = (): PathNode => ({ below: new Map(), messages: new Set() });

/**
 * The errors of one answer, each at the client's own path. It decides before an error is made whether there is room
 * for it, so that a fetch that fails for 50,000 objects costs no more than one that fails for a hundred.
 */
export class ErrorList {
  readonly errors: GraphQLError[] = [];
  private omittedCount = 0;
  /** Where errors have been listed; made with the first, as most answers have none. */
  private listed: Listed | undefined;

  /** How many more errors there were, at least. */
  get omitted(): number {
    return this.omittedCount;
  }

  /** Whether no further error is listed, whatever it is. */
  get isFull(): boolean {
    return this.errors.length >= ERRORS_AT_MOST;
  }

  /** At how many places an error is worth putting: at one, when only a field's first error is listed any more. */
  get room(): number {
    return Math.max(1, ERRORS_KEPT - this.errors.length);
  }

  /** Counts errors that nobody needs to make. */
  omit(count: number): void {
    this.omittedCount += count;
  }

  /** Adds a subgraph's error at a place of the plan. What a subgraph says of an error is anybody's JSON. */
  addFromSubgraph(error: SubgraphError, at: Keys): void {
    if (this.isFull) return this.omit(1);
    const fetched = at.filter((key) => typeof key === "string" || typeof key === "number");
    const path = fetched.map(clientKey);
    const message = typeof error.message === "string" ? error.message : "Unknown error.";
    const added = this.add(message, path, () => ({
      extensions: isData(error.extensions) ? { ...error.extensions } : {},
      originalError: causeOf(error),
    }));
    if (added) this.listed!.fetchedPaths.set(added, fetched);
  }

  /** A null where the schema promises a value; said only when nothing else explains it. */
  addNonNull(place: string, path: Keys): void {
    if (this.isFull || this.isExplained(path)) return;
    this.add(`Cannot return null for non-nullable field ${place}.`, path);
  }

  /** What may not be seen: one error for all that stands at one place of the operation, whatever lists lead there. */
  addWithheld(path: Keys): void {
    const place = path.filter((key) => typeof key === "string");
    this.add("Unauthorized field or type.", place, () => ({
      extensions: { code: "UNAUTHORIZED_FIELD_OR_TYPE" },
    }));
  }

  /** A value that its type cannot be. */
  addInvalid(message: string, path: Keys): void {
    this.add(message, path);
  }

  /**
   * The errors at places that the client has. What a plan fetches for its own use stands at none: its errors are
   * said where the answer ends on the way there, unless the same is said of something below.
   */
  placedIn(data: Data | null, fetched: Data): readonly GraphQLError[] {
    const placed = this.errors.flatMap((error) => {
      const fetchedPath = this.listed!.fetchedPaths.get(error);
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

  /** Makes an error and lists it, unless the same is said already or there is no room for it. */
  private add(
    message: string,
    path: Keys,
    details: () => Pick<GraphQLErrorOptions, "extensions" | "originalError"> = () => ({}),
  ): GraphQLError | null {
    const field = path.filter((key) => typeof key === "string").join("/");
    this.listed ??= { byPath: pathNode(), fields: new Set(), fetchedPaths: new Map() };
    const { byPath, fields } = this.listed;
    const isFirst = !fields.has(field);
    if (this.errors.length >= (isFirst ? ERRORS_AT_MOST : ERRORS_KEPT)) {
      this.omit(1);
      return null;
    }
    let node = byPath;
    for (const key of path) {
      let next = node.below.get(key);
      if (!next) node.below.set(key, (next = pathNode()));
      node = next;
    }
    if (node.messages.has(message)) return null;
    node.messages.add(message);
    fields.add(field);
    const error = new GraphQLError(message, { path: [...path], ...details() });
    this.errors.push(error);
    return error;
  }

  /** Whether an error lies on the way to a path, at it, or below it. */
  private isExplained(path: Keys): boolean {
    let node = this.listed?.byPath;
    if (!node) return false;
    for (const key of path) {
      if (node.messages.size > 0) return true;
      node = node.below.get(key);
      if (!node) return false;
    }
    return node.messages.size > 0 || node.below.size > 0;
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
