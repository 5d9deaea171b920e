import { readConfig } from "../../shared/config.ts";
import { StartupError } from "../../shared/errors.ts";
import { originAt } from "../../shared/graphql/listen.ts";
import { LOCAL_ISSUER_PATH } from "../identity/local-issuer.ts";

/** `consortia demo token NAME`: an access token for one of the demo network's people, from the running platform. */
export async function demoToken(name: string, { url }: { url?: string }): Promise<void> {
  const { host, port } = readConfig();
  const origin = url ?? originAt(host, port);
  if (!URL.canParse(origin)) throw new StartupError(`--url expects an address; got "${origin}".`);
  const answer = await fetch(new URL(`${LOCAL_ISSUER_PATH}/token`, origin), {
    method: "POST",
    body: new URLSearchParams({ grant_type: "password", username: name }),
  }).catch((error: unknown) => {
    throw new StartupError(
      `Nothing answers at ${origin}: run \`consortia start\`, or say where it runs with --url.`,
      { cause: error },
    );
  });
  if (answer.status === 404) {
    throw new StartupError(`What runs at ${origin} makes no tokens: it is no demo on this machine alone.`);
  }
  const body = (await answer.json().catch(() => ({}))) as Record<string, string | undefined>;
  if (!body["access_token"]) {
    throw new StartupError(body["error_description"] ?? `${origin} answered with ${answer.status}.`);
  }
  process.stdout.write(`${body["access_token"]}\n`);
}
