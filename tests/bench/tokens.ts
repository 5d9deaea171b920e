import { LOCAL_ISSUER_PATH } from "../../gateway/identity/local-issuer.ts";

/** An access token for one of the demo network's people, of the local issuer at this origin. */
export async function tokenOf(person: string, origin: string): Promise<string> {
  const response = await fetch(`${origin}${LOCAL_ISSUER_PATH}/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "password", username: person }),
  });
  const { access_token: token } = (await response.json()) as { access_token: string };
  return token;
}
