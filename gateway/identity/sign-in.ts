import type { FastifyBaseLogger } from "fastify";
import { LRUCache } from "lru-cache";
import type { Database } from "../../shared/data/database.ts";
import { DEMO_VIEWERS } from "../../shared/demo/viewers.ts";
import { DEMO_HEADER, isFromThisMachine } from "../demo-viewers.ts";
import { DEMO_ISSUER } from "../platform/demo.ts";
import { callerByKey } from "../platform/key/keys.ts";
import { hashOfSecret } from "../platform/key/secret.ts";
import type { Identity } from "../platform/person/people.ts";
import { findPerson, knowPerson, personAsViewer } from "../platform/person/people.ts";
import type { Caller, CallingRequest, SignIn } from "./caller.ts";
import { NOBODY } from "./caller.ts";
import { createAuthenticator } from "./credentials.ts";
import { CredentialsRefused } from "./refused.ts";
import type { TokenIdentity, TokenVerifier } from "./tokens.ts";

/**
 * Milliseconds that a caller is believed without looking again. Together with the time until an ended membership is
 * known, it stays below the second after which what was taken away has no effect anywhere.
 */
const BELIEVED_FOR = 400;
const CALLERS_KEPT = 10_000;

/** What signing in takes. */
export interface SignInOptions {
  /** The platform's own database: people, roles, keys. */
  readonly db: Database;
  readonly tokens: TokenVerifier;
  readonly log?: Pick<FastifyBaseLogger, "warn">;
  /** Where callers may be the demo network's people: the local issuer whose tokens say so. Null: nowhere. */
  readonly demo?: { readonly issuer: () => string } | null;
}

/** Tells who calls, and forgets on demand what it has believed. */
export interface PlatformSignIn {
  readonly signIn: SignIn;
  /** Lets what has changed count at once in this process; other processes see it within a second. */
  readonly forget: () => void;
}

/** Signs callers in by access tokens, API keys and, in a demo on this machine alone, by the demo's header. */
export function createSignIn({ db, tokens, log, demo = null }: SignInOptions): PlatformSignIn {
  const callers = new LRUCache<string, Caller, () => Promise<Caller | null>>({
    max: CALLERS_KEPT,
    ttl: BELIEVED_FOR,
    fetchMethod: async (_key, _stale, { context: find }) => (await find()) ?? undefined,
  });
  // Counts how often everything was forgotten: who is being looked for meanwhile is found, and not believed again.
  let age = 0;
  const believed = async (key: string, find: () => Promise<Caller | null>) =>
    (await callers.fetch(`${age} ${key}`, { context: find })) ?? null;

  const authenticate = createAuthenticator<Caller>({
    tokens,
    findApiKey: (secret) => {
      const hash = hashOfSecret(secret);
      const onError = (err: unknown) => log?.warn({ err }, "the use of an API key could not be put down");
      return believed(`key ${hash}`, () => callerByKey(db, hash, onError));
    },
  });

  const byToken = async (token: TokenIdentity): Promise<Caller> => {
    const isDemo = token.issuer === demo?.issuer();
    const identity = isDemo ? { ...token, issuer: DEMO_ISSUER } : token;
    const caller = await believed(`person ${JSON.stringify([identity.issuer, identity.subject])}`, () =>
      callerByIdentity(db, identity),
    );
    return { ...caller!, scopes: token.scopes };
  };

  const byHeader = (name: string) =>
    believed(`demo ${name}`, () => demoCaller(db, { issuer: DEMO_ISSUER, subject: `demo:${name}` }));

  return {
    async signIn(request) {
      const presented = await authenticate(request.raw);
      const name = demo ? demoName(request) : null;
      if (name !== null && presented.kind !== "VISITOR") {
        throw new CredentialsRefused(
          "BAD_REQUEST",
          "several_credentials",
          `Expected one credential: either ${DEMO_HEADER} or another one.`,
        );
      }
      if (presented.kind === "API_KEY") return presented.apiKey;
      if (presented.kind === "TOKEN") return byToken(presented.identity);
      return (name !== null && (await byHeader(name))) || NOBODY;
    },
    forget: () => void age++,
  };
}

/** The demo network's person that a caller on this machine says to be; elsewhere the header says nothing. */
function demoName(request: CallingRequest): string | null {
  const sent = request.headers[DEMO_HEADER];
  if (sent === undefined || !isFromThisMachine(request)) return null;
  const name = String(sent).trim().toLowerCase();
  if (DEMO_VIEWERS.some(({ header }) => header === name)) return name;
  throw new CredentialsRefused(
    "UNAUTHENTICATED",
    "demo_viewer",
    `Expected ${DEMO_HEADER} to be one of ${DEMO_VIEWERS.map(({ header }) => header).join(", ")}.`,
  );
}

/** Somebody with a good token is a person, and is put down when they first come: so they can be given roles. */
async function callerByIdentity(db: Database, identity: Identity): Promise<Caller> {
  const id = (await findPerson(db, identity)) ?? (await db.write((tx) => knowPerson(tx, identity)));
  return { viewer: await personAsViewer(db, id), credential: { kind: "TOKEN", id }, scopes: null };
}

async function demoCaller(db: Database, identity: Identity): Promise<Caller | null> {
  const id = await findPerson(db, identity);
  return id === null
    ? null
    : { viewer: await personAsViewer(db, id), credential: { kind: "DEMO", id }, scopes: null };
}
