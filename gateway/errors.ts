import { randomUUID } from "node:crypto";
import type { GraphQLFormattedError } from "graphql";
import { GraphQLError } from "graphql";
import type { FastifyBaseLogger } from "fastify";

/** Codes whose messages are written for callers; docs/ERRORS.md has a section on each. */
const OPEN_CODES = new Set([
  "BAD_USER_INPUT",
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "UNAUTHORIZED_FIELD_OR_TYPE",
  "NOT_FOUND",
  "CONFLICT",
  "LIMIT_EXCEEDED",
  "UNAVAILABLE",
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "OPERATION_RESOLUTION_FAILURE",
  "BAD_REQUEST",
  "PERSISTED_QUERY_NOT_FOUND",
  "PERSISTED_QUERY_NOT_SUPPORTED",
]);

/**
 * What a client sees of an error: the message where it was written for clients; otherwise an id under which the
 * whole of it stands in the log. No stack, statement, host or subgraph name leaves.
 */
export function maskError(
  formatted: GraphQLFormattedError,
  error: unknown,
  log: FastifyBaseLogger,
): GraphQLFormattedError {
  const code = formatted.extensions?.["code"];
  const { locations, path } = formatted;
  const place = { ...(locations ? { locations } : {}), ...(path ? { path } : {}) };
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
  if (typeof code === "string" && OPEN_CODES.has(code)) {
    if (code === "UNAVAILABLE") log.warn({ err: cause, path }, "a subgraph is unavailable");
    const field = formatted.extensions?.["field"];
    return {
      message: formatted.message,
      ...place,
      extensions: { code, ...(typeof field === "string" ? { field } : {}) },
    };
  }
  if (formatted.message.startsWith("Cannot return null for non-nullable field")) {
    return { message: formatted.message, ...place, extensions: { code: "INTERNAL_SERVER_ERROR" } };
  }
  const id = randomUUID();
  log.error({ err: cause, errorId: id, path }, "an operation failed");
  return {
    message: `Something went wrong (${id}).`,
    ...place,
    extensions: { code: "INTERNAL_SERVER_ERROR", errorId: id },
  };
}
