import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { graphql, parse } from "graphql";
import { composeSupergraph } from "../../gateway/supergraph.ts";
import type { RunningProcess } from "./processes.ts";
import { ask, build, consortia, finished, statusOf, stopAll, until } from "./processes.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])`;

const bookOf = (isbn: string) => ({ isbn, title: `Volume ${isbn}` });

const BOOKS = {
  sdl: `${LINK}
    type Query { books: [Book!]! broken: Int }
    type Book @key(fields: "isbn") { isbn: ID! title: String! }`,
  resolvers: {
    Query: {
      books: () => ["1", "2"].map(bookOf),
      broken: () => {
        throw new Error("no such luck");
      },
    },
    Book: { __resolveReference: ({ isbn }: { isbn: string }) => bookOf(isbn) },
  },
};

const REVIEWS = {
  sdl: `${LINK}
    type Query { latest: Review }
    type Review { stars: Int! book: Book! }
    type Book @key(fields: "isbn") { isbn: ID! reviews: [Review!]! }`,
  resolvers: {
    Query: { latest: () => ({ stars: 5, book: { isbn: "2" } }) },
    Book: {
      __resolveReference: ({ isbn }: { isbn: string }) => ({ isbn }),
      reviews: ({ isbn }: { isbn: string }) => [{ stars: Number(isbn), book: { isbn } }],
    },
  },
};

