import { VISITOR } from "../../shared/auth/viewer.ts";
import type { SignIn } from "./caller.ts";
import { NOBODY } from "./caller.ts";
import { createAuthenticator } from "./credentials.ts";
import type { TokenVerifier } from "./tokens.ts";

/**
 * Signs callers in by access tokens alone, for a supergraph of somebody else's: nothing is known of people there but
 * what their tokens say.
 */
export function createTokenSignIn(tokens: TokenVerifier): SignIn {
  const authenticate = createAuthenticator<never>({ tokens, findApiKey: async () => null });
  return async ({ raw }) => {
    const presented = await authenticate(raw);
    if (presented.kind !== "TOKEN") return NOBODY;
    const { issuer, subject, scopes, policies } = presented.identity;
    const id = `${issuer}#${subject}`;
    return {
      viewer: { ...VISITOR, id, kind: "PERSON" },
      credential: { kind: "TOKEN", id },
      scopes,
      policies,
    };
  };
}
