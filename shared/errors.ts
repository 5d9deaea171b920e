/** The stable codes a caller may meet in `extensions.code`; a closed list, documented in docs/ERRORS.md. */
export type ErrorCode =
  | "BAD_REQUEST"
  | "BAD_USER_INPUT"
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "CONFLICT"
  | "LIMIT_EXCEEDED"
  | "COST_EXCEEDED"
  | "RATE_LIMITED"
  | "DOCUMENT_NOT_TRUSTED"
  | "UNAVAILABLE";

/** A failure the caller can understand and act on: its message is written for them and safe to show. */
export class DomainError extends Error {
  readonly extensions: { code: ErrorCode; [detail: string]: unknown };

  constructor(code: ErrorCode, message: string, details: Record<string, unknown> = {}) {
    super(message);
    this.name = "DomainError";
    this.extensions = { code, ...details };
  }
}

/** A reason not to start, in one clear sentence for the operator; the process prints it and exits with 1. */
export class StartupError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StartupError";
  }
}
