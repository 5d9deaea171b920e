import type { FastifyBaseLogger } from "fastify";
import type { GraphQLFormattedError } from "graphql";
import type { GraphQLError } from "graphql";
import type { ErrorCode } from "../shared/errors.ts";
import type { FailureLog } from "../shared/failure-log.ts";
import type { RequestReference } from "./identity/caller.ts";

/** The codes that clients may meet in `extensions.code`: what subgraphs say, and what the gateway says itself. */
type ClientErrorCode =
  | ErrorCode
  | "GRAPHQL_PARSE_FAILED"
  | "GRAPHQL_VALIDATION_FAILED"
  | "OPERATION_RESOLUTION_FAILURE"
  | "PERSISTED_QUERY_NOT_FOUND"
  | "UNAUTHORIZED_FIELD_OR_TYPE"
  | "INTERNAL_SERVER_ERROR";

/** The closed list, each with whether the same request can do better later; docs/errors has a page on each. */
export const ERROR_CODES: Readonly<Record<ClientErrorCode, { readonly isRetryable: boolean }>> = {
  GRAPHQL_PARSE_FAILED: { isRetryable: false },
  GRAPHQL_VALIDATION_FAILED: { isRetryable: false },
  OPERATION_RESOLUTION_FAILURE: { isRetryable: false },
  BAD_REQUEST: { isRetryable: false },
  BAD_USER_INPUT: { isRetryable: false },
  UNAUTHENTICATED: { isRetryable: false },
  FORBIDDEN: { isRetryable: false },
  UNAUTHORIZED_FIELD_OR_TYPE: { isRetryable: false },
  NOT_FOUND: { isRetryable: false },
  CONFLICT: { isRetryable: false },
  LIMIT_EXCEEDED: { isRetryable: false },
  COST_EXCEEDED: { isRetryable: false },
  RATE_LIMITED: { isRetryable: true },
  DOCUMENT_NOT_TRUSTED: { isRetryable: false },
  PERSISTED_QUERY_NOT_FOUND: { isRetryable: false },
  UNAVAILABLE: { isRetryable: true },
  INTERNAL_SERVER_ERROR: { isRetryable: false },
};

/** What else an error may say beside its code: numbers and names that were written for clients. */
const DETAILS = ["field", "version", "limit", "max", "got", "requested", "remaining", "retryAfter"] as const;

/** Where an error's page is on every gateway. */
export const errorPage = (code: string) => `/errors/${code}`;

/** What a client sees of an error. */
export type Mask = (error: GraphQLError, request: RequestReference) => GraphQLFormattedError;

/**
 * What a client sees of an error: the message where it was written for clients; otherwise the id of the request,
 * under which the whole of it stands in the log. No stack, statement, host or subgraph name leaves.
 */
export function createMask(log: FastifyBaseLogger, failures: FailureLog): Mask {
  return (error, { id: requestId, protocol, host }) => {
    const { locations, path } = error;
    const place = { ...(locations ? { locations } : {}), ...(path ? { path } : {}) };
    const said = error.extensions["code"];
    const isOpen = typeof said === "string" && Object.hasOwn(ERROR_CODES, said) && said !== INTERNAL;
    const code = isOpen ? (said as ClientErrorCode) : INTERNAL;
    const common = {
      requestId,
      // Where it is not known whether a change was made, nobody is told to make it again.
      retryable: ERROR_CODES[code].isRetryable && error.extensions["retryable"] !== false,
      page: `${protocol}://${host}${errorPage(code)}`,
    };
    const cause = error.originalError ?? error;
    if (isOpen) {
      if (code === "UNAVAILABLE" && !failures.hasNoted(cause)) failures.note({ reason: cause, requestId });
      return {
        message: error.message,
        ...place,
        extensions: { code, ...detailsOf(error.extensions), ...common },
      };
    }
    const isOwnNull = error.message.startsWith("Cannot return null for non-nullable field");
    if (!isOwnNull) log.error({ err: cause, requestId, path }, "an operation failed");
    return {
      message: isOwnNull ? error.message : `Something went wrong (${requestId}).`,
      ...place,
      extensions: { code, ...common },
    };
  };
}

const INTERNAL = "INTERNAL_SERVER_ERROR";

function detailsOf(extensions: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const details: Record<string, unknown> = {};
  for (const name of DETAILS) {
    const value = extensions[name];
    if (typeof value === "string" || typeof value === "number") details[name] = value;
  }
  const faults = faultsOf(extensions["faults"]);
  return faults ? { ...details, faults } : details;
}

/** All that is wrong with an input, as mutations tell it: texts only, whatever a subgraph sends. */
function faultsOf(told: unknown): readonly Record<string, string>[] | null {
  if (!Array.isArray(told)) return null;
  return (told as Record<string, unknown>[]).map(({ field, expected, got }) => ({
    field: String(field),
    expected: String(expected),
    got: String(got),
  }));
}

/** Somebody else's graph: errors are passed on as they come, but for what they say to our own HTTP. */
export const unmasked: Mask = (error) => {
  const { http: _http, ...extensions } = error.extensions;
  return { ...error.toJSON(), ...(Object.keys(extensions).length > 0 ? { extensions } : {}) };
};
