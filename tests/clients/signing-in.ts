import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { DEMO_VIEWERS } from "../../shared/demo/viewers.ts";
import type { Running } from "./running.ts";
import { socketUrl } from "./running.ts";

const idOf = (name: string) => DEMO_VIEWERS.find(({ header }) => header === name)!.viewer.id;

const QUERY = "{ viewer { id } }";

/** The forms in which clients send credentials over a WebSocket, and in the address. */
export function describeSigningIn(running: () => Running): void {
  /** Who one is by these parameters of a connection, or what one is told. */
  const byParams = async (connectionParams: Record<string, unknown>, search = ""): Promise<any> => {
    const url = `${socketUrl(running().platform)}${search}`;
    const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams });
    try {
      for await (const { data } of client.iterate<any>({ query: QUERY })) return data.viewer.id;
    } catch (errors) {
      return (errors as any)[0];
    } finally {
      await client.dispose();
    }
  };
  const refused = (message: string) => ({
    message: expect.stringContaining(message),
    extensions: expect.objectContaining({ code: "UNAUTHENTICATED" }),
  });

  describe("Signing in over a WebSocket", () => {
    it.each([
      { "X-Demo-Viewer": "Member" },
      { "x-demo-viewer": "member" },
      { headers: { "X-DEMO-VIEWER": "MEMBER" } },
    ])("counts whatever its case: %j", async (params) => expect(await byParams(params)).toBe(idOf("member")));

    it("counts by an access token and an API key, too", async () => {
      const { platform } = running();
      const form = new URLSearchParams({ grant_type: "password", username: "admin" });
      const token = await fetch(`${platform.url}/.local-issuer/token`, { method: "POST", body: form });
      const { access_token } = (await token.json()) as { access_token: string };
      expect(await byParams({ Authorization: `Bearer ${access_token}` })).toBe(idOf("admin"));
      const { data } = await platform.ask(
        `mutation { createApiKey(input: { name: "Socket" }) { secret } }`,
        "admin",
      );
      for (const name of ["X-API-Key", "x-api-key", "X-Api-Key"]) {
        expect(await byParams({ [name]: data.createApiKey.secret })).toBe(idOf("admin"));
      }
    });

    it.each([
      {},
      { Authorization: null },
      { "apollographql-client-name": "portal" },
      { host: "elsewhere.example" },
    ])("makes a visitor of nobody's credentials: %j", async (params) =>
      expect(await byParams(params)).toBeNull(),
    );

    it.each([
      [{ "X-Demo-Viewer": "boss" }, `one of ${DEMO_VIEWERS.map(({ header }) => header).join(", ")}`],
      [{ "X-Demo-Viewer": 1 }, "one of member"],
      [{ Authorization: "csk_without_scheme" }, "with the scheme Bearer"],
      [{ Authorization: { token: "abc" } }, "with the scheme Bearer"],
      [{ AUTHORIZATION: "Basic YTpi" }, "with the scheme Bearer"],
      [{ authToken: "abc" }, "in another form"],
      [{ token: "abc" }, "in another form"],
      [{ headers: { apiKey: "abc" } }, "in another form"],
    ])("is refused by %j", async (params, message) =>
      expect(await byParams(params)).toMatchObject(refused(message)),
    );

    it("is refused by the address, as over HTTP", async () => {
      expect(await byParams({}, "?access_token=abc")).toMatchObject(refused("in another form"));
      const search = new URLSearchParams({ query: QUERY, api_key: "csk_abc" });
      const answer = await fetch(`${running().platform.url}/graphql?${search}`);
      expect([answer.status, (await answer.json()) as unknown]).toMatchObject([
        401,
        { errors: [refused("in another form")] },
      ]);
    });
  });
}
