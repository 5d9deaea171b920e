import { createHash } from "node:crypto";
import type { FastifyBaseLogger } from "fastify";
import type { JWTPayload, JWTVerifyGetKey, ProtectedHeaderParameters } from "jose";
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import type { IssuerSettings } from "../../shared/auth/issuers.ts";
import { TOKEN_ALGORITHMS } from "../../shared/auth/issuers.ts";
import { createKeySet } from "./key-set.ts";
import type { RefusalReason } from "./refused.ts";
import { CredentialsRefused } from "./refused.ts";

const LONGEST = 8 * 1024;
const LONGEST_SUBJECT = 255;
const CLOCK_TOLERANCE = 30;
const READ_TIMEOUT = 5_000;
/** Milliseconds that a verified token is believed without looking at it again: so long a withdrawn key may go on. */
const BELIEVED_FOR = 60_000;
const TOKENS_KEPT = 10_000;

/** Who an access token speaks for, as its issuer says. */
export interface TokenIdentity {
  readonly issuer: string;
  readonly subject: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  readonly scopes: readonly string[];
  /** The policies that its issuer says hold for it. */
  readonly policies: readonly string[];
  /** Absent when the issuer says that nobody has verified it. */
  readonly email?: string;
  readonly name?: string;
  readonly tokenId?: string;
}

