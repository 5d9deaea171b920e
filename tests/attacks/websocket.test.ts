import { once } from "node:events";
import { get } from "node:http";
import type { Socket } from "node:net";
import { demoId } from "../../shared/demo/random.ts";
import { CONSORTIA } from "../../shared/demo/network.ts";
import type { Attacked } from "./platform.ts";
import { connect, INIT, open, subscribe } from "./socket.ts";
import { DEEP, SECRETS, startAttacked } from "./platform.ts";

let attacked: Attacked;
const warnings: Error[] = [];
const note = (warning: Error) => void warnings.push(warning);
beforeAll(async () => {
  attacked = await startAttacked();
  process.on("warning", note);
});
afterAll(async () => {
  process.off("warning", note);
  await attacked.platform.close();
});

describe("A WebSocket that does not keep to the protocol", () => {
  // The protocol's library tells the console of frames that are none.
  beforeAll(() => void jest.spyOn(console, "error").mockImplementation(() => {}));
  afterAll(() => jest.restoreAllMocks());

  it.each<[string, number, (object | string | Buffer)[]]>([
    ["never says who it is", 4408, []],
    ["asks before it has said so", 4401, [subscribe("1")]],
    ["sends null for it", 4400, ["null"]],
    ["sends a prototype for it", 4400, [`{"__proto__":{"type":"connection_init"}}`]],
  ])("is closed: one that %s (%i)", async (_, code, messages) => {
    const closed = await attacked.repelled(async () => {
      const client = await connect(attacked.platform.url);
      client.send(...messages);
      return client.closed;
    });
    expect(closed).toBe(code);
  });

  it.each<[string, number, object | string | Buffer]>([
    ["says twice who it is", 4429, INIT],
    ["sends no JSON", 4400, "{"],
    ["sends bytes", 4400, Buffer.from([0, 255, 0, 255])],
    ["sends a list", 4400, "[]"],
    ["sends a message of no type", 4400, { id: "1", payload: {} }],
    ["sends a message of another protocol's type", 4400, { type: "start", id: "1", payload: {} }],
    ["sends what a server sends", 4500, { type: "next", id: "1", payload: {} }],
    ["asks for nothing", 4400, { type: "subscribe", id: "1" }],
    ["asks under no id", 4400, subscribe("")],
    ["asks for what is no text", 4400, { type: "subscribe", id: "1", payload: { query: {} } }],
    ["sends more than a megabyte", 1009, subscribe("1", " ".repeat(2 * 1024 * 1024))],
  ])("is closed: one that then %s (%i)", async (_, code, message) => {
    const closed = await attacked.repelled(async () => {
      const client = await open(attacked.platform.url);
      client.send(message);
      return client.closed;
    });
    expect(closed).toBe(code);
  });

  it("is closed where it asks twice under one id, and what it has asked is given up", async () => {
    const client = await open(attacked.platform.url);
    client.send(subscribe("1"), subscribe("1"));
    expect(await client.closed).toBe(4409);
  });

  it.each(["graphql-ws", "soap", undefined])(
    "is closed where it speaks another one: %s",
    async (protocol) => {
      const code = await attacked.repelled(() => closingCode(attacked.platform.url, protocol));
      expect(code).toBe(4406);
    },
  );
});

describe("A WebSocket that keeps to it and asks for too much", () => {
  const refusals = (messages: any[]) =>
    messages.map(
      ({ payload: [error] }) => (expect(JSON.stringify(error)).not.toMatch(SECRETS), error.extensions.code),
    );

  it.each([
    ["GRAPHQL_PARSE_FAILED", "{"],
    ["GRAPHQL_VALIDATION_FAILED", "{ nothing }"],
    ["GRAPHQL_VALIDATION_FAILED", "subscription { nothing }"],
    [
      "LIMIT_EXCEEDED",
      `{ ${Array.from({ length: 3_000 }, (_, at) => `a${at}: viewer { kind }`).join(" ")} }`,
    ],
    ["COST_EXCEEDED", DEEP],
  ])("is refused as over HTTP (%s), and goes on", async (code, query) => {
    const client = await open(attacked.platform.url);
    await attacked.repelled(async () => {
      client.send(subscribe("1", query));
      expect(refusals(await client.next(1, "error", "next"))).toEqual([code]);
    });
    client.send(subscribe("1"));
    const [answer] = await client.next(1, "next");
    expect(answer.payload.data).toEqual({ viewer: { kind: "VISITOR" } });
    client.end();
  });

  it("is answered, or refused, whatever it asks for at once", async () => {
    const client = await open(attacked.platform.url);
    await attacked.repelled(async () => {
      client.send(...Array.from({ length: 500 }, (_, at) => subscribe(`${at}`)));
      const all = await client.next(500, "error", "next");
      const refused = all.filter(({ type }) => type === "error");
      expect(new Set(refusals(refused))).toEqual(
        refused.length > 0 ? new Set(["LIMIT_EXCEEDED"]) : new Set(),
      );
    });
    client.end();
  });

  it("leaves nothing behind of what it has asked before", async () => {
    const client = await open(attacked.platform.url);
    for (let turn = 1; turn <= 50; turn++) {
      client.send(subscribe(`${turn}`, turn % 2 ? undefined : "{ nothing }"));
      await client.next(turn, "next", "error");
    }
    client.end();
    // Node warns of listeners that are put on a socket and not taken away.
    expect(warnings).toEqual([]);
  });

  it("is asked for its credentials by every operation: a key that is revoked meanwhile counts no more", async () => {
    const roles = [{ consortiumId: CONSORTIA[0]!.id, role: "MEMBER" }];
    const input = { name: "A stream", scopes: ["READ"], roles, organisationId: demoId("Institution", 0) };
    const create = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id } } }`;
    const { secret, apiKey } = (await attacked.platform.ask(create, "member", { input })).data.createApiKey;
    const client = await open(attacked.platform.url, { "x-api-key": secret });
    client.send(subscribe("before"));
    expect((await client.next(1, "next"))[0].payload.data).toEqual({ viewer: { kind: "PERSON" } });
    const revoke = `mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { id } }`;
    await attacked.platform.ask(revoke, "member", { input: { id: apiKey.id } });
    await attacked.repelled(async () => {
      client.send(subscribe("after"));
      expect(refusals(await client.next(1, "error"))).toEqual(["UNAUTHENTICATED"]);
    });
    client.end();
  });
});

/** How the server closes a connection by this protocol; a WebSocket of the library's would not wait for that. */
async function closingCode(url: string, protocol: string | undefined): Promise<number> {
  const request = get(`${url}/graphql`, {
    headers: {
      connection: "upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": Buffer.alloc(16).toString("base64"),
      ...(protocol ? { "sec-websocket-protocol": protocol } : {}),
    },
  });
  const [, socket, head] = (await once(request, "upgrade")) as [unknown, Socket, Buffer];
  const frame = head.length > 0 ? head : ((await once(socket, "data")) as [Buffer])[0];
  socket.destroy();
  // A frame that closes: its kind, its length, the code.
  return frame.readUInt16BE(2);
}
