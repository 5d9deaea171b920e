import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trust } from "../../gateway/cli/trust.ts";
import type { Gateway } from "../../gateway/server.ts";
import { createGateway } from "../../gateway/server.ts";
import { readManifest } from "../../gateway/trusted/manifest.ts";
import { StartupError } from "../../shared/errors.ts";
import { startFixture } from "./fixture.ts";
import { failures } from "./fixtures/failures.ts";
import { keys } from "./fixtures/keys.ts";

const QUERY = `query Course($id: ID!) { course(id: $id) { title } }`;
const HASH = createHash("sha256").update(QUERY).digest("hex");
const variables = { id: "c1" };
const COURSE = { data: { course: { title: "Algorithms" } } };
const NOT_TRUSTED = { errors: [{ extensions: { code: "DOCUMENT_NOT_TRUSTED", retryable: false } }] };

describe("trusted documents", () => {
  const folder = mkdtempSync(join(tmpdir(), "consortia-trusted-"));
  const file = join(folder, "manifest.json");
  const running: Gateway[] = [];
  afterEach(async () => {
    for (const gateway of running.splice(0)) await gateway.close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const write = (manifest: unknown) => {
    writeFileSync(file, JSON.stringify(manifest));
    return readManifest(file);
  };
  const start = async (documents: ReadonlyMap<string, string>, isOnly = false) => {
    const { supergraphSdl, send } = startFixture(keys.subgraphs);
    let calls = 0;
    const gateway = await createGateway({
      supergraphSdl,
      subgraph: (request) => (calls++, send(request)),
      trusted: { documents, isOnly },
      host: "127.0.0.1",
      port: 0,
      logLevel: "silent",
    });
    running.push(gateway);
    const post = async (body: object) => {
      const answer = await fetch(`${gateway.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      return (await answer.json()) as object;
    };
    return { ...gateway, post, calls: () => calls };
  };

  it.each([
    ["documentId, as GraphQL over HTTP has it", { documentId: `sha256:${HASH}` }],
    ["documentId alone", { documentId: HASH }],
    ["the hash of a persisted query", { extensions: { persistedQuery: { version: 1, sha256Hash: HASH } } }],
    ["their id and the same text", { documentId: HASH, query: QUERY }],
  ])("are asked by %s", async (_, by) => {
    const { post } = await start(write({ [HASH]: QUERY }), true);
    expect(await post({ ...by, variables })).toMatchObject(COURSE);
  });

  it("come from manifests of either kind, and from `consortia trust`", async () => {
    const document = join(folder, "course.graphql");
    writeFileSync(document, QUERY);
    const written = jest.spyOn(process.stdout, "write").mockReturnValue(true);
    trust([document]);
    const manifest = JSON.parse(String(written.mock.calls[0]![0]));
    written.mockRestore();
    expect(manifest.operations).toEqual([{ id: HASH, name: "Course", type: "query", body: QUERY }]);
    expect([...write(manifest)]).toEqual([[HASH, QUERY]]);
    expect([...write({ mine: QUERY })]).toEqual([["mine", QUERY]]);
  });

  it.each([
    ["a text", { query: QUERY, variables }],
    ["the schema", { query: "{ __schema { queryType { name } } }" }],
    ["another id", { documentId: "another" }],
    ["a trusted id with another text", { documentId: HASH, query: `{ course(id: "c1") { enrolled } }` }],
    [
      "a query that it would keep from now on",
      { query: QUERY.trim() + " ", extensions: { persistedQuery: { version: 1, sha256Hash: HASH } } },
    ],
  ])("are all that is answered where nothing else is allowed: not %s", async (_, body) => {
    const { post, calls } = await start(write({ [HASH]: QUERY }), true);
    expect(await post(body)).toMatchObject(NOT_TRUSTED);
    expect(calls()).toBe(0);
  });

  it("leave other operations alone otherwise", async () => {
    const { post } = await start(write({ [HASH]: QUERY }));
    expect(await post({ query: QUERY, variables })).toMatchObject(COURSE);
    expect(await post({ documentId: "another" })).toMatchObject(NOT_TRUSTED);
  });

  it("that cannot be answered stop the start, each by its name, and a supergraph that breaks them is not taken", async () => {
    const faulty = write({ one: "{ nothing }", two: "{", three: QUERY });
    await expect(start(faulty)).rejects.toThrow(
      new StartupError(
        'Wrong trusted documents. one: Cannot query field "nothing" on type "Query". two: Syntax Error: Expected Name, found <EOF>.',
      ),
    );
    const gateway = await start(write({ [HASH]: QUERY }), true);
    await expect(gateway.reload(startFixture(failures.subgraphs).supergraphSdl)).rejects.toThrow(
      StartupError,
    );
    expect(await gateway.post({ documentId: HASH, variables })).toMatchObject(COURSE);
  });

  it("that cannot be read are said to be so", () => {
    expect(() => readManifest(join(folder, "nowhere"))).toThrow(/cannot be read/);
    expect(() => write({ format: "apollo-persisted-query-manifest", version: 2 })).toThrow(/is no manifest/);
  });
});