/** What a verifier is made of. */
export interface TokenVerifierOptions {
  readonly issuers: readonly IssuerSettings[];
  readonly fetch?: typeof fetch;
  readonly log?: Pick<FastifyBaseLogger, "warn">;
  /** Milliseconds that reading an issuer's keys may take. */
  readonly timeout?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Tells whom an access token speaks for, or throws `CredentialsRefused`. */
export interface TokenVerifier {
  verify(token: string): Promise<TokenIdentity>;
}

interface KnownIssuer {
  readonly settings: IssuerSettings;
  readonly keys: JWTVerifyGetKey;
}

/** Verifies access tokens (JWT) of one or more OpenID Connect issuers. */
export function createTokenVerifier({
  issuers,
  fetch = globalThis.fetch,
  log,
  timeout = READ_TIMEOUT,
  now = Date.now,
}: TokenVerifierOptions): TokenVerifier {
  const known = new Map<unknown, KnownIssuer>(
    issuers.map((settings) => [
      settings.issuer,
      { settings, keys: createKeySet(settings, { fetch, timeout, now, log }) },
    ]),
  );
  const verified = new LRUCache<string, { identity: TokenIdentity; until: number }>({ max: TOKENS_KEPT });

  return {
    async verify(token) {
      if (token.length > LONGEST) throw refused("too_long");
      // Kept by their hashes: what is in memory is no credentials.
      const hash = createHash("sha256").update(token).digest("base64url");
      const hit = verified.get(hash);
      if (hit && hit.until > now()) return hit.identity;

      const { settings, keys } = issuerOf(token, known);
      const { clockTolerance = CLOCK_TOLERANCE } = settings;
      const identity = await verifySigned(token, settings, keys, clockTolerance, now());
      const until = Math.min(now() + BELIEVED_FOR, (identity.expiresAt + clockTolerance) * 1000);
      verified.set(hash, { identity, until });
      return identity;
    },
  };
}

/** The issuer that a token says it is of; what can be refused without a key is refused here. */
function issuerOf(token: string, known: ReadonlyMap<unknown, KnownIssuer>): KnownIssuer {
  if (token.split(".").length === 5) throw refused("encrypted");
  let header: ProtectedHeaderParameters;
  let claims: JWTPayload;
  try {
    header = decodeProtectedHeader(token);
    claims = decodeJwt(token);
  } catch (error) {
    throw refused("malformed", error);
  }
  if (!isAccessToken(header, claims)) throw refused("not_an_access_token");
  const issuer = known.get(claims.iss);
  if (!issuer) throw refused("issuer");
  return issuer;
}

/**
 * ID tokens, refresh and logout tokens are signed with the same keys. Where the type is not said outright
 * (RFC 9068), they are known by claims that an access token doesn't have; Keycloak's says `Bearer`.
 */
function isAccessToken({ typ }: ProtectedHeaderParameters, claims: JWTPayload): boolean {
  const type = String(typ ?? "JWT")
    .toLowerCase()
    .replace(/^application\//, "");
  if (type === "at+jwt") return true;
  if (type !== "jwt") return false;
  if (claims["typ"] !== undefined) return claims["typ"] === "Bearer";
  return ["nonce", "at_hash", "c_hash", "events"].every((claim) => claims[claim] === undefined);
}

async function verifySigned(
  token: string,
  { issuer, audience, algorithms = TOKEN_ALGORITHMS, policyClaim }: IssuerSettings,
  keys: JWTVerifyGetKey,
  clockTolerance: number,
  now: number,
): Promise<TokenIdentity> {
  let claims: JWTPayload;
  try {
    const verified = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: [...algorithms],
      clockTolerance,
      requiredClaims: ["sub", "exp"],
      currentDate: new Date(now),
    });
    claims = verified.payload;
  } catch (error) {
    throw error instanceof CredentialsRefused ? error : refused(reasonOf(error), error);
  }
  const { sub: subject, exp: expiresAt, iat } = claims;
  if (typeof subject !== "string" || subject === "" || subject.length > LONGEST_SUBJECT) {
    throw refused("no_subject");
  }
  if (iat !== undefined && iat > now / 1000 + clockTolerance) throw refused("issued_in_future");
  const text = (claim: string) => {
    const value = claims[claim];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const email = claims["email_verified"] === false ? undefined : text("email");
  const name = text("name");
  const tokenId = text("jti");
  return {
    issuer,
    subject,
    expiresAt: expiresAt!,
    scopes: wordsIn(claims.scope ?? claims["scp"]),
    policies: policyClaim === undefined ? [] : wordsIn(claims[policyClaim]),
    ...(email ? { email } : {}),
    ...(name ? { name } : {}),
    ...(tokenId ? { tokenId } : {}),
  };
}

/** `scope` is the standard's, a text; `scp` and other claims are what some issuers write, a text or a list. */
function wordsIn(said: unknown): string[] {
  if (typeof said === "string") return said.split(" ").filter(Boolean);
  return Array.isArray(said) ? said.filter((each) => typeof each === "string") : [];
}

const REASONS: Readonly<Record<string, RefusalReason>> = {
  [errors.JOSEAlgNotAllowed.code]: "algorithm",
  [errors.JOSENotSupported.code]: "critical_header",
  [errors.JWKSNoMatchingKey.code]: "unknown_key",
  [errors.JWKSMultipleMatchingKeys.code]: "unknown_key",
  [errors.JWSSignatureVerificationFailed.code]: "signature",
  [errors.JWTExpired.code]: "expired",
  [errors.JWSInvalid.code]: "malformed",
  [errors.JWTInvalid.code]: "malformed",
};

function reasonOf(error: unknown): RefusalReason {
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, reason } = error;
    if (claim === "aud") return "audience";
    if (claim === "nbf" && reason === "check_failed") return "not_yet_valid";
    if (reason === "missing") return claim === "sub" ? "no_subject" : "no_expiry";
    return "claims";
  }
  return (error instanceof errors.JOSEError && REASONS[error.code]) || "unusable_key";
}

/** The cause stays out: jose's errors carry the token's claims. */
function refused(reason: RefusalReason, cause?: unknown): CredentialsRefused {
  const message =
    reason === "expired"
      ? "The access token has expired; get a new one."
      : "The access token is not accepted.";
  const detail = cause instanceof Error ? new Error(cause.message) : undefined;
  return new CredentialsRefused("UNAUTHENTICATED", reason, message, { cause: detail });
}
