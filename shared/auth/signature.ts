import { createHash, createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { DomainError } from "../errors.ts";
import type { TakeNonce } from "./nonces.ts";
import type { Viewer } from "./viewer.ts";

/** The header that carries the signed viewer from the gateway to a subgraph. */
export const VIEWER_HEADER = "x-consortia-viewer";

/** The header that tells a subgraph which of a client's requests is answered. */
export const REQUEST_HEADER = "x-request-id";

const LIFETIME_SECONDS = 30;
/** Milliseconds that the clocks of two instances may differ: so much longer a nonce is remembered. */
const CLOCK_TOLERANCE = 30_000;

/** What a signature covers: one viewer, one subgraph, one body, once, for a short while. */
interface Claims {
  readonly viewer: Viewer;
  readonly subgraph: string;
  readonly bodyHash: string;
  readonly nonce: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** The header's value for one attempt at one request; each attempt has a nonce of its own. */
export function signViewer(secret: string, viewer: Viewer, subgraph: string, body: string): string {
  const claims: Claims = {
    viewer,
    subgraph,
    bodyHash: sha256(body),
    nonce: randomUUID(),
    expiresAt: Math.floor(Date.now() / 1000) + LIFETIME_SECONDS,
  };
  const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
  return `${payload}.${mac(secret, payload)}`;
}

/**
 * Verifies signatures for one subgraph. Each counts once among all who take nonces from the same place; the nonce is
 * taken last, so that nobody can use up what isn't signed.
 */
export function createViewerVerifier(secret: string, subgraph: string, takeNonce: TakeNonce) {
  return async (header: unknown, body: string): Promise<Viewer> => {
    const claims = typeof header === "string" ? open(secret, header) : null;
    const lifetime = claims ? Math.ceil(claims.expiresAt * 1000 - Date.now()) : NaN;
    const isValid =
      claims !== null &&
      claims.subgraph === subgraph &&
      claims.bodyHash === sha256(body) &&
      lifetime > 0 &&
      (await takeNonce(claims.nonce, lifetime + CLOCK_TOLERANCE));
    if (!isValid) {
      throw new DomainError(
        "UNAUTHENTICATED",
        "Expected a request signed by the gateway, once, for this body.",
      );
    }
    return claims.viewer;
  };
}

function open(secret: string, header: string): Claims | null {
  const [payload = "", signature = ""] = header.split(".", 2);
  const expected = Buffer.from(mac(secret, payload));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return null;
  try {
    return JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Claims;
  } catch {
    return null;
  }
}

const mac = (secret: string, payload: string) =>
  createHmac("sha256", secret).update(payload).digest("base64url");
const sha256 = (text: string) => createHash("sha256").update(text).digest("base64url");
