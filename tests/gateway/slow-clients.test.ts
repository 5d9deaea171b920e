import type { Socket } from "node:net";
import { connect } from "node:net";
import { once } from "node:events";
import { fastify } from "fastify";
import type { Gateway, GatewayOptions } from "../../gateway/server.ts";
import { createGateway } from "../../gateway/server.ts";
import { ARRIVING } from "../../shared/graphql/listen.ts";
import { startFixture } from "./fixture.ts";
import { keys } from "./fixtures/keys.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(options: Partial<GatewayOptions>): Promise<Gateway & { readonly port: number }> {
  const { supergraphSdl, send: subgraph } = startFixture(keys.subgraphs);
  const gateway = await createGateway({
    supergraphSdl,
    subgraph,
    host: "127.0.0.1",
    port: 0,
    logLevel: "silent",
    ...options,
  });
  closing.push(() => gateway.close());
  return { ...gateway, port: Number(new URL(gateway.url).port) };
}

/** Asks for something, and reads nothing of it. */
function askAndIgnore(port: number, path: string): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.pause();
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  closing.push(() => socket.destroy());
  return socket;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 600 && !(await condition()); turn++)
    await new Promise((done) => setTimeout(done, 50));
  expect(await condition()).toBe(true);
}

describe("clients that do not read", () => {
  it("share what they have asked for, and are dropped after a while", async () => {
    const gateway = await start({ sendingTime: 2_000 });
    const page = await (await fetch(`${gateway.url}/explorer`)).text();
    const script = `/${/src="(explorer\/graphiql-[^"]+)"/.exec(page)![1]}`;
    const size = (await (await fetch(`${gateway.url}${script}`)).arrayBuffer()).byteLength;
    expect(size).toBeGreaterThan(4_000_000);
    const connections = () =>
      new Promise<number>((done) => gateway.server.server.getConnections((_, count) => done(count)));
    let answering = 0;
    gateway.server.server.on("request", () => answering++);
    const before = process.memoryUsage().rss;
    for (let count = 0; count < 60; count++) askAndIgnore(gateway.port, script);
    await until(async () => answering === 60);
    // A copy for each would be 300 MB.
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
    await until(async () => (await connections()) < 10);
  });

  it("are dropped at a standstill, whatever they are sent", async () => {
    const { server } = await start({});
    expect(server.server.timeout).toBe(60_000);
  });
});

describe("a request that arrives slowly", () => {
  it("has half a minute, its headers and its body together", async () => {
    const { server } = await start({});
    const { requestTimeout, headersTimeout } = server.server;
    expect([requestTimeout, headersTimeout]).toEqual([30_000, 30_000]);
  });

  it("is ended within a second of its time, however its body drips", async () => {
    const server = fastify({
      ...ARRIVING,
      requestTimeout: 1_000,
      http: { ...ARRIVING.http, headersTimeout: 1_000 },
    });
    server.post("/", async () => "whole");
    await server.listen({ host: "127.0.0.1", port: 0 });
    closing.push(() => server.close());
    const socket = connect(new URL(server.listeningOrigin).port as never, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(
      "POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n{",
    );
    const dripping = setInterval(() => socket.write(" "), 100);
    const began = Date.now();
    const [answer] = await once(socket, "data");
    clearInterval(dripping);
    expect(String(answer)).toMatch(/^HTTP\/1\.1 408 /);
    // Node's own way takes a minute and a half.
    expect(Date.now() - began).toBeLessThan(15_000);
    socket.destroy();
  });
});
