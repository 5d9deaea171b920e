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
