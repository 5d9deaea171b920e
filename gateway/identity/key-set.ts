import type { JWTVerifyGetKey } from "jose";
import { createLocalJWKSet, errors } from "jose";
import type { FastifyBaseLogger } from "fastify";
import { z } from "zod";
import type { IssuerSettings } from "../../shared/auth/issuers.ts";
import { keyUrl } from "../../shared/auth/issuers.ts";
import { CredentialsRefused } from "./refused.ts";

/** Milliseconds after which keys are read anew before they are used: so long a withdrawn key may go on. */
const FRESH_FOR = 10 * 60_000;
/** Milliseconds that keys go on being used while their issuer cannot be reached. */
const STALE_FOR = 24 * 3_600_000;
/** Milliseconds between two attempts to read keys, whatever tokens come. */
const COOLDOWN = 10_000;

/** How an issuer is reached. */
export interface KeySetOptions {
  readonly fetch: typeof fetch;
  /** Milliseconds that reading the keys may take. */
  readonly timeout: number;
  readonly now: () => number;
  readonly log: Pick<FastifyBaseLogger, "warn"> | undefined;
}

/**
 * The keys of one issuer, read when a token first asks for them and again when they are old or a token names a
 * key that isn't there; never more often than every ten seconds. While the issuer cannot be reached, known keys
 * go on for a day and nobody waits for it.
 */
export function createKeySet(
  { issuer, jwksUri }: IssuerSettings,
  { fetch, timeout, now, log }: KeySetOptions,
): JWTVerifyGetKey {
  let keys: JWTVerifyGetKey | null = null;
  let readAt = -Infinity;
  let triedAt = -Infinity;
  let failure: unknown = null;
  let reading: Promise<void> | null = null;

  async function getJson(url: string, signal: AbortSignal): Promise<unknown> {
    const answer = await fetch(url, { headers: { accept: "application/json" }, redirect: "error", signal });
    if (!answer.ok) throw new Error(`${url} answered with ${answer.status}.`);
    return await answer.json();
  }
  async function read(): Promise<void> {
    triedAt = now();
    const signal = AbortSignal.timeout(timeout);
    try {
      const uri = jwksUri ?? discovery(issuer).parse(await getJson(discoveryUrl(issuer), signal)).jwks_uri;
      keys = createLocalJWKSet((await getJson(uri, signal)) as Parameters<typeof createLocalJWKSet>[0]);
      readAt = triedAt;
      failure = null;
    } catch (error) {
      failure = error;
      log?.warn({ err: error, issuer }, "the keys of an issuer of access tokens cannot be read");
    }
  }
  const readOnce = () => (reading ??= read().finally(() => (reading = null)));
  const mayRead = () => reading !== null || now() - triedAt >= COOLDOWN;
  const unavailable = () =>
    new CredentialsRefused(
      "UNAVAILABLE",
      "issuer_unavailable",
      "Access tokens cannot be checked right now; try again a little later.",
      { cause: failure },
    );

  return async (header, token) => {
    if (now() - readAt >= FRESH_FOR && mayRead()) {
      const done = readOnce();
      if (failure === null || now() - readAt >= STALE_FOR) await done;
    }
    if (!keys || now() - readAt >= STALE_FOR) throw unavailable();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (mayRead()) {
        await readOnce();
        // The key may be one that could not be read: the token is not refused for that.
        if (failure === null) return await keys(header, token);
      }
      throw failure === null ? error : unavailable();
    }
  };
}

const discoveryUrl = (issuer: string) => `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;

/** What discovery must say; a document that speaks for another issuer is not believed. */
const discovery = (issuer: string) => z.object({ issuer: z.literal(issuer), jwks_uri: keyUrl });
