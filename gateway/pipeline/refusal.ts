import { GraphQLError } from "graphql";
import { CredentialsRefused } from "../identity/refused.ts";
import { DomainError } from "../../shared/errors.ts";

/** What an error says to HTTP: the status of the answer, and headers that belong to it. */
export interface HttpHint {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error with a code, and what it says to HTTP. */
export function refuse(code: string, message: string, http?: HttpHint): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...(http ? { http } : {}) } });
}

/** Whatever was thrown, as an error that GraphQL answers with. */
export function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  const extensions =
    error instanceof DomainError ? { ...error.extensions } : { code: "INTERNAL_SERVER_ERROR" };
  if (error instanceof CredentialsRefused) {
    const { status, headers } = error;
    Object.assign(extensions, { http: { status, headers } satisfies HttpHint });
  }
  return new GraphQLError(originalError.message, { originalError, extensions });
}

/** What the errors of an answer say to HTTP together: the first status, all headers. */
export function hintOf(errors: readonly GraphQLError[] = []): HttpHint {
  const hints = errors.map(({ extensions }) => extensions["http"]);
  const status = hints.find((hint) => hint?.status !== undefined)?.status;
  const headers = Object.assign({}, ...hints.map((hint) => hint?.headers ?? {})) as Record<string, string>;
  return { ...(status === undefined ? {} : { status }), headers };
}
