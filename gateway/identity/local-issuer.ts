import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { JWK } from "jose";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { IssuerSettings } from "../../shared/auth/issuers.ts";
import { isLoopbackHost } from "../../shared/auth/issuers.ts";
import type { Config } from "../../shared/config.ts";
import type { DemoViewer } from "../../shared/demo/viewers.ts";
import { DEMO_VIEWERS } from "../../shared/demo/viewers.ts";
import { StartupError } from "../../shared/errors.ts";
import { originOf } from "../../shared/graphql/listen.ts";
import { isFromThisMachine } from "../demo-viewers.ts";

/** Where the issuer stands on the platform's own server. */
export const LOCAL_ISSUER_PATH = "/.local-issuer";

const AUDIENCE = "consortia-demo";
const ALGORITHM = "ES256";
const LIFETIME_SECONDS = 3_600;

/** The demo network's people that somebody can sign in as: all but the visitor. */
export const DEMO_PEOPLE: readonly DemoViewer[] = DEMO_VIEWERS.filter(({ viewer }) => viewer.id !== null);

/** An issuer of tokens for the demo network's people, with a key that lives as long as the process. */
export interface LocalIssuer {
  readonly host: string;
  readonly keys: { readonly keys: readonly JWK[] };
  /** An access token for one of the demo network's people. */
  sign(person: DemoViewer, issuer: string): Promise<string>;
}

type LocalIssuerConfig = Pick<Config, "host" | "isDemo" | "isProduction" | "issuers">;

/** Why there must be no local issuer, as a clause; null where there may be one. */
export function whyNoLocalIssuer(config: LocalIssuerConfig): string | null {
  if (!config.isDemo) return "DEMO is off";
  if (config.isProduction) return "NODE_ENV is production";
  if (config.issuers.length > 0) return "OIDC_ISSUERS names whose tokens are accepted";
  if (!isLoopbackHost(config.host)) return `HOST is ${config.host}, which others can reach`;
  return null;
}

/** Makes the issuer and its key; refuses wherever it isn't a demo on one machine alone. */
export async function localIssuer(config: LocalIssuerConfig): Promise<LocalIssuer> {
  const reason = whyNoLocalIssuer(config);
  if (reason) throw new StartupError(`There can be no tokens for the demo network's people: ${reason}.`);
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM);
  const kid = randomUUID();
  return {
    host: config.host,
    keys: { keys: [{ ...(await exportJWK(publicKey)), kid, alg: ALGORITHM, use: "sig" }] },
    sign: ({ header, subject }, issuer) =>
      new SignJWT({ name: `Demo ${header}` })
        .setProtectedHeader({ alg: ALGORITHM, kid, typ: "at+jwt" })
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setSubject(subject)
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime(`${LIFETIME_SECONDS}s`)
        .sign(privateKey),
  };
}

/** The local issuer as a verifier of tokens knows it, on a server at this origin. */
export const localIssuerSettings = (origin: string): IssuerSettings => ({
  issuer: `${origin}${LOCAL_ISSUER_PATH}`,
  audience: AUDIENCE,
  algorithms: [ALGORITHM],
});

/** Serves discovery, keys and tokens, to callers on this machine alone. */
export function serveLocalIssuer(server: FastifyInstance, local: LocalIssuer): void {
  const issuer = () => localIssuerSettings(originOf(server, local.host)).issuer;
  server.register(
    async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser(
        "application/x-www-form-urlencoded",
        { parseAs: "string" },
        async (_request: unknown, body: string | Buffer) => new URLSearchParams(String(body)),
      );
      scope.addHook("onRequest", async (request, reply) => {
        if (isFromThisMachine(request)) return;
        return reply.code(403).send(oauthError("access_denied", "Only callers on this machine are served."));
      });

      scope.get("/.well-known/openid-configuration", async () => ({
        issuer: issuer(),
        jwks_uri: `${issuer()}/jwks.json`,
        token_endpoint: `${issuer()}/token`,
        grant_types_supported: ["password"],
        response_types_supported: ["none"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: [ALGORITHM],
        token_endpoint_auth_methods_supported: ["none"],
      }));
      scope.get("/jwks.json", async () => local.keys);
      scope.post("/token", async ({ body }, reply) => {
        const form = body instanceof URLSearchParams ? body : new URLSearchParams();
        reply.header("cache-control", "no-store");
        if (form.get("grant_type") !== "password") {
          return reply.code(400).send(oauthError("unsupported_grant_type", "Expected grant_type=password."));
        }
        const person = DEMO_PEOPLE.find(({ header }) => header === form.get("username"));
        if (!person) {
          const names = DEMO_PEOPLE.map(({ header }) => header).join(", ");
          return reply
            .code(400)
            .send(oauthError("invalid_grant", `Expected username to be one of ${names}.`));
        }
        const accessToken = await local.sign(person, issuer());
        return { access_token: accessToken, token_type: "Bearer", expires_in: LIFETIME_SECONDS };
      });
    },
    { prefix: LOCAL_ISSUER_PATH },
  );
}

const oauthError = (error: string, description: string) => ({ error, error_description: description });
