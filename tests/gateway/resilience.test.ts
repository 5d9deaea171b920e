import type { IncomingMessage, ServerResponse } from "node:http";
import type { SubgraphRequest } from "../../gateway/execution/subgraph-executor.ts";
import type { HttpOptions } from "../../gateway/subgraphs/http.ts";
import { createHttpSubgraphs } from "../../gateway/subgraphs/http.ts";
import type { Viewer } from "../../shared/auth/viewer.ts";
import { VISITOR } from "../../shared/auth/viewer.ts";
import { keys } from "./fixtures/keys.ts";
import { bodyOf, serve, startHttpFixture } from "./http.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const QUERY: SubgraphRequest = { subgraph: "one", query: "{ a }", operationKind: "query", viewer: VISITOR };
const person = (id: string): Viewer => ({ ...VISITOR, id, kind: "PERSON" });
const ANSWER = `{"data":{"a":{"n":1}}}`;

/** A subgraph that answers as it is told, and how to ask it. */
async function subgraph(
  answer: (response: ServerResponse, request: IncomingMessage, hit: number) => void,
  options: Partial<HttpOptions> = {},
) {
  const seen: string[] = [];
  const server = await serve(async (request, response) => {
    seen.push(await bodyOf(request));
    answer(response, request, seen.length);
  });
  const http = createHttpSubgraphs({ urls: { one: server.url }, secret: null, timeout: 2_000, ...options });
  closing.push(http.close, server.close);
  return { seen, server, ...http };
}

const soon = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
const settled = (promises: readonly Promise<unknown>[]) =>
  Promise.allSettled(promises).then((all) => all.map(({ status }) => status));

describe("a read", () => {
  it.each([502, 503, 504])("is asked again when the subgraph says %i", async (status) => {
    const { execute, seen } = await subgraph((response, _, hit) =>
      hit === 1 ? response.writeHead(status).end() : response.end(ANSWER),
    );
    expect(await execute(QUERY)).toEqual({ data: { a: { n: 1 } } });
    expect(seen).toHaveLength(2);
  });

  it.each([400, 500])("is not asked again when it says %i", async (status) => {
    const { execute, seen } = await subgraph((response) => response.writeHead(status).end("no"));
    await expect(execute(QUERY)).rejects.toThrow(`status ${status}`);
    expect(seen).toHaveLength(1);
  });

  it("is not asked again after its time", async () => {
    const { execute, seen } = await subgraph(() => {}, { timeout: 100 });
    await expect(execute(QUERY)).rejects.toThrow("No whole answer came in 100 ms.");
    expect(seen).toHaveLength(1);
  });
});

describe("a subgraph that is down", () => {
  it("is left alone after so many failures in a row, and asked again after a pause", async () => {
    let isDown = true;
    const { execute, seen } = await subgraph(
      (response) => (isDown ? response.destroy() : response.end(ANSWER)),
      { resilience: { failuresInARow: 4, pause: 400 } },
    );
    // Two reads, each asked twice.
    expect(await settled([execute(QUERY)])).toEqual(["rejected"]);
    expect(await settled([execute(QUERY)])).toEqual(["rejected"]);
    expect(seen).toHaveLength(4);
    for (let turn = 0; turn < 5; turn++) await expect(execute(QUERY)).rejects.toThrow(/circuit/i);
    expect(seen).toHaveLength(4);
    isDown = false;
    await soon(450);
    expect(await execute(QUERY)).toEqual({ data: { a: { n: 1 } } });
    expect(await execute(QUERY)).toEqual({ data: { a: { n: 1 } } });
    expect(seen).toHaveLength(6);
  });

  it("does not look down because clients leave", async () => {
    const { execute, seen } = await subgraph((response, _, hit) => void (hit > 4 && response.end(ANSWER)), {
      resilience: { failuresInARow: 2, pause: 10_000 },
    });
    for (let turn = 0; turn < 4; turn++) {
      await expect(execute({ ...QUERY, signal: AbortSignal.timeout(30) })).rejects.toThrow();
    }
    expect(await execute(QUERY)).toEqual({ data: { a: { n: 1 } } });
    expect(seen).toHaveLength(5);
  });
});

