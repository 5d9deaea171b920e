import { readConfig } from "../../shared/config.ts";
import { StartupError } from "../../shared/errors.ts";

const read = (settings: Record<string, string>) => {
  const before = process.env;
  process.env = { ...settings };
  try {
    return readConfig();
  } finally {
    process.env = before;
  }
};

describe("The configuration", () => {
  it("has defaults for a newcomer: the embedded databases, the demo network, port 4000", () => {
    expect(read({})).toMatchObject({
      port: 4000,
      host: "localhost",
      isDemo: true,
      gatewaySecret: null,
      databases: { partners: { file: "data/partners.sqlite" } },
    });
  });

  it("gives each subgraph a schema on one server, or a database of its own", () => {
    const { databases } = read({
      DATABASE_URL: "mysql://user:secret@db:3307/network",
      METRICS_DATABASE_URL: "mysql://user:secret@facts/figures",
    });
    expect(String((databases.partners as { url: URL }).url)).toBe(
      "mysql://user:secret@db:3307/network_partners",
    );
    expect(String((databases.metrics as { url: URL }).url)).toBe("mysql://user:secret@facts/figures");
  });

  it("takes an empty setting for one that isn't there", () => {
    expect(read({ PORT: "", DATABASE_URL: "" }).port).toBe(4000);
  });

  it("names every wrong setting at once, with what was expected and what was got", () => {
    const wrong = () =>
      read({ PORT: "http", DEMO: "maybe", DATABASE_URL: "postgres://x", GATEWAY_SECRET: "short" });
    expect(wrong).toThrow(StartupError);
    for (const part of [
      'PORT: expected a port number from 0 to 65535; got "http"',
      'DEMO: expected "on" or "off"; got "maybe"',
      "DATABASE_URL: expected an address such as mysql://",
      "GATEWAY_SECRET: expected at least 32 characters",
    ]) {
      expect(wrong).toThrow(part);
    }
  });
});

describe("Origins and proxies", () => {
  it("are none unless said", () => {
    expect([read({}).corsOrigins, read({}).trustedProxies]).toEqual([[], []]);
  });

  it("are separated by commas", () => {
    const { corsOrigins } = read({ CORS_ORIGINS: "https://app.example.org, http://localhost:5173" });
    expect(corsOrigins).toEqual(["https://app.example.org", "http://localhost:5173"]);
    const { trustedProxies } = read({ TRUSTED_PROXIES: "10.0.0.0/8,192.0.2.1, fd00::/8" });
    expect(trustedProxies).toEqual(["10.0.0.0/8", "192.0.2.1", "fd00::/8"]);
  });

  it.each([
    "*",
    "app.example.org",
    "https://app.example.org/",
    "https://app.example.org/page",
    "null",
    "file://x",
  ])("say what is expected of an origin where there is %s", (origin) => {
    const wrong = () => read({ CORS_ORIGINS: `https://app.example.org,${origin}` });
    expect(wrong).toThrow(
      `CORS_ORIGINS: expected origins such as "https://app.example.org", separated by commas, but "${origin}" is none`,
    );
  });

  it.each(["10.0.0.0/33", "10.0.0/8", "proxy.internal", "fd00::/129", "10.0.0.0/8/8"])(
    "say what is expected of a network where there is %s",
    (network) => {
      expect(() => read({ TRUSTED_PROXIES: network })).toThrow(
        `TRUSTED_PROXIES: expected addresses or networks such as "10.0.0.0/8", separated by commas, but "${network}" is none`,
      );
    },
  );
});

describe("The issuers of access tokens", () => {
  const issuers = (text: string) => read({ OIDC_ISSUERS: text }).issuers;

  it("are none unless said", () => expect(read({}).issuers).toEqual([]));

  it("are an address and an audience each, and more where it is wanted", () => {
    const text = `
      https://login.example.org/realms/a audience=consortia;
      http://localhost:8080 audience=https://api.example.org?x=1 jwks=http://127.0.0.1:8080/keys algorithms=ES256,RS256 tolerance=5 policies=groups
    `;
    expect(issuers(text)).toEqual([
      { issuer: "https://login.example.org/realms/a", audience: "consortia" },
      {
        issuer: "http://localhost:8080",
        audience: "https://api.example.org?x=1",
        jwksUri: "http://127.0.0.1:8080/keys",
        algorithms: ["ES256", "RS256"],
        clockTolerance: 5,
        policyClaim: "groups",
      },
    ]);
  });

  it.each([
    ["http://login.example.org audience=a", 'expected an https:// address; got "http://login.example.org"'],
    ["http://localhost.evil.example audience=a", "expected an https:// address"],
    ["login.example.org audience=a", "expected an https:// address"],
    ["https://x.example audience=a jwks=http://x.example/keys", "expected an https:// address"],
    ["https://x.example", "at https://x.example: an audience is missing"],
    ["https://x.example audience=", "an audience is missing"],
    ["https://x.example?tenant=1 audience=a", "no ? and no #"],
    ["https://x.example audience=a algorithms=HS256", "algorithms are RS256,"],
    ["https://x.example audience=a algorithms=none", "algorithms are RS256,"],
    ["https://x.example audience=a tolerance=9999", "tolerance is in seconds, 0 to 300"],
    ["https://x.example audience=a audiences=b", "there is no audiences"],
    ["https://x.example audience=a audience=b", "has an option twice"],
    ["https://x.example audience=a; https://x.example audience=b", "an issuer is there twice"],
  ])("are refused as %s", (text, fault) => {
    expect(() => issuers(text)).toThrow(StartupError);
    expect(() => issuers(text)).toThrow(fault);
    expect(() => issuers(text)).toThrow("OIDC_ISSUERS: ");
  });
});
