import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { request } from "node:http";
import type { IncomingMessage, RequestOptions } from "node:http";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import sql from "sql-template-tag";
import { DEFINITIONS } from "../../gateway/embedded.ts";
import { localIssuerSettings } from "../../gateway/identity/local-issuer.ts";
import { createTokenVerifier } from "../../gateway/identity/tokens.ts";
import { readConfig } from "../../shared/config.ts";
import { DEMO_VIEWERS } from "../../shared/demo/viewers.ts";
import { startSubgraph } from "../../shared/graphql/runtime.ts";
import { askFlagship, stepsOf } from "./flagship.ts";
import type { RunningProcess, TestPlatform } from "./processes.ts";
import {
  ask,
  build,
  consortia,
  emptyPlatform,
  finished,
  freePorts,
  statusOf,
  stopAll,
  until,
} from "./processes.ts";
import { derivedId } from "../../shared/ids.ts";

const ANALYST = derivedId("Person", "demo:analyst");

beforeAll(build, 120_000);

/** Starts the platform and waits until it says where it is. */
async function start(
  env: Record<string, string>,
): Promise<RunningProcess & { endpoint: string; origin: string }> {
  const started = consortia(["start"], { PORT: "0", ...env });
  const [, endpoint] = await started.line(/Graph\s+(http\S+)/);
  await started.line(/Ctrl\+C/);
  return Object.assign(started, { endpoint: endpoint!, origin: new URL(endpoint!).origin });
}

/** Who the graph takes a caller for that names itself `analyst`, sent exactly like this. */
async function kindOf(
  origin: string,
  headers: Record<string, string>,
  options: RequestOptions = {},
): Promise<string> {
  const { port } = new URL(origin);
  const body = JSON.stringify({ query: "{ viewer { id kind } }" });
  const answer = await new Promise<IncomingMessage>((done, failed) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port,
        path: "/graphql",
        method: "POST",
        ...options,
        headers: { "content-type": "application/json", "x-demo-viewer": "analyst", ...headers },
      },
      done,
    );
    sent.on("error", failed).end(body);
  });
  let text = "";
  for await (const chunk of answer) text += String(chunk);
  const { data, errors } = JSON.parse(text) as {
    data?: { viewer: { id: string | null; kind: string } };
    errors?: { message: string }[];
  };
  if (!data) throw new Error(errors![0]!.message);
  return data.viewer.id ?? data.viewer.kind;
}

