import type { SubgraphExecutor } from "../../../gateway/execution/subgraph-executor.ts";
import { introspectors } from "../../../gateway/identity/introspectors.ts";
import { createTokenSignIn } from "../../../gateway/identity/token-sign-in.ts";
import { createTokenVerifier } from "../../../gateway/identity/tokens.ts";
import type { Gateway } from "../../../gateway/server.ts";
import { createGateway } from "../../../gateway/server.ts";
import { composeSupergraph } from "../../../gateway/supergraph.ts";
import type { TestIssuer, TestKey } from "./issuer.ts";
import { makeKey, sign, startIssuer } from "./issuer.ts";

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@requiresScopes"])
  type Query { find(by: By): Int open: Int pay: Int @requiresScopes(scopes: [["read:pay"]]) }
  input By { name: Int }`;

describe("a gateway in production that takes tokens", () => {
  let issuer: TestIssuer;
  let key: TestKey;
  let gateway: Gateway;
  const asked: string[] = [];
  beforeAll(async () => {
    key = await makeKey();
    issuer = await startIssuer(key);
    const subgraph: SubgraphExecutor = async ({ query }) => {
      asked.push(query);
      return { data: { open: 1, pay: 2 } };
    };
    const tokens = createTokenVerifier({ issuers: [{ issuer: issuer.url, audience: "graph" }] as never });
    gateway = await createGateway({
      supergraphSdl: composeSupergraph([{ name: "one", sdl: SDL, url: "http://127.0.0.1/" }]),
      subgraph,
      signIn: createTokenSignIn(tokens),
      mayIntrospect: introspectors({ isProduction: true }),
      host: "127.0.0.1",
      port: 0,
      logLevel: "silent",
    });
  });
  afterAll(async () => {
    await gateway.close();
    await issuer.close();
  });
  beforeEach(() => void (asked.length = 0));

  const tokenWith = (scope: string) => {
    const now = Math.floor(Date.now() / 1000);
    return sign(key, { iss: issuer.url, aud: "graph", sub: "ada", iat: now, exp: now + 60, scope });
  };
  const ask = async (query: string, token?: string, variables = {}) => {
    const answer = await fetch(`${gateway.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ query, variables }),
    });
    return { status: answer.status, ...((await answer.json()) as { data?: any; errors?: any[] }) };
  };

  it("tells strangers neither the schema nor which name they meant, and those who have signed in both", async () => {
    const token = await tokenWith("");
    for (const query of ["{ __schema { queryType { name } } }", '{ __type(name: "Query") { name } }']) {
      const refused = await ask(query);
      expect(refused).not.toHaveProperty("data");
      expect(refused.errors![0].extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
      expect((await ask(query, token)).errors).toBeUndefined();
    }
    expect((await ask("{ opne }")).errors![0].message).toBe('Cannot query field "opne" on type "Query".');
    expect((await ask("{ opne }", token)).errors![0].message).toContain('Did you mean "open"?');
    const find = (token?: string) => ask(`query ($by: By) { find(by: $by) }`, token, { by: { nmae: 1 } });
    expect((await find()).errors![0].message).not.toContain("Did you mean");
    expect((await find(token)).errors![0].message).toContain('Did you mean "name"?');
    // What was valid for one is not taken for valid for the other.
    expect(await ask("{ __schema { queryType { name } } }")).not.toHaveProperty("data");
  });

  it("gives what the scopes of a token allow, and asks no subgraph for the rest", async () => {
    const query = "{ open pay }";
    expect((await ask(query, await tokenWith("read:pay"))).data).toEqual({ open: 1, pay: 2 });
    for (const token of [undefined, await tokenWith("read:other")]) {
      asked.length = 0;
      expect(await ask(query, token)).toMatchObject({
        data: { open: 1, pay: null },
        errors: [{ path: ["pay"], extensions: { code: "UNAUTHORIZED_FIELD_OR_TYPE" } }],
      });
      expect(asked.join()).not.toContain("pay");
    }
    const forged = await sign(await makeKey(), {
      iss: issuer.url,
      aud: "graph",
      sub: "ada",
      scope: "read:pay",
    });
    expect(await ask(query, forged)).toMatchObject({
      status: 401,
      errors: [{ extensions: { code: "UNAUTHENTICATED" } }],
    });
  });
});
