import { DomainError } from "../../shared/errors.ts";

/** Why credentials were refused, for the log and the audit; callers are told less. */
export type RefusalReason =
  | "several_credentials"
  | "malformed"
  | "unknown_form"
  | "demo_viewer"
  | "too_long"
  | "encrypted"
  | "algorithm"
  | "critical_header"
  | "not_an_access_token"
  | "issuer"
  | "audience"
  | "expired"
  | "not_yet_valid"
  | "issued_in_future"
  | "no_subject"
  | "no_expiry"
  | "claims"
  | "unknown_key"
  | "unusable_key"
  | "signature"
  | "issuer_unavailable"
  | "api_key"
  | "api_key_expired"
  | "api_key_replaced"
  | "api_key_revoked";

const STATUS = { BAD_REQUEST: 400, UNAUTHENTICATED: 401, UNAVAILABLE: 503 } as const;

/**
 * Credentials that were sent and not accepted, or cannot be checked now. The message is for the caller and
 * general; neither it nor the reason ever holds the credentials.
 */
export class CredentialsRefused extends DomainError {
  /** The HTTP status that says it: 400, 401 or 503. */
  readonly status: number;
  /** Headers that belong to the answer: the challenge of RFC 6750, or when to try again. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: keyof typeof STATUS,
    readonly reason: RefusalReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(code, message);
    this.name = "CredentialsRefused";
    this.cause = options?.cause;
    this.status = STATUS[code];
    const error = code === "BAD_REQUEST" ? "invalid_request" : "invalid_token";
    this.headers =
      code === "UNAVAILABLE"
        ? { "retry-after": "10" }
        : { "www-authenticate": `Bearer error="${error}", error_description="${message}"` };
  }
}
