import { connect } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:http";
import { createAuthenticator } from "../../../gateway/identity/credentials.ts";
import type { CredentialsRefused } from "../../../gateway/identity/refused.ts";
import { createTokenVerifier } from "../../../gateway/identity/tokens.ts";
import type { TestIssuer } from "./issuer.ts";
import { makeKey, sign, startIssuer } from "./issuer.ts";

let issuer: TestIssuer;
let token: string;
let server: ReturnType<typeof createServer>;

beforeAll(async () => {
  const key = await makeKey();
  issuer = await startIssuer(key);
  const exp = Math.floor(Date.now() / 1000) + 300;
  token = await sign(key, { iss: issuer.url, aud: "consortia", sub: "ada", exp });
  const authenticate = createAuthenticator({
    tokens: createTokenVerifier({ issuers: [{ issuer: issuer.url, audience: "consortia" }] }),
    findApiKey: async (apiKey) => (apiKey === "csk_good-key_1" ? { owner: "ada" } : null),
  });
  server = createServer((request, response) => {
    authenticate(request).then(
      (caller) => response.end(JSON.stringify(caller)),
      ({ status, headers, reason, extensions }: CredentialsRefused) =>
        response.writeHead(status, { ...headers }).end(JSON.stringify({ reason, code: extensions.code })),
    );
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterAll(async () => {
  server.close();
  await issuer.close();
});

/** Sends exactly these headers, as no client library would, and tells what the answer was. */
async function send(...headers: string[]): Promise<{ status: number; challenge: string | null; body: any }> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.write(["GET / HTTP/1.1", "host: x", "connection: close", ...headers, "", ""].join("\r\n"));
  let text = "";
  socket.setEncoding("utf8").on("data", (part: string) => (text += part));
  await once(socket, "close");
  return {
    status: Number(/^HTTP\/1.1 (\d+)/.exec(text)![1]),
    challenge: /^www-authenticate: (.*)$/im.exec(text)?.[1] ?? null,
    body: JSON.parse(/\{.*\}/.exec(text)![0]),
  };
}

describe("The credentials of a request", () => {
  it("are none for a visitor", async () => {
    expect(await send()).toEqual({ status: 200, challenge: null, body: { kind: "VISITOR" } });
  });

  it("are an access token", async () => {
    for (const scheme of ["Bearer", "bearer", "BEARER "]) {
      const { body } = await send(`Authorization: ${scheme} ${token}`);
      expect(body).toMatchObject({ kind: "TOKEN", identity: { subject: "ada", issuer: issuer.url } });
    }
  });

  it("are an API key, in either header", async () => {
    for (const header of ["authorization: Bearer csk_good-key_1", "X-API-Key: csk_good-key_1"]) {
      expect((await send(header)).body).toEqual({ kind: "API_KEY", apiKey: { owner: "ada" } });
    }
  });

  it.each([
    "x-auth-token: abc",
    "X-Access-Token: abc",
    "apikey: csk_good-key_1",
    "Api-Key: csk_good-key_1",
    "x-client-secret: abc",
    "token: abc",
  ])("are refused in another form, not taken for a visitor: %s", async (header) => {
    const { status, body } = await send(header);
    expect([status, body.reason, body.code]).toEqual([401, "unknown_form", "UNAUTHENTICATED"]);
    // Beside credentials that count it is somebody else's affair.
    expect((await send(header, "x-api-key: csk_good-key_1")).status).toBe(200);
  });

  it.each([
    "idempotency-key: 1",
    "x-request-id: 1",
    "cookie: token=1",
    "sec-websocket-key: abc",
    "x-csrf-token: abc",
  ])("are none in %s", async (header) => expect((await send(header)).body).toEqual({ kind: "VISITOR" }));

  it.each([
    ["an API key that isn't there", "x-api-key: csk_other", "api_key"],
    ["an API key that isn't there, as bearer", "authorization: Bearer csk_other", "api_key"],
    ["an API key with another prefix", "x-api-key: sk_good-key_1", "malformed"],
    ["an empty API key", "x-api-key:", "malformed"],
    ["an empty header", "authorization:", "malformed"],
    ["a scheme alone", "authorization: Bearer", "malformed"],
    ["another scheme", "authorization: Basic YWRhOnNlY3JldA==", "malformed"],
    ["no scheme", "authorization: csk_good-key_1", "malformed"],
    ["two words", "authorization: Bearer csk_good-key_1 csk_good-key_1", "malformed"],
    ["two in one header", "x-api-key: csk_good-key_1, csk_good-key_1", "malformed"],
    ["what is no token", "authorization: Bearer abc", "malformed"],
  ])("are refused when they are %s", async (_case, header, reason) => {
    expect(await send(header)).toEqual({
      status: 401,
      challenge: expect.stringMatching(/^Bearer error="invalid_token", error_description="[^"]+"$/),
      body: { reason, code: "UNAUTHENTICATED" },
    });
  });

  it("are refused when an access token has been changed", async () => {
    const { status, body } = await send(`authorization: Bearer ${token.slice(0, -8)}AAAAAAAA`);
    expect({ status, body }).toEqual({ status: 401, body: { reason: "signature", code: "UNAUTHENTICATED" } });
  });

  it("are refused when there are two, good or not", async () => {
    const [bearer, key] = [`authorization: Bearer ${token}`, "x-api-key: csk_good-key_1"];
    for (const headers of [
      [bearer, key],
      [key, bearer],
      [bearer, bearer],
      [key, key],
    ]) {
      expect(await send(...headers)).toEqual({
        status: 400,
        challenge: expect.stringMatching(/^Bearer error="invalid_request"/),
        body: { reason: "several_credentials", code: "BAD_REQUEST" },
      });
    }
  });

  it("leave a caller who may be right for later, while its issuer is down", async () => {
    const key = await makeKey();
    const failing = await startIssuer(key);
    failing.mood = "failing";
    try {
      const authenticate = createAuthenticator({
        tokens: createTokenVerifier({ issuers: [{ issuer: failing.url, audience: "consortia" }] }),
        findApiKey: async () => null,
      });
      const text = await sign(key, { iss: failing.url, aud: "consortia", sub: "ada", exp: 9_999_999_999 });
      const rawHeaders = ["Authorization", `Bearer ${text}`];
      await expect(authenticate({ rawHeaders })).rejects.toMatchObject({
        status: 503,
        extensions: { code: "UNAVAILABLE" },
        headers: { "retry-after": "10" },
      });
    } finally {
      await failing.close();
    }
  });
});