describe("many requests at once", () => {
  it("are sent so many at a time, wait in a queue that ends, and beyond it are refused at once", async () => {
    const waiting: ServerResponse[] = [];
    let most = 0;
    const { execute, seen } = await subgraph(
      (response) => {
        waiting.push(response);
        most = Math.max(most, waiting.length);
      },
      { resilience: { concurrency: 2 } },
    );
    const different = (n: number) => execute({ ...QUERY, variables: { n } });
    const asked = Array.from({ length: 30 }, (_, n) => different(n));
    // Two are under way, twenty wait.
    expect(await settled(asked.slice(22))).toEqual(Array(8).fill("rejected"));
    while (seen.length < 22 || waiting.length > 0) {
      for (const response of waiting.splice(0)) response.end(ANSWER);
      await soon(5);
    }
    expect(await settled(asked.slice(0, 22))).toEqual(Array(22).fill("fulfilled"));
    expect(most).toBe(2);
  });

  it("for the same by the same viewer share one answer, of which each has objects of its own", async () => {
    const { execute, seen } = await subgraph((response) => void setTimeout(() => response.end(ANSWER), 50));
    const answers = await Promise.all(Array.from({ length: 10 }, () => execute(QUERY)));
    expect(seen).toHaveLength(1);
    (answers[0]!.data!["a"] as { n: number }).n = 2;
    expect(answers.slice(1).map(({ data }) => data)).toEqual(Array(9).fill({ a: { n: 1 } }));
    await execute(QUERY);
    expect(seen).toHaveLength(2);
  });

  it("by different viewers, with different variables, or that change something, share nothing", async () => {
    const { execute, seen } = await subgraph((response) => void setTimeout(() => response.end(ANSWER), 50));
    const change = { ...QUERY, operationKind: "mutation" as const };
    await Promise.all([
      execute({ ...QUERY, viewer: person("a") }),
      execute({ ...QUERY, viewer: person("b") }),
      execute({ ...QUERY, variables: { a: 1 } }),
      execute(QUERY),
      execute(change),
      execute(change),
    ]);
    expect(seen).toHaveLength(6);
  });

  it("go on when one who waits leaves, and end when all have left", async () => {
    let closed = 0;
    const { execute, seen } = await subgraph((response, _, hit) => {
      response.on("close", () => response.writableFinished || closed++);
      if (hit === 1) setTimeout(() => response.end(ANSWER), 150);
    });
    const signal = AbortSignal.timeout(40);
    const [left, stayed] = [execute({ ...QUERY, signal }), execute(QUERY)];
    expect(await settled([left])).toEqual(["rejected"]);
    expect(await stayed).toEqual({ data: { a: { n: 1 } } });
    expect({ hits: seen.length, closed }).toEqual({ hits: 1, closed: 0 });

    const all = [30, 60].map((time) => execute({ ...QUERY, signal: AbortSignal.timeout(time) }));
    expect(await settled(all)).toEqual(["rejected", "rejected"]);
    await soon(50);
    expect({ hits: seen.length, closed }).toEqual({ hits: 2, closed: 1 });
  });
});

describe("subgraphs that move", () => {
  it("are asked at their new address, and what is under way ends at the old", async () => {
    const old = await subgraph((response) => void setTimeout(() => response.end(ANSWER), 100));
    const next = await serve((_, response) => void response.end(`{"data":{"a":{"n":2}}}`));
    closing.push(next.close);
    const begun = old.execute(QUERY);
    await soon(30);
    old.moveTo({ one: next.url });
    expect(await old.execute({ ...QUERY, variables: { other: 1 } })).toEqual({ data: { a: { n: 2 } } });
    expect(await begun).toEqual({ data: { a: { n: 1 } } });
  });
});

describe("an operation", () => {
  it("ends at its deadline with what is there", async () => {
    const running = await startHttpFixture(keys.subgraphs, {
      sabotage: { enrolments: () => true },
      timeout: 10_000,
      // Long enough for a busy machine to plan it and ask the subgraph that answers.
      deadline: 3_000,
    });
    closing.push(running.close);
    const { data, errors } = await running.post(`{ course(id: "c1") { title teacher { name } } }`);
    expect(data).toEqual({ course: { title: "Algorithms", teacher: { name: null } } });
    expect(errors).toMatchObject([
      { extensions: { code: "UNAVAILABLE" }, path: ["course", "teacher", "name"] },
    ]);
  });

  it("is answered while supergraphs come and go, bad ones among them", async () => {
    const running = await startHttpFixture(keys.subgraphs);
    closing.push(running.close);
    const other = `${running.supergraphSdl}\nscalar Another`;
    let isOver = false;
    const answers: unknown[] = [];
    const clients = Array.from({ length: 8 }, async () => {
      while (!isOver) answers.push(await running.post(`{ __typename course(id: "c1") { title enrolled } }`));
    });
    let refused = 0;
    for (let turn = 0; turn < 30; turn++) {
      const next = [running.supergraphSdl, "type Query { broken", other][turn % 3]!;
      try {
        await running.gateway.reload(next);
      } catch {
        refused++;
      }
      await soon(10);
    }
    isOver = true;
    await Promise.all(clients);
    expect(refused).toBe(10);
    expect(answers.length).toBeGreaterThan(30);
    expect(new Set(answers.map(({ data, errors }: any) => JSON.stringify({ data, errors })))).toEqual(
      new Set([
        JSON.stringify({ data: { __typename: "Query", course: { title: "Algorithms", enrolled: 2 } } }),
      ]),
    );
  });
});
