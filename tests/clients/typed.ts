import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { codegen } from "@graphql-codegen/core";
import { preset } from "@graphql-codegen/client-preset";
import { GraphQLClient } from "graphql-request";
import { parse } from "graphql";
import type { Running } from "./running.ts";

const root = join(__dirname, "../..");

const run = promisify(execFile);

const QUERY = `query Institutions($first: Int!, $after: String) {
  institutions(first: $first, after: $after) {
    nodes { id name }
    pageInfo { hasNextPage endCursor }
  }
}`;

const MUTATION = `mutation Create($input: CreateApiKeyInput!) {
  createApiKey(input: $input) { secret apiKey { id name expiresAt scopes } }
}`;

/** Where the programs below find what is generated for them. */
const GENERATED = "./generated/graphql";
const INTROSPECTION = "./tada.d.ts";

const TEXT = `${QUERY}\n${MUTATION}`;

/** A program by generated documents: wrong names and types in it are errors of the compiler. */
const GENERATED_USE = `
import { GraphQLClient } from "graphql-request";
import { CreateDocument, InstitutionsDocument } from "${GENERATED}";

export async function use(client: GraphQLClient) {
  const { institutions } = await client.request(InstitutionsDocument, { first: 2 });
  const names: string[] = (institutions?.nodes ?? []).map(({ name }) => name);
  // @ts-expect-error: a page size is a number
  await client.request(InstitutionsDocument, { first: "two" });
  // @ts-expect-error: nobody has asked for it
  institutions?.totalCount;
  const { createApiKey } = await client.request(CreateDocument, { input: { name: "Typed", scopes: ["READ"] } });
  const secret: string | undefined = createApiKey?.secret;
  return [names, secret];
}
`;

/** The same by gql.tada, which infers the types from the text. */
const TADA_USE = `
import { initGraphQLTada, type ResultOf, type VariablesOf } from "gql.tada";
import type { introspection } from "${INTROSPECTION}";

const graphql = initGraphQLTada<{ introspection: introspection; scalars: { DateTime: string } }>();

export const query = graphql(\`${QUERY}\`);
export const mutation = graphql(\`${MUTATION}\`);

type Node = NonNullable<NonNullable<ResultOf<typeof query>["institutions"]>["nodes"]>[number];
export const named: Node = { id: "inst_1", name: "College" };
// @ts-expect-error: a name is a text
export const numbered: Node = { id: "inst_1", name: 1 };
export const variables: VariablesOf<typeof query> = { first: 2 };
// @ts-expect-error: a page size is needed
export const nothing: VariablesOf<typeof query> = {};
export const input: VariablesOf<typeof mutation> = { input: { name: "Typed", scopes: ["READ"] } };
// @ts-expect-error: there is no such scope
export const unknown: VariablesOf<typeof mutation> = { input: { name: "Typed", scopes: ["EVERYTHING"] } };
`;

/** Clients whose types are made of the schema: graphql-request by graphql-codegen's client preset, and gql.tada. */
export function describeTyped(running: () => Running): void {
  describe("Generated and inferred types", () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "typed-"));
      symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it("hold for graphql-request by the client preset and for gql.tada, which downloads the schema by itself", async () => {
      await generate(folder);
      await downloadByTada(folder, `${running().platform.url}/graphql`);
      expect(readFileSync(join(folder, "schema.graphql"), "utf8")).toContain(
        "type Institution implements Node",
      );
      writeFileSync(join(folder, "generated-use.ts"), GENERATED_USE);
      writeFileSync(join(folder, "tada-use.ts"), TADA_USE);
      expect(await compile(folder)).toBe("");
    });

    it("are answered as they say", async () => {
      const client = new GraphQLClient(`${running().platform.url}/graphql`, {
        headers: { "X-Demo-Viewer": "admin" },
      });
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { InstitutionsDocument, CreateDocument } = require(join(folder, "generated/graphql.ts"));
      const seen = new Set<string>();
      for (let after: string | null = null, page = 0; page < 3; page++) {
        const { institutions }: any = await client.request(InstitutionsDocument, { first: 2, after });
        for (const { id } of institutions.nodes) seen.add(id);
        after = institutions.pageInfo.endCursor;
      }
      expect(seen.size).toBe(6);
      const { createApiKey }: any = await client.request(CreateDocument, { input: { name: "Typed" } });
      expect(createApiKey.secret).toMatch(/^csk_/);
      const failing = client.request(CreateDocument, { input: { name: "" } });
      await expect(failing).rejects.toMatchObject({
        response: { errors: [{ extensions: { code: "BAD_USER_INPUT", field: "name" } }] },
      });
    });
  });
}

/** What `graphql-codegen` does, without its command: the documents as types. */
async function generate(folder: string): Promise<void> {
  const documents = [{ location: "use.graphql", rawSDL: TEXT, document: parse(TEXT) }];
  const schema = parse(readFileSync(join(root, "schema/api.graphql"), "utf8"));
  const outputs = await preset.buildGeneratesSection({
    baseOutputDir: `${join(folder, "generated")}/`,
    schema,
    documents,
    config: { useTypeImports: true },
    presetConfig: {},
    plugins: [],
    pluginMap: {},
  });
  mkdirSync(join(folder, "generated"));
  for (const output of outputs) writeFileSync(output.filename, await codegen(output));
}

/** What `gql.tada` does: takes the schema from the running platform, and makes types of it. */
async function downloadByTada(folder: string, url: string): Promise<void> {
  const tada = join(root, "node_modules/gql.tada/bin/cli.js");
  const plugin = { name: "gql.tada/ts-plugin", schema: "schema.graphql", tadaOutputLocation: "tada.d.ts" };
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: "es2022",
    module: "preserve",
    moduleResolution: "bundler",
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    types: [],
    plugins: [plugin],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  const options = { cwd: folder };
  await run(process.execPath, [tada, "generate-schema", url, "--output", "schema.graphql"], options);
  await run(process.execPath, [tada, "generate-output"], options);
}

/** The errors of the compiler; none when all is right. */
const compile = (folder: string): Promise<string> =>
  run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder], { cwd: folder }).then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  );