/** A subgraph of somebody else's, as plain as it can be, and what it was sent. */
async function serveForeign({ sdl, resolvers }: { sdl: string; resolvers: object }) {
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers as never });
  const received: IncomingMessage["headers"][] = [];
  const server: Server = createServer((request, response) => {
    void (async () => {
      received.push(request.headers);
      let text = "";
      for await (const chunk of request) text += String(chunk);
      const { query, variables } = JSON.parse(text) as { query: string; variables: Record<string, unknown> };
      const answer = await graphql({ schema, source: query, variableValues: variables });
      response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
    })();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    sdl,
    received,
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}

describe("consortia gateway --supergraph", () => {
  const folder = mkdtempSync(join(tmpdir(), "consortia-e2e-"));
  const home = join(folder, "home");
  const file = join(folder, "supergraph.graphql");
  let books: Awaited<ReturnType<typeof serveForeign>>;
  let reviews: typeof books;
  let supergraph: string;
  let gateway: RunningProcess;
  let endpoint: string;

  beforeAll(async () => {
    await build();
    mkdirSync(home);
    [books, reviews] = await Promise.all([serveForeign(BOOKS), serveForeign(REVIEWS)]);
    supergraph = composeSupergraph([
      { name: "books", ...books },
      { name: "reviews", ...reviews },
    ]);
    writeFileSync(file, supergraph);
    // The command runs in a folder of its own, so that whatever it would write by default is seen.
    gateway = consortia(["gateway", "--supergraph", file, "--port", "0"], {}, home);
    const [, url] = await gateway.line(/Gateway at (http\S+)/);
    endpoint = url!;
  });
  afterAll(async () => {
    await stopAll();
    await Promise.all([books?.close(), reviews?.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  it("is healthy once the schema is loaded", async () => {
    expect(await statusOf(new URL("/health", endpoint).href)).toBe(200);
  });

  it("answers an operation that takes entities from both subgraphs", async () => {
    expect(
      await ask(endpoint, "{ books { title reviews { stars book { title } } } latest { book { title } } }"),
    ).toEqual({
      data: {
        books: [
          { title: "Volume 1", reviews: [{ stars: 1, book: { title: "Volume 1" } }] },
          { title: "Volume 2", reviews: [{ stars: 2, book: { title: "Volume 2" } }] },
        ],
        latest: { book: { title: "Volume 2" } },
      },
    });
  });

  it("tells the schema of that supergraph and of no other", async () => {
    const { data } = await ask(endpoint, "{ __schema { queryType { fields { name } } } }");
    expect(data.__schema.queryType.fields.map(({ name }: { name: string }) => name).sort()).toEqual([
      "books",
      "broken",
      "latest",
    ]);
  });

  it("sends nothing of ours along, and keeps nothing", async () => {
    await ask(endpoint, "{ books { title reviews { stars } } }", { headers: { "x-demo-viewer": "admin" } });
    const headers = [...books.received, ...reviews.received].flatMap((each) => Object.keys(each));
    expect(headers).not.toHaveLength(0);
    expect(headers.filter((name) => /viewer|consortia/.test(name))).toEqual([]);
    expect(readdirSync(home)).toEqual([]);
  });

  it("stops when it is told to, with exit code 0", async () => {
    expect(await gateway.stop()).toEqual({ code: 0, signal: null });
    expect(gateway.stderr).toBe("");
  });

  it("goes over to the file as it changes, and stays as it was while the file is bad", async () => {
    const changing = join(folder, "changing.graphql");
    writeFileSync(changing, supergraph);
    const started = consortia(["gateway", "--supergraph", changing, "--port", "0"], {}, home);
    const [, url] = await started.line(/Gateway at (http\S+)/);
    const latest = () => ask(url!, "{ latest { stars } }");
    expect(await latest()).toEqual({ data: { latest: { stars: 5 } } });

    writeFileSync(changing, supergraph.slice(0, 400));
    await until("the bad file is refused", () => /going on with what it was/.test(started.stderr));
    expect(await latest()).toEqual({ data: { latest: { stars: 5 } } });

    // The native planner would end its process over this one.
    writeFileSync(changing, supergraph.replace('key: "isbn"', 'key: "ibsn"'));
    await until("the other bad file is refused", () =>
      /'ibsn' not found in type 'Book'/.test(started.stderr),
    );
    expect(started.stderr.trimEnd().split("\n")).toHaveLength(2);
    expect(await latest()).toEqual({ data: { latest: { stars: 5 } } });

    writeFileSync(changing, composeSupergraph([{ name: "books", ...books }]));
    await started.line(/Serving .* as it is now/);
    expect((await latest()).errors).toMatchObject([{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }]);
    expect(await ask(url!, "{ books { title } }")).toHaveProperty("data.books.length", 2);
    await started.stop();
  });

  it("tells the plan to whoever asks only where it is started with --plans", async () => {
    const plain = consortia(["gateway", "--supergraph", file, "--port", "0"], {}, home);
    const telling = consortia(["gateway", "--supergraph", file, "--port", "0", "--plans"], {}, home);
    const plans = [];
    for (const each of [plain, telling]) {
      const [, url] = await each.line(/Gateway at (http\S+)/);
      const answer = await fetch(url!, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query: "{ books { title } }", extensions: { plan: true } }),
      });
      plans.push(
        ((await answer.json()) as { extensions?: { plan?: { text: string } } }).extensions?.plan?.text,
      );
      await each.stop();
    }
    expect(plans).toEqual([undefined, expect.stringMatching(/^Ask books\n/)]);
  });

  it("limits, tells costs and masks errors only where it is told to", async () => {
    const plain = consortia(["gateway", "--supergraph", file, "--port", "0"], {}, home);
    const strict = consortia(
      ["gateway", "--supergraph", file, "--port", "0", "--limits", "--mask-errors"],
      {},
      home,
    );
    const wide = `{ ${Array.from({ length: 60 }, (_, at) => `b${at}: books { title }`).join(" ")} }`;
    const seen = [];
    for (const each of [plain, strict]) {
      const [, url] = await each.line(/Gateway at (http\S+)/);
      const refused = await ask(url!, wide);
      const { extensions } = (await ask(url!, "{ books { title } }")) as { extensions?: { cost?: object } };
      const broken = await ask(url!, "{ broken }");
      seen.push([refused.errors?.[0]?.extensions?.["code"], extensions?.cost, broken.errors?.[0]?.message]);
      await each.stop();
    }
    expect(seen).toEqual([
      [undefined, undefined, "no such luck"],
      ["LIMIT_EXCEEDED", { requested: 10, actual: 2 }, expect.stringMatching(/^Something went wrong/)],
    ]);
  });

  it("goes by PORT where no port is said, and leaves the data folder alone", async () => {
    const data = join(folder, "data");
    const started = consortia(["gateway", "--supergraph", file], { PORT: "0", DATA_DIR: data }, home);
    const [, port] = await started.line(/Gateway at http:\/\/localhost:(\d+)/);
    expect(port).not.toBe("4000");
    expect(existsSync(data)).toBe(false);
    await started.stop();
  });

  it.each<[string, () => string, RegExp]>([
    [
      "is not there",
      () => join(folder, "nowhere.graphql"),
      /^The supergraph .*nowhere\.graphql cannot be read \(ENOENT\)/,
    ],
    ["is a folder", () => home, /cannot be read \(EISDIR\)/],
    ["is not GraphQL", () => "supergraph: books", /is not GraphQL: Syntax Error/],
    [
      "is cut off",
      () => supergraph.slice(0, supergraph.length / 2),
      /is not (GraphQL|a Federation 2 supergraph): /,
    ],
    ["is a plain schema", () => "type Query { a: Int }", /is not a Federation 2 supergraph: .*join__Graph/],
    ["is empty", () => "", /is not GraphQL: Syntax Error/],
    ["has a subgraph without an address", () => supergraph.replace(books.url, ""), /books/],
    [
      "names a type that it doesn't have",
      () => supergraph.replaceAll("title: String!", "title: Nothing!"),
      /Nothing/,
    ],
    [
      "has a key that is no field",
      () => supergraph.replace('key: "isbn"', 'key: "ibsn"'),
      /^The supergraph cannot be served: the query planner cannot load it: .*'ibsn' not found in type 'Book'/,
    ],
    [
      "has a key that cannot be parsed",
      () => supergraph.replace('key: "isbn"', 'key: "isbn {"'),
      /^The supergraph cannot be served: the query planner cannot load it: /,
    ],
    [
      "has no root type",
      () => supergraph.replace(/type Query[^{]*\{[^}]*\}/, ""),
      /^The supergraph cannot be served: expected the type Query of its query root; got none\.$/,
    ],
  ])("stops with one clear sentence where the file %s", async (name, make, sentence) => {
    const made = make();
    const path = made.startsWith(folder) ? made : join(folder, `${name.replaceAll(/\W/g, "-")}.graphql`);
    if (path !== made) writeFileSync(path, made);
    const { code, stderr, stdout } = await finished(
      ["gateway", "--supergraph", path, "--port", "0"],
      {},
      home,
    );
    expect(stderr.trimEnd().split("\n")).toEqual([expect.stringMatching(sentence)]);
    expect(stdout).toBe("");
    expect(code).toBe(1);
  });
});
