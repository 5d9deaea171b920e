import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeSupergraph } from "../../gateway/supergraph.ts";
import type { TestServer } from "../gateway/http.ts";
import { bodyOf, serve } from "../gateway/http.ts";
import type { RunningProcess } from "./processes.ts";
import { ask, build, consortia, stopAll, until } from "./processes.ts";

const CLIENTS = 40;
const folder = mkdtempSync(join(tmpdir(), "consortia-e2e-"));
const file = join(folder, "supergraph.graphql");
const streams = new Set<ServerResponse>();
let subgraph: TestServer;

beforeAll(async () => {
  await build();
  subgraph = await serve(async (request, response) => {
    await bodyOf(request);
    if (request.headers.accept?.includes("text/event-stream")) {
      streams.add(response);
      response.once("close", () => streams.delete(response));
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write('event: next\ndata: {"data":{"tick":1}}\n\n');
      return;
    }
    // For a while, so that requests are in flight at any time.
    setTimeout(() => {
      response.setHeader("content-type", "application/json").end('{"data":{"a":1}}');
    }, 20);
  });
  const sdl = "type Query { a: Int } type Subscription { tick: Int }";
  writeFileSync(file, composeSupergraph([{ name: "one", url: subgraph.url, sdl }]));
}, 120_000);
afterAll(async () => {
  await stopAll();
  await subgraph.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<{ gateway: RunningProcess; url: string }> {
  const gateway = consortia(["gateway", "--supergraph", file, "--port", "0"]);
  const [, url] = await gateway.line(/Gateway at (http\S+)/);
  return { gateway, url: url! };
}

const requestOf = ({ host }: URL) => {
  const body = JSON.stringify({ query: "{ a }" });
  const head = `POST /graphql HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n`;
  return `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
};

describe("a gateway that is told to stop", () => {
  it("answers every request that has been written, on connections that end with that", async () => {
    const { gateway, url } = await start();
    await ask(url, "{ a }");
    const { hostname, port } = new URL(url);
    const text = requestOf(new URL(url));
    let [isTold, written, answered, closed] = [false, 0, 0, 0];
    const lost: unknown[] = [];
    const clients = Array.from({ length: CLIENTS }, async () => {
      const socket = connect(Number(port), hostname);
      let received = "";
      let isWaiting = false;
      const write = () => {
        socket.write(text);
        isWaiting = true;
        written++;
      };
      socket.on("error", (error) => lost.push(error));
      socket.on("data", (data) => {
        received += String(data);
        if (!received.endsWith('{"data":{"a":1}}')) return;
        if (/^connection: close/im.test(received)) closed++;
        answered++;
        isWaiting = false;
        received = "";
        if (!isTold) write();
      });
      await once(socket, "connect");
      write();
      await once(socket, "close");
      if (isWaiting) lost.push("a connection has ended before its answer");
    });
    await until("all are busy", () => answered > 5 * CLIENTS);
    isTold = true;
    const ending = gateway.stop("SIGTERM");
    await Promise.all(clients);
    expect(lost).toEqual([]);
    expect(answered).toBe(written);
    expect(closed).toBeGreaterThan(0);
    expect(await ending).toEqual({ code: 0, signal: null });
  });

  it("ends subscriptions over server-sent events, and what no client ends or reads", async () => {
    const { gateway, url } = await start();
    const { hostname, port } = new URL(url);
    const subscribed = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify({ query: "subscription { tick }" }),
    });
    const events = subscribed.body!.getReader();
    let text = "";
    while (!text.includes('{"tick":1}')) text += Buffer.from((await events.read()).value!).toString();
    // A request whose rest never comes, and a connection on which nothing is ever sent.
    const half = connect(Number(port), hostname).on("error", () => {});
    half.write(requestOf(new URL(url)).slice(0, -5));
    const silent = connect(Number(port), hostname).on("error", () => {});
    await once(silent, "connect");
    expect(await gateway.stop("SIGTERM")).toEqual({ code: 0, signal: null });
    for (;;) {
      const { done, value } = await events.read();
      if (done) break;
      text += Buffer.from(value).toString();
    }
    // Without a word that it is complete: clients subscribe again, elsewhere.
    expect(text).not.toContain("complete");
    await until("the subgraph's stream has ended, too", () => streams.size === 0);
  });
});
