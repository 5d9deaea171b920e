import type { FastifyInstance } from "fastify";
import { fastify } from "fastify";
import { demoToken } from "../../../gateway/cli/demo-token.ts";
import {
  DEMO_PEOPLE,
  localIssuer,
  localIssuerSettings,
  serveLocalIssuer,
} from "../../../gateway/identity/local-issuer.ts";
import { createTokenVerifier } from "../../../gateway/identity/tokens.ts";
import { StartupError } from "../../../shared/errors.ts";
import { listen } from "../../../shared/graphql/listen.ts";

const DEMO = { host: "localhost", isDemo: true, isProduction: false, issuers: [] };

describe("The local issuer", () => {
  let server: FastifyInstance;
  let origin: string;
  beforeAll(async () => {
    server = fastify();
    serveLocalIssuer(server, await localIssuer(DEMO));
    origin = await listen(server, { host: "localhost", port: 0 });
  });
  afterAll(() => server.close());

  const ask = (form: Record<string, string>, options: RequestInit = {}) =>
    fetch(`${origin}/.local-issuer/token`, { method: "POST", body: new URLSearchParams(form), ...options });

  it("makes a token for each of the demo network's people, that a verifier accepts by discovery", async () => {
    const { verify } = createTokenVerifier({ issuers: [localIssuerSettings(origin)] });
    for (const { header, subject } of DEMO_PEOPLE) {
      const answer = await ask({ grant_type: "password", username: header });
      expect(answer.headers.get("cache-control")).toBe("no-store");
      const { access_token, ...rest } = await answer.json();
      expect(rest).toEqual({ token_type: "Bearer", expires_in: 3600 });
      expect(await verify(access_token)).toMatchObject({
        issuer: `${origin}/.local-issuer`,
        subject,
        name: `Demo ${header}`,
      });
    }
    expect(DEMO_PEOPLE.map(({ header }) => header)).toEqual(
      expect.arrayContaining(["member", "partner", "operator"]),
    );
  });

  it("has a key of its own: another start's tokens are not accepted", async () => {
    const other = await localIssuer(DEMO);
    const { issuer } = localIssuerSettings(origin);
    const token = await other.sign(DEMO_PEOPLE[0]!, issuer);
    const { verify } = createTokenVerifier({ issuers: [localIssuerSettings(origin)] });
    await expect(verify(token)).rejects.toMatchObject({ reason: "unknown_key" });
  });

  it("publishes no private key", async () => {
    const { keys } = await (await fetch(`${origin}/.local-issuer/jwks.json`)).json();
    expect(keys).toEqual([
      {
        kty: "EC",
        crv: "P-256",
        x: expect.any(String),
        y: expect.any(String),
        kid: expect.any(String),
        alg: "ES256",
        use: "sig",
      },
    ]);
  });

  it("refuses another grant, somebody it doesn't know, and the visitor", async () => {
    const refusals = [
      [{ grant_type: "client_credentials", username: "member" }, "unsupported_grant_type"],
      [{ grant_type: "password", username: "root" }, "invalid_grant"],
      [{ grant_type: "password", username: "visitor" }, "invalid_grant"],
      [{ grant_type: "password" }, "invalid_grant"],
    ] as const;
    for (const [form, error] of refusals) {
      const answer = await ask(form);
      expect([answer.status, (await answer.json()).error]).toEqual([400, error]);
    }
    const headers = { "content-type": "application/json" };
    expect((await ask({}, { headers, body: '{"grant_type":"password"}' })).status).toBe(415);
  });

  it.each([
    ["by another name of this machine", { headers: { host: "evil.example" } }],
    ["through a proxy", { headers: { host: "localhost", "x-forwarded-for": "127.0.0.1" } }],
    [
      "through a proxy, as the standard says it",
      { headers: { host: "localhost", forwarded: "for=127.0.0.1" } },
    ],
    ["from another machine", { headers: { host: "localhost" }, remoteAddress: "192.0.2.1" }],
  ])("serves nobody who asks %s", async (_how, options) => {
    for (const path of ["/token", "/jwks.json", "/.well-known/openid-configuration"]) {
      const method = path === "/token" ? "POST" : "GET";
      const { statusCode } = await server.inject({ method, url: `/.local-issuer${path}`, ...options });
      expect([path, statusCode]).toEqual([path, 403]);
    }
  });

  it.each([
    ["DEMO is off", { isDemo: false }],
    ["NODE_ENV is production", { isProduction: true }],
    ["OIDC_ISSUERS names", { issuers: [{ issuer: "https://login.example.org", audience: "consortia" }] }],
    ["HOST is 0.0.0.0", { host: "0.0.0.0" }],
    ["HOST is graph.example.org", { host: "graph.example.org" }],
  ])("does not start where %s", async (reason, changes) => {
    const starting = localIssuer({ ...DEMO, ...changes });
    await expect(starting).rejects.toThrow(StartupError);
    await expect(starting).rejects.toThrow(reason);
  });

  describe("asked by `consortia demo token`", () => {
    const write = () => jest.spyOn(process.stdout, "write").mockReturnValue(true);

    it("gives a token, and nothing else is printed", async () => {
      const printed = write();
      try {
        await demoToken("analyst", { url: origin });
        const text = printed.mock.calls.map(([part]) => String(part)).join("");
        expect(text).toMatch(/^\S+\n$/);
        const { verify } = createTokenVerifier({ issuers: [localIssuerSettings(origin)] });
        expect(await verify(text.trim())).toMatchObject({ subject: "demo:analyst" });
      } finally {
        printed.mockRestore();
      }
    });

    it("says in one sentence what is wrong", async () => {
      await expect(demoToken("root", { url: origin })).rejects.toThrow(
        new StartupError(
          "Expected username to be one of member, analyst, steward, partner, admin, operator, neighbour.",
        ),
      );
      await expect(demoToken("member", { url: "here" })).rejects.toThrow(StartupError);
      const bare = fastify();
      const url = await listen(bare, { host: "localhost", port: 0 });
      await expect(demoToken("member", { url })).rejects.toThrow(/makes no tokens/);
      await bare.close();
      await expect(demoToken("member", { url })).rejects.toThrow(/Nothing answers at/);
    });
  });
});