describe("consortia start", () => {
  let platform: TestPlatform;
  let running: Awaited<ReturnType<typeof start>>;
  let first: Awaited<ReturnType<typeof askFlagship>>;

  beforeAll(async () => {
    platform = emptyPlatform();
    running = await start(platform.env);
  });
  afterAll(async () => {
    await stopAll();
    await platform.drop();
  });

  it("says where the graph and the explorer are, and how to be each demo viewer", async () => {
    expect(running.stdout).toMatch(/Loading the demo network/);
    expect(running.stdout).toMatch(/Explorer\s+http:\/\/localhost:\d+\/explorer/);
    for (const { header } of DEMO_VIEWERS) expect(running.stdout).toContain(`x-demo-viewer: ${header}`);
    expect(await statusOf(`${running.origin}/explorer`)).toBe(200);
    expect(running.stderr).toBe("");
  });

  it("is healthy and answers across four subgraphs", async () => {
    expect(await statusOf(`${running.origin}/health`)).toBe(200);
    first = await askFlagship(running.endpoint, { "x-demo-viewer": "analyst" });
    expect(first.errors).toBeUndefined();
    const steps = stepsOf(first);
    for (const found of Object.values(steps)) expect(found).not.toHaveLength(0);
    expect(steps.figures.some(({ cell }) => cell.state === "VALUE" && cell.value > 0)).toBe(true);
  });

  it("shows a visitor less than a member of the consortium", async () => {
    const visible = stepsOf(await askFlagship(running.endpoint));
    const all = stepsOf(first);
    expect(visible.institutions).toHaveLength(all.institutions.length);
    expect(visible.partnerships.length).toBeLessThan(all.partnerships.length);
    expect(visible.programs.length).toBeGreaterThan(0);
  });

  it("takes the word of a demo viewer only from this machine, by its local name and through no proxy", async () => {
    const { origin } = running;
    const { port } = new URL(origin);
    expect(await kindOf(origin, {})).toBe(ANALYST);
    expect(await kindOf(origin, { host: `localhost:${port}` })).toBe(ANALYST);
    expect(await kindOf(origin, { host: "evil.example" })).toBe("VISITOR");
    expect(await kindOf(origin, { host: `localhost.evil.example:${port}` })).toBe("VISITOR");
    expect(await kindOf(origin, { "x-forwarded-for": "127.0.0.1" })).toBe("VISITOR");
    expect(await kindOf(origin, { forwarded: "for=127.0.0.1" })).toBe("VISITOR");
    await expect(kindOf(origin, { "x-demo-viewer": "root" })).rejects.toThrow(
      "Expected x-demo-viewer to be one of member,",
    );
  });

  it("gives access tokens for the demo network's people, signed by an issuer that says where its keys are", async () => {
    const { stdout, stderr } = await finished(["demo", "token", "member"], {
      PORT: new URL(running.origin).port,
    });
    expect(stderr).toBe("");
    const { verify } = createTokenVerifier({ issuers: [localIssuerSettings(running.origin)] });
    expect(await verify(stdout.trim())).toMatchObject({ subject: "demo:member" });
  });

  it("answers the request in flight when it is told to stop, and exits with 0", async () => {
    const { port } = new URL(running.endpoint);
    const body = JSON.stringify({ query: "{ institutions(first: 1) { nodes { name } } }" });
    const socket = connect(Number(port), "localhost");
    const answer = answerOn(socket);
    // The request is there but for its end when the signal comes, so that it is in flight for certain.
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: localhost:${port}\r\ncontent-type: application/json\r\n` +
        `expect: 100-continue\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`,
    );
    // The server says so when it has taken the request in.
    expect(String(await once(socket, "data"))).toMatch(/^HTTP\/1\.1 100 Continue/);
    socket.write(body.slice(0, 10));
    const heavy = askFlagship(running.endpoint);
    await new Promise((done) => setTimeout(done, 20));
    const stopped = running.stop("SIGTERM");
    await until(
      "nobody new is let in",
      async () => (await statusOf(`${running.origin}/health`)) === null,
      5_000,
    );
    expect(running.isRunning).toBe(true);
    socket.write(body.slice(10));
    expect(await answer).toMatch(/HTTP\/1\.1 200 [^]*"data":\{"institutions":\{"nodes":\[\{"name":"/);
    expect(stepsOf(await heavy).programs).not.toHaveLength(0);
    expect(await stopped).toEqual({ code: 0, signal: null });
    expect(running.stderr).toBe("");
  });

  it("keeps the data over a second start and loads nothing", async () => {
    running = await start(platform.env);
    expect(running.stdout).not.toMatch(/Loading/);
    expect(await askFlagship(running.endpoint, { "x-demo-viewer": "analyst" })).toEqual(first);
    await running.stop();
  });

  it("knows none of the demo network's people where others could reach it, and gives no tokens", async () => {
    running = await start({ ...platform.env, HOST: "0.0.0.0" });
    expect(running.stdout).toMatch(/Nobody can be one of the demo network's people here: HOST is 0\.0\.0\.0/);
    expect(await kindOf(running.origin, { "x-demo-viewer": "analyst" })).toBe("VISITOR");
    const { code, stdout, stderr } = await finished(["demo", "token", "member", "--url", running.origin]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^What runs at http:\S+ makes no tokens: [^\n]+\n$/);
  });

  it("takes a caller from elsewhere for a visitor, whatever it says", async () => {
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((each) => each && each.family === "IPv4" && !each.internal);
    const from = outside ? { host: outside.address } : { localAddress: "127.0.0.2" };
    expect(await kindOf(running.origin, { host: "localhost" }, from)).toBe("VISITOR");
    await running.stop();
  });

  it("neither loads the demo network nor knows its people where the demo is off", async () => {
    const bare = emptyPlatform();
    try {
      const started = await start({ ...bare.env, DEMO: "off" });
      expect(started.stdout).not.toMatch(/demo/i);
      expect(await kindOf(started.origin, {})).toBe("VISITOR");
      const { data } = await ask(started.endpoint, "{ institutions(first: 1) { totalCount } }");
      expect(data.institutions.totalCount).toBe(0);
      await started.stop();
    } finally {
      await bare.drop();
    }
  });

  describe("stops with one clear sentence and exit code 1", () => {
    const expectRefusal = async (env: Record<string, string>, sentence: RegExp) => {
      const { code, stderr, stdout } = await finished(["start"], { PORT: "0", ...env });
      expect(stderr.trimEnd().split("\n")).toEqual([expect.stringMatching(sentence)]);
      expect(stdout + stderr).not.toMatch(/^\s+at /m);
      expect(code).toBe(1);
    };

    it("at wrong settings, all of them at once", () =>
      expectRefusal(
        { PORT: "abc", DATABASE_URL: "foo", DEMO: "maybe" },
        /^Wrong settings\. (?=.*PORT: .*"abc")(?=.*DATABASE_URL: .*"foo")(?=.*DEMO: .*"maybe").*\.$/,
      ));

    it("at a taken port", async () => {
      const holder = createServer();
      await new Promise<void>((done) => holder.listen(0, "localhost", done));
      const { port } = holder.address() as AddressInfo;
      try {
        await expectRefusal(
          { ...platform.env, PORT: String(port) },
          new RegExp(`^Port ${port} is taken: .*PORT`),
        );
      } finally {
        await new Promise((done) => holder.close(done));
      }
    });

    it("at a folder that cannot be written", async () => {
      const file = join(platform.folder, "file");
      writeFileSync(file, "");
      const folder = join(file, "data");
      await expectRefusal(
        { DATA_DIR: folder },
        new RegExp(`^The data folder ${folder} cannot be written .*DATA_DIR`),
      );
    });

    it("at a database server that isn't there", async () => {
      const [port] = await freePorts(1);
      await expectRefusal(
        { DATABASE_URL: `mysql://root:secret@127.0.0.1:${port}/consortia` },
        new RegExp(`^The database server at 127\\.0\\.0\\.1:${port} cannot be used .*DATABASE_URL`),
      );
    });

    it("at a database that a newer version has written", async () => {
      const { partners } = readConfig(platform.env).databases;
      const subgraph = await startSubgraph(DEFINITIONS.partners, partners);
      await subgraph.db.write((tx) =>
        tx.run(
          sql`INSERT INTO migrations (timestamp, name) VALUES (${9999999999999}, ${"Later9999999999999"})`,
        ),
      );
      await subgraph.close();
      await expectRefusal(
        platform.env,
        /^The partners database was written by a newer version .*Later9999999999999/,
      );
    });
  });
});

/** All that comes back on a connection until the answer is whole. */
function answerOn(socket: Socket): Promise<string> {
  return new Promise((done, failed) => {
    let text = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      text += chunk;
      if (/\}\s*$/.test(text)) done(text);
    });
    socket.on("error", failed);
    socket.on("close", () => done(text));
  });
}
