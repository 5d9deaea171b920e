import { randomUUID } from "node:crypto";
import type { CryptoKey, JWK, JWTHeaderParameters } from "jose";
import { CompactSign, exportJWK, generateKeyPair } from "jose";
import type { CredentialsRefused } from "../../../gateway/identity/refused.ts";
import { serve } from "../http.ts";

/** A signing key of a test's issuer. */
export interface TestKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

export async function makeKey(alg = "ES256"): Promise<TestKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const kid = randomUUID();
  return { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } };
}

/** Somebody else's OpenID Connect provider, over HTTP. */
export interface TestIssuer {
  readonly url: string;
  /** How often each document was asked for. */
  readonly asked: { discovery: number; keys: number };
  /** What it publishes; tests change it. */
  published: TestKey[];
  discovery: Record<string, unknown>;
  mood: "well" | "failing" | "silent";
  close(): Promise<void>;
}

export async function startIssuer(...published: TestKey[]): Promise<TestIssuer> {
  const server = await serve((request, response) => {
    const isDiscovery = request.url === "/.well-known/openid-configuration";
    issuer.asked[isDiscovery ? "discovery" : "keys"]++;
    if (issuer.mood === "silent") return;
    if (issuer.mood === "failing") return void response.writeHead(503).end();
    const answer = isDiscovery
      ? issuer.discovery
      : { keys: issuer.published.map(({ publicJwk }) => publicJwk) };
    response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
  });
  const url = new URL(server.url).origin;
  const issuer: TestIssuer = {
    url,
    asked: { discovery: 0, keys: 0 },
    published,
    discovery: { issuer: url, jwks_uri: `${url}/keys` },
    mood: "well",
    close: server.close,
  };
  return issuer;
}

/** A signed token; claims and header replace the usual ones, undefined takes them away. */
export function sign(
  key: TestKey,
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
): Promise<string> {
  const payload = new TextEncoder().encode(JSON.stringify(claims));
  return new CompactSign(payload)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: "at+jwt", ...header } as JWTHeaderParameters)
    .sign(key.privateKey, { crit: { "urn:example:must": true } });
}

/** The claims of a good token of this issuer, with some of them changed. */
export const usualClaims = (issuer: TestIssuer, now: number, changes: Record<string, unknown>) => ({
  iss: issuer.url,
  aud: "consortia",
  sub: "ada",
  email: "ada@example.org",
  iat: now - 10,
  exp: now + 300,
  ...changes,
});

/** The refusal that a verification ends in. */
export async function refusal(verification: Promise<unknown>): Promise<CredentialsRefused> {
  const error = await verification.then(
    () => expect(null).toBe("a refusal"),
    (thrown: CredentialsRefused) => thrown,
  );
  return error as CredentialsRefused;
}
