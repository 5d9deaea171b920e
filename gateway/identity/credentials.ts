import type { CallingRequest } from "./caller.ts";
import type { RefusalReason } from "./refused.ts";
import { CredentialsRefused } from "./refused.ts";
import type { TokenIdentity, TokenVerifier } from "./tokens.ts";

/** What every API key begins with. */
export const API_KEY_PREFIX = "csk_";

/** What the credentials of a request say, before anybody knows whose they are. */
export type Presented<ApiKey> =
  | { readonly kind: "VISITOR" }
  | { readonly kind: "TOKEN"; readonly identity: TokenIdentity }
  | { readonly kind: "API_KEY"; readonly apiKey: ApiKey };

/** Who judges each kind of credentials; both throw `CredentialsRefused`. */
export interface CredentialVerifiers<ApiKey> {
  readonly tokens: TokenVerifier;
  /** Finds an API key; null when there is no such key. */
  readonly findApiKey: (key: string) => Promise<ApiKey | null>;
}

/**
 * Tells who has called: `authorization: Bearer` with an access token or an API key, or `x-api-key`. Nothing at
 * all is a visitor; anything that is not exactly one good credential is refused, never taken for a visitor.
 */
export function createAuthenticator<ApiKey>({ tokens, findApiKey }: CredentialVerifiers<ApiKey>) {
  return async (request: CallingRequest["raw"]): Promise<Presented<ApiKey>> => {
    const credential = credentialIn(request);
    if (credential === null) return { kind: "VISITOR" };
    if (!credential.startsWith(API_KEY_PREFIX)) {
      return { kind: "TOKEN", identity: await tokens.verify(credential) };
    }
    const apiKey = await findApiKey(credential);
    if (apiKey === null) throw notAccepted("api_key");
    return { kind: "API_KEY", apiKey };
  };
}

/** The one credential of a request, or null where there is none. */
function credentialIn({ rawHeaders }: CallingRequest["raw"]): string | null {
  let found: string | null = null;
  // The raw ones, because of two `authorization` headers Node shows the first alone.
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase();
    if (name !== "authorization" && name !== "x-api-key") continue;
    if (found !== null) {
      throw new CredentialsRefused(
        "BAD_REQUEST",
        "several_credentials",
        "Expected one credential: either authorization or x-api-key, once.",
      );
    }
    const value = rawHeaders[index + 1]!.trim();
    found = name === "authorization" ? bearer(value) : value;
    const isWellFormed = /^[\w.~+/-]+=*$/.test(found);
    if (!isWellFormed || (name === "x-api-key" && !found.startsWith(API_KEY_PREFIX))) {
      throw notAccepted("malformed");
    }
  }
  return found;
}

const bearer = (value: string) => /^bearer +(.*)$/i.exec(value)?.[1] ?? "";

const notAccepted = (reason: RefusalReason) =>
  new CredentialsRefused("UNAUTHENTICATED", reason, "The credentials are not accepted.");
