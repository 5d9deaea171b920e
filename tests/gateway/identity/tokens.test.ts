import { createHmac } from "node:crypto";
import { inspect } from "node:util";
import { CompactEncrypt, exportSPKI, importJWK } from "jose";
import { createTokenVerifier } from "../../../gateway/identity/tokens.ts";
import type { IssuerSettings } from "../../../shared/auth/issuers.ts";
import type { TestIssuer, TestKey } from "./issuer.ts";
import { makeKey, refusal, sign, startIssuer, usualClaims } from "./issuer.ts";

const NOW = Date.UTC(2026, 0, 15);
const SECONDS = NOW / 1000;
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

let key: TestKey;
let rsa: TestKey;
let issuer: TestIssuer;
let now = NOW;

beforeAll(async () => {
  [key, rsa] = await Promise.all([makeKey(), makeKey("RS256")]);
});
beforeEach(async () => {
  now = NOW;
  issuer = await startIssuer(key, rsa);
});
afterEach(() => issuer.close());

const verifier = (settings: Partial<IssuerSettings> = {}, timeout = 5_000) =>
  createTokenVerifier({
    issuers: [{ issuer: issuer.url, audience: "consortia", ...settings }],
    now: () => now,
    timeout,
  });
const claims = (changes: Record<string, unknown> = {}) => usualClaims(issuer, SECONDS, changes);
const token = (changes: Record<string, unknown> = {}, header: Record<string, unknown> = {}, by = key) =>
  sign(by, claims(changes), header);

describe("An access token", () => {
  it("tells whom it speaks for, with keys found by discovery", async () => {
    const text = await token({
      scope: "read:figures write:terms",
      email: "ada@example.org",
      name: "Ada",
      jti: "t-1",
    });
    expect(await verifier().verify(text)).toEqual({
      issuer: issuer.url,
      subject: "ada",
      expiresAt: SECONDS + 300,
      scopes: ["read:figures", "write:terms"],
      policies: [],
      email: "ada@example.org",
      name: "Ada",
      tokenId: "t-1",
    });
    expect(issuer.asked).toEqual({ discovery: 1, keys: 1 });
  });

  it("needs no discovery where the address of the keys is given", async () => {
    await verifier({ jwksUri: `${issuer.url}/keys` }).verify(await token());
    expect(issuer.asked).toEqual({ discovery: 0, keys: 1 });
  });

  it("may be of any of several issuers, each with an audience of its own", async () => {
    const other = await startIssuer(rsa);
    try {
      const { verify } = createTokenVerifier({
        issuers: [
          { issuer: issuer.url, audience: "consortia" },
          { issuer: other.url, audience: "api" },
        ],
        now: () => now,
      });
      const theirs = (aud: string) => sign(rsa, claims({ iss: other.url, aud }));
      expect(await verify(await theirs("api"))).toMatchObject({ issuer: other.url, subject: "ada" });
      expect(await verify(await token({}, {}, rsa))).toMatchObject({ issuer: issuer.url });
      expect(await refusal(verify(await theirs("consortia")))).toMatchObject({ reason: "audience" });
      // The first issuer's key signs nothing for the second.
      const crossed = await sign(key, claims({ iss: other.url, aud: "api" }));
      expect(await refusal(verify(crossed))).toMatchObject({ reason: "unknown_key" });
    } finally {
      await other.close();
    }
  });

  it.each([
    ["RS256", "read write", ["read", "write"]],
    ["PS256", ["read"], ["read"]],
    ["EdDSA", undefined, []],
    ["Ed25519", 7, []],
  ])("may be signed with %s, its scopes in the words of its issuer", async (alg, scp, scopes) => {
    const own = await makeKey(alg);
    issuer.published = [own];
    expect(await verifier().verify(await token({ scp }, {}, own))).toMatchObject({ scopes });
  });

  it("names the policies that hold in the claim that its issuer has for them", async () => {
    const groups = ["keeper", "signer", 7];
    expect(await verifier({ policyClaim: "groups" }).verify(await token({ groups }))).toMatchObject({
      policies: ["keeper", "signer"],
    });
    expect(await verifier().verify(await token({ groups }))).toMatchObject({ policies: [] });
  });

  it("says no address that nobody has verified", async () => {
    const identity = await verifier().verify(
      await token({ email: "ada@example.org", email_verified: false }),
    );
    expect(identity).not.toHaveProperty("email");
  });

  it.each([
    ["JWT", {}],
    ["application/at+jwt", {}],
    [undefined, {}],
    ["JWT", { typ: "Bearer", nonce: "n" }],
  ])("may be of the type %s, with %j", async (typ, more) => {
    expect(await verifier().verify(await token(more, { typ }))).toMatchObject({ subject: "ada" });
  });

  it("may come from a clock that is a little ahead or behind", async () => {
    const { verify } = verifier({ clockTolerance: 20 });
    await verify(await token({ exp: SECONDS - 15 }));
    await verify(await token({ nbf: SECONDS + 15, iat: SECONDS + 15 }));
    expect(await refusal(verify(await token({ exp: SECONDS - 21 })))).toMatchObject({ reason: "expired" });
    expect(await refusal(verify(await token({ nbf: SECONDS + 21 })))).toMatchObject({
      reason: "not_yet_valid",
    });
  });
});

