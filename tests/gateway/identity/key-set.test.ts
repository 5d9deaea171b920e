import { createTokenVerifier } from "../../../gateway/identity/tokens.ts";
import type { TestIssuer, TestKey } from "./issuer.ts";
import { makeKey, refusal, sign, startIssuer, usualClaims } from "./issuer.ts";

const NOW = Date.UTC(2026, 0, 15);
const SECONDS = NOW / 1000;

let key: TestKey;
let issuer: TestIssuer;
let now = NOW;

beforeAll(async () => {
  key = await makeKey();
});
beforeEach(async () => {
  now = NOW;
  issuer = await startIssuer(key);
});
afterEach(() => issuer.close());

const verifier = (timeout = 5_000) =>
  createTokenVerifier({
    issuers: [{ issuer: issuer.url, audience: "consortia" }],
    now: () => now,
    timeout,
  });
const claims = (changes: Record<string, unknown> = {}) => usualClaims(issuer, SECONDS, changes);
const token = (changes: Record<string, unknown> = {}, header: Record<string, unknown> = {}, by = key) =>
  sign(by, claims(changes), header);

describe("The keys of an issuer", () => {
  it("are read once for a hundred first requests at the same time", async () => {
    const { verify } = verifier();
    const texts = await Promise.all(
      Array.from({ length: 100 }, (_, index) => token({ sub: `user-${index}` })),
    );
    const identities = await Promise.all(texts.map((text) => verify(text)));
    expect(new Set(identities.map(({ subject }) => subject)).size).toBe(100);
    expect(issuer.asked).toEqual({ discovery: 1, keys: 1 });
  });

  it("are exchanged without a restart", async () => {
    const { verify } = verifier();
    await verify(await token());
    const next = await makeKey();
    issuer.published = [next];
    now += 11_000;
    await verify(await token({}, {}, next));
    expect(issuer.asked.keys).toBe(2);
    expect(await refusal(verify(await token({ sub: "bob" })))).toMatchObject({ reason: "unknown_key" });
  });

  it("are not read again for every key that somebody makes up", async () => {
    const { verify } = verifier();
    await verify(await token());
    const guess = async () => {
      const text = await token({}, { kid: String(Math.random()) });
      expect(await refusal(verify(text))).toMatchObject({ reason: "unknown_key" });
    };
    for (let count = 0; count < 20; count++) await guess();
    expect(issuer.asked.keys).toBe(1);
    now += 10_000;
    await Promise.all(Array.from({ length: 20 }, guess));
    expect(issuer.asked.keys).toBe(2);
  });

  it("are read anew after ten minutes, so that a withdrawn one ends", async () => {
    const { verify } = verifier();
    const text = await token({ exp: SECONDS + 9_999 });
    await verify(text);
    issuer.published = [await makeKey()];
    now += 59_000;
    expect(await verify(text)).toMatchObject({ subject: "ada" });
    now += 10 * 60_000;
    expect(await refusal(verify(text))).toMatchObject({ reason: "unknown_key" });
  });

  it("go on for a day while the issuer is down", async () => {
    const { verify } = verifier();
    const end = { exp: SECONDS + 999_999 };
    await verify(await token(end));
    issuer.mood = "failing";
    now += 23 * 3_600_000;
    await verify(await token({ ...end, jti: "1" }));
    await verify(await token({ ...end, jti: "2" }));
    expect(issuer.asked.discovery).toBe(2);
    now += 3_600_000;
    const late = await token({ ...end, jti: "3" });
    expect(await refusal(verify(late))).toMatchObject({ reason: "issuer_unavailable" });
    issuer.mood = "well";
    now += 10_000;
    expect(await verify(late)).toMatchObject({ subject: "ada" });
  });

  it("are waited for once at most while the issuer is down", async () => {
    // Whoever waited for an issuer that is silent would wait longer than the test may take.
    const { verify } = verifier(600_000);
    const end = { exp: SECONDS + 9_999 };
    await verify(await token(end));
    issuer.mood = "failing";
    now += 11 * 60_000;
    await verify(await token({ ...end, jti: "1" }));
    issuer.mood = "silent";
    now += 10_000;
    await verify(await token({ ...end, jti: "2" }));
    await verify(await token({ ...end, jti: "3" }));
  });

  it.each(["failing", "silent"] as const)(
    "cannot be had from an issuer that is %s at first: the caller may try again, and it is not asked each time",
    async (mood) => {
      issuer.mood = mood;
      const warnings: object[] = [];
      const { verify } = createTokenVerifier({
        issuers: [{ issuer: issuer.url, audience: "consortia" }],
        now: () => now,
        timeout: 1_000,
        log: { warn: (details: object) => void warnings.push(details) },
      });
      const text = await token();
      const errors = await Promise.all([verify(text), verify(text), verify(text)].map(refusal));
      for (const error of [...errors, await refusal(verify(text))]) {
        expect(error).toMatchObject({ reason: "issuer_unavailable", status: 503 });
        expect(error.extensions).toEqual({ code: "UNAVAILABLE" });
        expect(error.headers).toEqual({ "retry-after": "10" });
      }
      expect(issuer.asked.discovery).toBe(1);
      expect(warnings).toEqual([{ err: expect.anything(), issuer: issuer.url }]);
      issuer.mood = "well";
      now += 10_000;
      expect(await verify(text)).toMatchObject({ subject: "ada" });
    },
  );

  it("cannot be had from an issuer that isn't there", async () => {
    const gone = await startIssuer(key);
    await gone.close();
    const { verify } = createTokenVerifier({ issuers: [{ issuer: gone.url, audience: "consortia" }] });
    expect(await refusal(verify(await sign(key, claims({ iss: gone.url }))))).toMatchObject({
      extensions: { code: "UNAVAILABLE" },
    });
  });

  it("leave a new key's token for later while it cannot be read", async () => {
    const { verify } = verifier();
    await verify(await token());
    issuer.mood = "failing";
    now += 10_000;
    const text = await token({}, {}, await makeKey());
    for (let count = 0; count < 2; count++) {
      expect(await refusal(verify(text))).toMatchObject({ reason: "issuer_unavailable" });
    }
    expect(issuer.asked.discovery).toBe(2);
  });

  it.each([
    ["speaks for another issuer", () => ({ issuer: "https://evil.example", jwks_uri: `${issuer.url}/keys` })],
    ["says to read keys in the open", () => ({ issuer: issuer.url, jwks_uri: "http://keys.example/" })],
    ["says nothing", () => ({})],
  ])("are not taken by a discovery document that %s", async (_case, document) => {
    issuer.discovery = document();
    expect(await refusal(verifier().verify(await token()))).toMatchObject({ reason: "issuer_unavailable" });
    expect(issuer.asked.keys).toBe(0);
  });
});
