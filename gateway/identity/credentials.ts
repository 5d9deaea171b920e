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

/**
 * Names under which clients of other servers send credentials: `x-auth-token`, `apiKey`, `access_token`. Here they are
 * no credentials, and whoever sends one believes to have signed in.
 */
const UNKNOWN_FORM =
  /^(x)?(api|app|access|auth|authentication|client|id|jwt|session|bearer|user)*(key|token|secret|jwt|auth|bearer|authorization|password|credentials?)$/;

/** Whether a header, a parameter of an address or of a connection is named like credentials that we do not read. */
const isUnknownForm = (name: string): boolean =>
  !CREDENTIAL_NAMES.has(name.toLowerCase()) && UNKNOWN_FORM.test(name.toLowerCase().replace(/[-_]/g, ""));

const CREDENTIAL_NAMES: ReadonlySet<string> = new Set(["authorization", "x-api-key"]);

/** The one credential of a request, or null where there is none. */
function credentialIn({ rawHeaders, url }: CallingRequest["raw"]): string | null {
  let found: string | null = null;
  const search = url?.split("?", 2)[1];
  let hasUnknown = search !== undefined && [...new URLSearchParams(search).keys()].some(isUnknownForm);
  // The raw ones, because of two `authorization` headers Node shows the first alone.
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase();
    if (!CREDENTIAL_NAMES.has(name)) {
      hasUnknown ||= isUnknownForm(name);
      continue;
    }
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
  if (found === null && hasUnknown) throw unknownForm();
  return found;
}

const bearer = (value: string) => /^bearer +(.*)$/i.exec(value)?.[1] ?? "";

const notAccepted = (reason: RefusalReason) =>
  new CredentialsRefused(
    "UNAUTHENTICATED",
    reason,
    reason === "malformed" ? `${EXPECTED}.` : "The credentials are not accepted.",
  );

const EXPECTED =
  "Expected the header authorization with the scheme Bearer and an access token or an API key, or x-api-key with an API key";

const unknownForm = () =>
  new CredentialsRefused("UNAUTHENTICATED", "unknown_form", `${EXPECTED}; got credentials in another form.`);