describe("An access token is refused", () => {
  const signedByHand = async (header: object, changes: Record<string, unknown> = {}, secret?: string) => {
    const signed = `${base64(header)}.${base64(claims(changes))}`;
    return `${signed}.${secret ? createHmac("sha256", secret).update(signed).digest("base64url") : ""}`;
  };
  const cases: [string, string, () => Promise<string>][] = [
    ["without a signature", "algorithm", () => signedByHand({ alg: "none", typ: "at+jwt" })],
    ["without a signature, in capitals", "algorithm", () => signedByHand({ alg: "NONE" })],
    [
      "signed with the public key as if it were a secret",
      "algorithm",
      async () => {
        const publicKey = (await importJWK(rsa.publicJwk, "RS256", { extractable: true })) as CryptoKey;
        return signedByHand({ alg: "HS256", kid: rsa.kid }, {}, await exportSPKI(publicKey));
      },
    ],
    ["with any symmetric algorithm", "algorithm", () => signedByHand({ alg: "HS512" }, {}, "secret")],
    ["of an issuer that isn't known", "issuer", () => token({ iss: "https://evil.example" })],
    ["of an issuer that is nearly known", "issuer", () => token({ iss: `${issuer.url}/` })],
    ["without an issuer", "issuer", () => token({ iss: undefined })],
    ["for somebody else", "audience", () => token({ aud: "other" })],
    ["for several others", "audience", () => token({ aud: ["other", "more"] })],
    ["without an audience", "audience", () => token({ aud: undefined })],
    ["that has expired", "expired", () => token({ exp: SECONDS - 60 })],
    ["that isn't valid yet", "not_yet_valid", () => token({ nbf: SECONDS + 60 })],
    ["that was issued in the far future", "issued_in_future", () => token({ iat: SECONDS + 3_600 })],
    ["without a subject", "no_subject", () => token({ sub: undefined })],
    ["with an empty subject", "no_subject", () => token({ sub: "" })],
    ["with a subject that is no text", "no_subject", () => token({ sub: 7 })],
    ["with an endless subject", "no_subject", () => token({ sub: "a".repeat(256) })],
    ["without an end", "no_expiry", () => token({ exp: undefined })],
    ["with an end that is no number", "claims", () => token({ exp: "tomorrow" })],
    ["with a key that isn't known", "unknown_key", async () => token({}, {}, await makeKey())],
    [
      "with a known key's name and another key",
      "signature",
      async () => token({}, { kid: key.kid }, await makeKey()),
    ],
    [
      "with a header that must be understood",
      "critical_header",
      () => token({}, { crit: ["urn:example:must"], "urn:example:must": 1 }),
    ],
    ["that is an ID token by its type", "not_an_access_token", () => token({ typ: "ID" }, { typ: "JWT" })],
    [
      "that is an ID token by its claims",
      "not_an_access_token",
      () => token({ at_hash: "x" }, { typ: "JWT" }),
    ],
    [
      "that is an ID token without a type",
      "not_an_access_token",
      () => token({ nonce: "x" }, { typ: undefined }),
    ],
    ["that is a logout token", "not_an_access_token", () => token({}, { typ: "logout+jwt" })],
    ["whose type is no text", "not_an_access_token", () => token({}, { typ: 7 })],
    ["that is longer than any", "too_long", async () => `${await token()}${"A".repeat(8 * 1024)}`],
    ["that isn't one", "malformed", async () => "abc"],
    ["with nothing in it", "malformed", async () => ".."],
    [
      "with claims that are no object",
      "malformed",
      async () => `${base64({ alg: "ES256" })}.${base64([1])}.AA`,
    ],
  ];
  it.each(cases)("%s (%s)", async (_case, reason, make) => {
    const text = await make();
    const error = await refusal(verifier().verify(text));
    expect(error).toMatchObject({ name: "CredentialsRefused", reason, status: 401 });
    expect(error.extensions).toEqual({ code: "UNAUTHENTICATED" });
    expect(error.headers["www-authenticate"]).toMatch(/^Bearer error="invalid_token"/);
    expect(error.message).toMatch(reason === "expired" ? /has expired/ : /is not accepted/);
    const signature = text.split(".")[2];
    const told = inspect(error, { depth: 9, showHidden: true });
    if (signature) expect(told).not.toContain(signature);
    expect(told).not.toContain("ada@example.org");
  });

  it("that is encrypted", async () => {
    const text = await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(claims())))
      .setProtectedHeader({ alg: "dir", enc: "A256GCM", typ: "at+jwt" })
      .encrypt(new Uint8Array(32));
    expect(await refusal(verifier().verify(text))).toMatchObject({ reason: "encrypted" });
  });

  it("before anything is read, when it is too long, malformed or of nobody known", async () => {
    for (const text of ["A".repeat(9_000), "a.b.c", await token({ iss: "https://evil.example" })]) {
      await refusal(verifier().verify(text));
    }
    expect(issuer.asked).toEqual({ discovery: 0, keys: 0 });
  });

  it("when it brings its own key or says where to find one", async () => {
    const evil = await makeKey();
    const theirs = await startIssuer(evil);
    try {
      const { verify } = verifier();
      for (const header of [
        { jwk: evil.publicJwk },
        { jku: `${theirs.url}/keys` },
        { x5u: `${theirs.url}/keys` },
      ]) {
        expect(await refusal(verify(await token({}, header, evil)))).toMatchObject({ reason: "unknown_key" });
      }
      expect(theirs.asked).toEqual({ discovery: 0, keys: 0 });
      // The issuer's own token is none the worse for it.
      expect(await verify(await token({}, { jku: `${theirs.url}/keys` }))).toMatchObject({ subject: "ada" });
    } finally {
      await theirs.close();
    }
  });

  it("signed with an algorithm that its issuer isn't allowed", async () => {
    const { verify } = verifier({ algorithms: ["RS256"] });
    await verify(await token({}, {}, rsa));
    expect(await refusal(verify(await token()))).toMatchObject({ reason: "algorithm" });
  });

  it("when any of its characters is changed", async () => {
    const { verify } = verifier();
    const [header, payload, signature] = (await token()).split(".");
    const other = base64(claims({ sub: "admin" }));
    for (const text of [
      `${header}.${other}.${signature}`,
      `${header}.${payload}.AAAA${signature!.slice(4)}`,
    ]) {
      expect(await refusal(verify(text))).toMatchObject({ reason: "signature" });
    }
  });
});

describe("A verified token", () => {
  it("is believed for a minute, and not beyond its end", async () => {
    const { verify } = verifier({ clockTolerance: 0 });
    const [long, short] = [await token(), await token({ exp: SECONDS + 20 })];
    const first = await verify(long);
    await verify(short);
    now += 19_000;
    expect(await verify(long)).toBe(first);
    expect(await verify(short)).toMatchObject({ subject: "ada" });
    now += 1_000;
    expect(await refusal(verify(short))).toMatchObject({ reason: "expired" });
    now += 40_000;
    expect(await verify(long)).not.toBe(first);
  });
});
