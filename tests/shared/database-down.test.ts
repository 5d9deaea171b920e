import { mkdtempSync, rmSync } from "node:fs";
import type { Server, Socket } from "node:net";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Libsql from "libsql";
import sql from "sql-template-tag";
import { VISITOR } from "../../shared/auth/viewer.ts";
import { inTime, isUnavailable } from "../../shared/data/failures.ts";
import { DomainError } from "../../shared/errors.ts";
import type { ServedSubgraph } from "../../shared/graphql/serve.ts";
import { serveSubgraph } from "../../shared/graphql/serve.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { startSubgraph } from "../../shared/graphql/runtime.ts";
import { partners } from "../../subgraphs/partners/subgraph.ts";
import { emptyDatabase, testServer } from "../database.ts";

const UNAVAILABLE = { extensions: { code: "UNAVAILABLE" } };
const QUERY = { query: "{ partnerOrganizations(first: 1) { nodes { id } } }" };

/** The way to a database server: it can be broken, or go silent as when the server is stopped. */
async function link(target: URL) {
  let server: Server;
  const open = new Set<Socket>();
  const listen = (port: number) =>
    new Promise<void>((resolve) => {
      server = createServer((client) => {
        const upstream = connect(Number(target.port), target.hostname);
        for (const socket of [client, upstream]) {
          open.add(socket);
          socket.on("error", () => {}).on("close", () => open.delete(socket));
        }
        client.pipe(upstream).pipe(client);
      }).listen(port, "127.0.0.1", () => resolve());
    });
  await listen(0);
  const { port } = server!.address() as AddressInfo;
  const url = new URL(target);
  url.host = `127.0.0.1:${port}`;
  return {
    url,
    async cut() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
    mend: () => listen(port),
    silence: () => open.forEach((socket) => socket.unpipe().pause()),
  };
}

(testServer ? describe : describe.skip)("a database server", () => {
  const database = emptyDatabase("down");
  let way: Awaited<ReturnType<typeof link>>;
  let subgraph: RunningSubgraph;
  let served: ServedSubgraph;
  beforeAll(async () => {
    way = await link((database.location as { url: URL }).url);
    subgraph = await startSubgraph(partners, { url: way.url });
    served = await serveSubgraph(subgraph, { host: "127.0.0.1", port: 0, logLevel: "silent", secret: "s" });
  });
  afterAll(async () => {
    await served.close();
    await way.cut();
    await subgraph.close().catch(() => {});
    await database.drop();
  });
  const health = async () => (await fetch(`${served.url}/health`)).status;

  it("that cannot be reached is unavailable to reads, writes and operations, and is used again when it is back", async () => {
    expect(await health()).toBe(200);
    await way.cut();
    await expect(subgraph.db.read(sql`SELECT 1`)).rejects.toMatchObject(UNAVAILABLE);
    await expect(subgraph.db.write((tx) => tx.run(sql`DELETE FROM contact`))).rejects.toMatchObject(
      UNAVAILABLE,
    );
    expect(await subgraph.execute(QUERY, VISITOR)).toMatchObject({ errors: [UNAVAILABLE] });
    expect(await health()).toBe(503);
    await way.mend();
    expect(await subgraph.db.read(sql`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
    expect(await subgraph.execute(QUERY, VISITOR)).not.toHaveProperty("errors");
    expect(await health()).toBe(200);
  });

  it("that breaks off while it is written to is unavailable, and nothing is written", async () => {
    const write = subgraph.db.write(async (tx) => {
      await tx.run(sql`DELETE FROM contact`);
      await way.cut();
      await tx.run(sql`DELETE FROM contact`);
    });
    await expect(write).rejects.toMatchObject(UNAVAILABLE);
    await way.mend();
  });

  it("that says nothing any more does not keep a health check waiting, nor the next one", async () => {
    await subgraph.db.read(sql`SELECT 1`);
    way.silence();
    expect(await Promise.all([health(), health()])).toEqual([503, 503]);
    expect(await health()).toBe(503);
  });
});

describe("the embedded database", () => {
  const folder = mkdtempSync(join(tmpdir(), "consortia-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is unavailable to writes when its disk is full, and takes them when it is not", async () => {
    const subgraph = await startSubgraph(partners, { file: join(folder, "full.sqlite") });
    const limitPages = (count: string) =>
      subgraph.db.write((tx) => tx.read(sql([`PRAGMA max_page_count = ${count}`])));
    await subgraph.db.write((tx) => tx.run(sql`CREATE TABLE filler (text TEXT)`));
    await limitPages("1");
    const fill = () =>
      subgraph.db.write((tx) => tx.run(sql`INSERT INTO filler VALUES (${"x".repeat(1_000_000)})`));
    await expect(fill()).rejects.toMatchObject(UNAVAILABLE);
    await limitPages("1000000");
    expect(await fill()).toBe(1);
    await subgraph.close();
  });

  it("is unavailable when its file cannot be opened, is locked, or cannot be written", () => {
    const file = join(folder, "a.sqlite");
    const [one, other] = [new Libsql(file), new Libsql(file)];
    one.exec("CREATE TABLE a (n INTEGER)");
    const failureOf = (work: () => unknown): unknown => {
      try {
        return work();
      } catch (error) {
        return error;
      }
    };
    one.exec("BEGIN IMMEDIATE");
    expect(isUnavailable(failureOf(() => other.exec("BEGIN IMMEDIATE")))).toBe(true);
    one.exec("COMMIT");
    other.pragma("query_only = ON");
    expect(isUnavailable(failureOf(() => other.exec("INSERT INTO a VALUES (1)")))).toBe(true);
    expect(isUnavailable(failureOf(() => new Libsql(join(folder, "no", "a.sqlite")).exec("SELECT 1")))).toBe(
      true,
    );
    expect(isUnavailable(failureOf(() => one.exec("SELECT b FROM a")))).toBe(false);
    one.close();
    other.close();
  });
});

it("what is late is unavailable, and what is there in time is itself", async () => {
  await expect(inTime(new Promise(() => {}), 10)).rejects.toBeInstanceOf(DomainError);
  await expect(inTime(Promise.reject(new Error("mine")), 10_000)).rejects.toThrow("mine");
  expect(await inTime(Promise.resolve(1), 10_000)).toBe(1);
});
