import { serverAudits } from "graphql-http";
import type { Gateway } from "../../gateway/server.ts";
import { createGateway } from "../../gateway/server.ts";
import { startFixture } from "./fixture.ts";
import { keys } from "./fixtures/keys.ts";

describe("GraphQL over HTTP, by the audit of graphql-http", () => {
  let gateway: Gateway;
  beforeAll(async () => {
    const { supergraphSdl, send: subgraph } = startFixture(keys.subgraphs);
    gateway = await createGateway({
      supergraphSdl,
      subgraph,
      host: "127.0.0.1",
      port: 0,
      logLevel: "silent",
    });
  });
  afterAll(() => gateway.close());

  const audits = serverAudits({ url: () => `${gateway.url}/graphql`, fetchFn: fetch });
  it("has all its cases", () => expect(audits.length).toBeGreaterThanOrEqual(60));
  it.each(audits.map(({ id, name, fn }) => [id, name, fn] as const))("%s: %s", async (_id, _name, fn) => {
    // The reason stands in the failure.
    expect(await fn()).toMatchObject({ status: "ok" });
  });
});
