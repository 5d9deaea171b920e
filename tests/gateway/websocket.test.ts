import type { ExecutionResult } from "graphql";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import type { Role } from "../../shared/auth/viewer.ts";
import type { Caller } from "../../gateway/identity/caller.ts";
import { NOBODY } from "../../gateway/identity/caller.ts";
import { CredentialsRefused } from "../../gateway/identity/refused.ts";
import type { Gateway, GatewayOptions } from "../../gateway/server.ts";
import { createGateway } from "../../gateway/server.ts";
import { composeSupergraph } from "../../gateway/supergraph.ts";

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Query { viewer: String }
  type Subscription { ticks: Int! }`;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A gateway whose one subgraph says who asks, and ticks until nobody listens. */
async function start(options: Partial<GatewayOptions> = {}): Promise<Gateway & { isTicking(): boolean }> {
  let isTicking = false;
  const gateway = await createGateway({
    supergraphSdl: composeSupergraph([{ name: "clock", sdl: SDL, url: "http://127.0.0.1/" }]),
    subgraph: async ({ viewer }) => ({ data: { viewer: viewer.id } }),
    async *subscribe({ signal }) {
      isTicking = true;
      try {
        for (let tick = 1; !signal?.aborted; tick++) {
          yield { data: { ticks: tick } };
          await new Promise((done) => setTimeout(done, 5));
        }
      } finally {
        isTicking = false;
      }
    },
    host: "127.0.0.1",
    port: 0,
    logLevel: "silent",
    ...options,
  });
  closing.push(() => gateway.close());
  return { ...gateway, isTicking: () => isTicking };
}

const addressOf = ({ url }: Gateway) => `${url.replace(/^http/, "ws")}/graphql`;

function connect(gateway: Gateway, connectionParams: Record<string, unknown> = {}) {
  const client = createClient({
    url: addressOf(gateway),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams,
  });
  closing.push(() => client.dispose());
  return client;
}

async function first(client: ReturnType<typeof connect>, query: string): Promise<ExecutionResult> {
  for await (const result of client.iterate({ query })) return result as ExecutionResult;
  throw new Error("Nothing came.");
}

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200 && !condition(); turn++) await new Promise((done) => setTimeout(done, 10));
  expect(condition()).toBe(true);
}

const ANNA: Caller = {
  viewer: { id: "anna", kind: "PERSON", organisationIds: [], consortia: [] },
  credential: { kind: "API_KEY", id: "key_1" },
  scopes: ["READ"],
};

/** Takes Anna's key wherever it stands, until it is revoked. */
function signInOfAnna() {
  const state = { isRevoked: false };
  const signIn: GatewayOptions["signIn"] = ({ raw: { rawHeaders } }) => {
    if (!rawHeaders.includes("csk_anna")) return NOBODY;
    if (state.isRevoked)
      throw new CredentialsRefused("UNAUTHENTICATED", "api_key", "The credentials are not accepted.");
    return ANNA;
  };
  return { signIn, state };
}

describe("over WebSocket", () => {
  it("queries are answered as they are over HTTP, with their cost", async () => {
    const gateway = await start();
    expect(await first(connect(gateway), "{ viewer }")).toMatchObject({
      data: { viewer: null },
      extensions: { cost: { requested: 0, actual: 0 } },
    });
  });

  it("events come until the client has enough, and end at their source then", async () => {
    const gateway = await start();
    const ticks: unknown[] = [];
    for await (const { data } of connect(gateway).iterate({ query: "subscription { ticks }" })) {
      if (ticks.push(data!["ticks"]) === 3) break;
    }
    expect(ticks).toEqual([1, 2, 3]);
    await until(() => !gateway.isTicking());
  });

  it("a connection that breaks ends what it had asked for", async () => {
    const gateway = await start();
    const client = connect(gateway);
    await client.iterate({ query: "subscription { ticks }" }).next();
    expect(gateway.isTicking()).toBe(true);
    client.terminate();
    await until(() => !gateway.isTicking());
  });

  it("who asks is told by the first message, as a browser must", async () => {
    const { signIn } = signInOfAnna();
    const gateway = await start({ signIn });
    for (const params of [{ "X-API-Key": "csk_anna" }, { headers: { "X-Api-Key": "csk_anna" } }]) {
      expect((await first(connect(gateway, params), "{ viewer }")).data).toEqual({ viewer: "anna" });
    }
    expect((await first(connect(gateway, { "x-api-key": "csk_anna" }), "{ viewer }")).data).toEqual({
      viewer: "anna",
    });
    expect((await first(connect(gateway), "{ viewer }")).data).toEqual({ viewer: null });
  });

  it("a stream ends when the key that it was begun with is revoked", async () => {
    const { signIn, state } = signInOfAnna();
    const gateway = await start({ signIn });
    const results: ExecutionResult[] = [];
    const client = connect(gateway, { "x-api-key": "csk_anna" });
    for await (const result of client.iterate({ query: "subscription { ticks }" })) {
      state.isRevoked = true;
      results.push(result as ExecutionResult);
    }
    expect(results.at(-1)).toMatchObject({ errors: [{ extensions: { code: "UNAUTHENTICATED" } }] });
    await until(() => !gateway.isTicking());
  });

  it("a stream ends when what its caller may see changes", async () => {
    let roles: Role[] = ["MEMBER", "STEWARD"];
    const signIn = () => ({
      ...ANNA,
      viewer: { ...ANNA.viewer, consortia: [{ id: "cons_1", roles }] },
    });
    const gateway = await start({ signIn });
    const results: ExecutionResult[] = [];
    for await (const result of connect(gateway).iterate({ query: "subscription { ticks }" })) {
      roles = ["MEMBER"];
      results.push(result as ExecutionResult);
    }
    expect(results.at(-1)).toMatchObject({
      errors: [
        { message: expect.stringMatching(/subscribe again/), extensions: { code: "UNAUTHENTICATED" } },
      ],
    });
    await until(() => !gateway.isTicking());
  });

  it("a connection has a hundred operations open at once, and no more", async () => {
    const client = connect(await start());
    const streams = Array.from({ length: 101 }, () => client.iterate({ query: "subscription { ticks }" }));
    const begun = await Promise.allSettled(streams.map((stream) => stream.next()));
    const refused = begun.flatMap((each) => (each.status === "rejected" ? each.reason : []));
    expect(refused).toMatchObject([{ extensions: { code: "LIMIT_EXCEEDED" } }]);
  });

  it("what is refused over HTTP is refused, and the connection goes on", async () => {
    const client = connect(await start());
    const refused = async (query: string) => {
      const error: any = await first(client, query).catch((reason: unknown) => reason);
      return error[0].extensions;
    };
    expect(await refused("{ nothing }")).toMatchObject({
      code: "GRAPHQL_VALIDATION_FAILED",
      retryable: false,
    });
    expect(await refused(`{ ${"viewer ".repeat(600)} }`)).toMatchObject({ code: "LIMIT_EXCEEDED" });
    expect((await first(client, "{ viewer }")).data).toEqual({ viewer: null });
  });

  it("a page of another site gets no connection, and no other path has one", async () => {
    const gateway = await start();
    const statusOf = async (url: string, origin?: string) => {
      const socket = new WebSocket(url, "graphql-transport-ws", origin ? { origin } : {});
      const said = await new Promise<string>((resolve) => {
        socket.once("open", () => resolve("open"));
        socket.once("error", ({ message }) => resolve(message));
      });
      socket.terminate();
      return said;
    };
    expect(await statusOf(addressOf(gateway), "https://elsewhere.example")).toMatch(/403/);
    expect(await statusOf(`${addressOf(gateway)}/more`)).toMatch(/404/);
    expect(await statusOf(addressOf(gateway), gateway.url)).toBe("open");
  });
});
