import WebSocket from "ws";
import type { GatewayOptions } from "../../gateway/server.ts";
import { createGateway } from "../../gateway/server.ts";
import { composeSupergraph } from "../../gateway/supergraph.ts";

const PAGE = "https://app.example.org";
const STRANGER = "https://elsewhere.example";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A gateway whose viewer is called by the address that it was asked from. */
async function start(options: Partial<GatewayOptions>): Promise<string> {
  const sdl = `type Query { address: String }`;
  const gateway = await createGateway({
    supergraphSdl: composeSupergraph([{ name: "echo", sdl, url: "http://127.0.0.1/" }]),
    subgraph: async ({ viewer }) => ({ data: { address: viewer.id } }),
    signIn: ({ ip }) => ({
      viewer: { id: ip, kind: "PERSON", organisationIds: [], consortia: [] },
      credential: { kind: "TOKEN", id: ip },
      scopes: null,
    }),
    host: "127.0.0.1",
    port: 0,
    logLevel: "silent",
    ...options,
  });
  closing.push(() => gateway.close());
  return `${gateway.url}/graphql`;
}

function ask(url: string, headers: Record<string, string> = {}) {
  const body = JSON.stringify({ query: "{ address }" });
  return fetch(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });
}

const allowed = (response: Response) => response.headers.get("access-control-allow-origin");

describe("pages of other sites", () => {
  it("may read answers, streams and refusals where their origin is allowed, and no others", async () => {
    const url = await start({ corsOrigins: [PAGE, "http://localhost:5173"] });
    const kinds: Record<string, string>[] = [
      {},
      { accept: "text/event-stream" },
      { "content-type": "text/plain" },
    ];
    for (const headers of kinds) {
      const response = await ask(url, { ...headers, origin: PAGE });
      expect(allowed(response)).toBe(PAGE);
      expect(response.headers.get("vary")).toMatch(/origin/i);
      expect(response.headers.get("access-control-expose-headers")).toContain("x-ratelimit-remaining");
      expect(response.headers.get("access-control-expose-headers")).toContain("x-ratelimit-used");
      expect(response.headers.get("access-control-allow-credentials")).toBeNull();
      await response.text();
    }
    const strangers = await ask(url, { origin: STRANGER });
    expect(allowed(strangers)).toBeNull();
    expect(strangers.headers.get("vary")).toMatch(/origin/i);
  });

  it("are told before they ask what they may send", async () => {
    const url = await start({ corsOrigins: [PAGE] });
    const before = (origin: string) =>
      fetch(url, {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": "authorization,content-type",
        },
      });
    const response = await before(PAGE);
    expect(response.status).toBe(204);
    expect(allowed(response)).toBe(PAGE);
    expect(response.headers.get("access-control-allow-methods")).toBe("GET, POST");
    expect(response.headers.get("access-control-allow-headers")).toBe("authorization,content-type");
    const refused = await before(STRANGER);
    expect(allowed(refused)).toBeNull();
    expect(refused.headers.get("access-control-allow-headers")).toBeNull();
  });

  it("may GET and open WebSockets where their origin is allowed", async () => {
    const url = await start({ corsOrigins: [PAGE] });
    const statusOf = async (origin: string) => {
      const headers = { origin, "sec-fetch-site": "cross-site" };
      return (await fetch(`${url}?query={address}`, { headers })).status;
    };
    expect([await statusOf(PAGE), await statusOf(STRANGER)]).toEqual([200, 403]);
    const opens = async (origin: string) => {
      const socket = new WebSocket(url.replace(/^http/, "ws"), "graphql-transport-ws", { origin });
      const said = await new Promise<string>((resolve) => {
        socket.once("open", () => resolve("open"));
        socket.once("error", ({ message }) => resolve(message));
      });
      socket.terminate();
      return said;
    };
    expect(await opens(PAGE)).toBe("open");
    expect(await opens(STRANGER)).toMatch(/403/);
  });

  it("are told nothing where none is allowed", async () => {
    const url = await start({});
    const response = await ask(url, { origin: PAGE });
    expect(allowed(response)).toBeNull();
    expect(response.headers.get("vary")).not.toMatch(/origin/i);
  });
});

describe("callers behind proxies", () => {
  const addressOf = async (url: string, forwarded: string) => {
    const response = await ask(url, { "x-forwarded-for": forwarded });
    return ((await response.json()) as { data: { address: string } }).data.address;
  };
  const addressOverWebSocket = (url: string, forwarded: string) =>
    new Promise<string>((resolve, reject) => {
      const headers = { "x-forwarded-for": forwarded };
      const socket = new WebSocket(url.replace(/^http/, "ws"), "graphql-transport-ws", { headers });
      closing.push(() => socket.terminate());
      const send = (message: object) => socket.send(JSON.stringify(message));
      socket.once("error", reject);
      socket.once("open", () => send({ type: "connection_init" }));
      socket.on("message", (text) => {
        const { type, payload } = JSON.parse(String(text)) as { type: string; payload: any };
        if (type === "connection_ack")
          send({ type: "subscribe", id: "1", payload: { query: "{ address }" } });
        if (type === "next") resolve(payload.data.address);
      });
    });

  it("are known by their own address where the proxy is trusted, over every transport", async () => {
    const url = await start({ trustedProxies: ["127.0.0.0/8", "10.1.0.0/16"] });
    expect(await addressOf(url, "203.0.113.7")).toBe("203.0.113.7");
    // Through two proxies of ours; what stands before that, anybody may have written.
    expect(await addressOf(url, "198.51.100.1, 203.0.113.7, 10.1.2.3")).toBe("203.0.113.7");
    expect(await addressOverWebSocket(url, "203.0.113.7")).toBe("203.0.113.7");
  });

  it("cannot say that they are somebody else where no proxy is trusted", async () => {
    for (const trustedProxies of [[], ["10.1.0.0/16"]]) {
      const url = await start({ trustedProxies });
      expect(await addressOf(url, "203.0.113.7")).toBe("127.0.0.1");
      expect(await addressOverWebSocket(url, "203.0.113.7")).toBe("127.0.0.1");
    }
  });
});
