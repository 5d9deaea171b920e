import { createHmac } from "node:crypto";
import { createClient } from "graphql-ws";
import type { JWK } from "jose";
import { exportSPKI, importJWK, SignJWT } from "jose";
import WebSocket from "ws";
import { makeKey } from "../gateway/identity/issuer.ts";
import type { Attacked } from "./platform.ts";
import { startAttacked } from "./platform.ts";
import { derivedId } from "../../shared/ids.ts";

const ADMIN = derivedId("Person", "demo:admin");

const WHO = "{ viewer { id kind } }";
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("A token", () => {
  let attacked: Attacked;
  /** A good token of the platform's own issuer, in its parts, and the key that it is signed with. */
  let token: string;
  let header: Record<string, unknown>;
  let claims: Record<string, unknown>;
  let publicKey: JWK;
  /** Milliseconds by which the platform's clock is ahead. */
  let ahead = 0;
  beforeAll(async () => {
    const { now } = Date;
    jest.spyOn(Date, "now").mockImplementation(() => now() + ahead);
    attacked = await startAttacked();
    const issuer = `${attacked.platform.url}/.local-issuer`;
    const form = new URLSearchParams({ grant_type: "password", username: "admin" });
    const got: any = await (await fetch(`${issuer}/token`, { method: "POST", body: form })).json();
    token = got.access_token;
    [header, claims] = token
      .split(".", 2)
      .map((part) => JSON.parse(Buffer.from(part, "base64url").toString())) as [typeof header, typeof claims];
    [publicKey] = ((await (await fetch(`${issuer}/jwks.json`)).json()) as { keys: [JWK] }).keys;
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await attacked.platform.close();
  });

  const ask = (credential: string, query = WHO) =>
    attacked.post({ query }, { authorization: `Bearer ${credential}` });
  /** Signed with a key of the attacker's own. */
  const forged = async (protectedHeader: object, changes: object = {}) => {
    const { privateKey } = await makeKey("ES256");
    return new SignJWT({ ...claims, ...changes })
      .setProtectedHeader({ ...header, alg: "ES256", ...protectedHeader })
      .sign(privateKey);
  };
  const unsigned = (changes: object, signature = "") =>
    `${base64({ ...header, ...changes })}.${base64(claims)}.${signature}`;

  it("of the issuer's own is taken", async () => {
    expect((await ask(token)).body.data).toEqual({ viewer: { id: ADMIN, kind: "PERSON" } });
  });

  const CASES: readonly (readonly [string, () => string | Promise<string>])[] = [
    ["without a signature", () => unsigned({ alg: "none" })],
    ["without a signature, in other letters", () => unsigned({ alg: "nOnE" })],
    ["without a signature, of a good algorithm", () => unsigned({})],
    [
      "signed with the public key as if it were a secret",
      async () => {
        const secret = await exportSPKI(
          (await importJWK(publicKey, "ES256", { extractable: true })) as CryptoKey,
        );
        const body = `${base64({ ...header, alg: "HS256" })}.${base64(claims)}`;
        return `${body}.${createHmac("sha256", secret).update(body).digest("base64url")}`;
      },
    ],
    ["of somebody else's key under the right name", () => forged({})],
    ["that names a file as its key", () => forged({ kid: "../../../../dev/null" })],
    ["that names a statement as its key", () => forged({ kid: "' UNION SELECT 'secret' --" })],
    ["that names a prototype as its key", () => forged({ kid: "__proto__" })],
    ["that names another place for its key", () => forged({ kid: "https://evil.example/jwks.json" })],
    ["that names no key", () => forged({ kid: undefined })],
    ["that brings its key", async () => forged({ jwk: (await makeKey("ES256")).publicJwk })],
    ["of another issuer", () => forged({}, { iss: "https://evil.example" })],
    ["for somebody else", () => forged({}, { aud: "other" })],
    [
      "whose person was changed afterwards",
      () => {
        const [head, , signature] = token.split(".");
        return `${head}.${base64({ ...claims, sub: "demo:operator" })}.${signature}`;
      },
    ],
    ["that is longer than any", () => `${token}${"A".repeat(9_000)}`],
    ["that is none", () => "a.b.c"],
    ["that is an API key that nobody has", () => `csk_${"a".repeat(43)}`],
    ["that is an API key with SQL in it", () => "csk_'--"],
  ];

  it.each(CASES)("is refused: one %s", async (_, make) => {
    const credential = await make();
    const { status, text } = await attacked.refused("UNAUTHENTICATED", () => ask(credential));
    expect(status).toBe(401);
    expect(text).not.toContain(credential);
  });

  it.each(CASES)("is refused over WebSocket, too: one %s", async (_, make) => {
    const client = createClient({
      url: `${attacked.platform.url.replace(/^http/, "ws")}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${await make()}` },
    });
    const refused = client.iterate({ query: WHO }).next();
    await expect(refused).rejects.toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
    await client.dispose();
  });

  it("is refused when its time is over, though it was believed before", async () => {
    expect((await ask(token)).body.data.viewer.id).toBe(ADMIN);
    ahead = 2 * 3_600_000;
    const { body } = await ask(token);
    ahead = 0;
    expect(body.errors).toMatchObject([
      { message: expect.stringMatching(/expired/), extensions: { code: "UNAUTHENTICATED" } },
    ]);
  });

  it("is no key of two at once, and not in the address", async () => {
    const headers = { authorization: `Bearer ${token}`, "x-api-key": "csk_x" };
    const { status } = await attacked.refused("BAD_REQUEST", () => attacked.post({ query: WHO }, headers));
    expect(status).toBe(400);
    const search = new URLSearchParams({ query: WHO, authorization: `Bearer ${token}`, access_token: token });
    const { body } = await attacked.send({ path: `/graphql?${String(search)}` });
    expect(body.errors).toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
  });
});
