import { GraphQLError } from "graphql";
import type { SubgraphError } from "./subgraph-executor.ts";
import { onOneWay, pathKeys } from "./path.ts";
import type { Path } from "./path.ts";

/** Most errors that one answer carries; what fails a thousand times is said often enough. */
const ERRORS_KEPT = 100;

/** The errors of one answer, each at the client's own path. */
export class ErrorList {
  readonly errors: GraphQLError[] = [];
  private readonly seen = new Set<string>();

  /** Adds a subgraph's error where the client sees it: `at` is where the fetch's answer was put. */
  addFromSubgraph(error: SubgraphError, at: readonly (string | number)[] | undefined): void {
    const original = error as SubgraphError & { originalError?: Error };
    this.add(
      new GraphQLError(typeof error.message === "string" ? error.message : "Unknown error.", {
        path: at ?? null,
        extensions: { ...error.extensions },
        originalError: original.originalError ?? null,
      }),
    );
  }

  /** A null where the schema promises a value; said only when nothing else explains it. */
  addNonNull(parentType: string, field: string, path: Path | null): void {
    const keys = pathKeys(path);
    const isExplained = this.errors.some((error) => error.path && onOneWay(error.path, keys));
    if (isExplained) return;
    this.add(
      new GraphQLError(`Cannot return null for non-nullable field ${parentType}.${field}.`, { path: keys }),
    );
  }

  /** A value that its type cannot be. */
  addInvalid(message: string, path: Path | null): void {
    this.add(new GraphQLError(message, { path: pathKeys(path) }));
  }

  private add(error: GraphQLError): void {
    const key = JSON.stringify([error.path, error.message]);
    if (this.seen.has(key) || this.errors.length >= ERRORS_KEPT) return;
    this.seen.add(key);
    this.errors.push(error);
  }
}
