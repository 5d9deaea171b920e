import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { createConnection } from "mysql2/promise";
import { StartupError } from "../../shared/errors.ts";
import { startSubgraph } from "../../shared/graphql/runtime.ts";
import { partners } from "../../subgraphs/partners/subgraph.ts";
import { emptyDatabase, testServer } from "../database.ts";

const folder = mkdtempSync(join(tmpdir(), "consortia-open-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const emptyFile = () => join(folder, `${++files}`, "partners.sqlite");

const refusal = async (opening: Promise<{ close(): Promise<void> }>): Promise<string> => {
  const error = await opening.then(
    async (opened) => {
      await opened.close();
      return null;
    },
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StartupError);
  return (error as StartupError).message;
};

describe("An embedded database is refused in one sentence", () => {
  const open = (file: string) => startSubgraph(partners, { file });

  it.each([
    ["text", () => Buffer.from("no database at all\n".repeat(500))],
    ["noise", () => randomBytes(20_000)],
    ["a database whose end is missing", (whole: Buffer) => whole.subarray(0, 5_000)],
    ["a database whose first pages are gone", (whole: Buffer) => whole.fill(0x5a, 100, 20_000)],
  ])("that is %s", async (_, damage) => {
    const file = emptyFile();
    await (await open(file)).close();
    writeFileSync(file, damage(readFileSync(file)));
    expect(await refusal(open(file))).toMatch(
      new RegExp(
        `^The partners database ${file} cannot be opened \\(SQLITE_(NOTADB|CORRUPT).*\\): restore it from a backup, or move it away`,
      ),
    );
  });

  it("that is a folder", async () => {
    const file = emptyFile();
    mkdirSync(file, { recursive: true });
    expect(await refusal(open(file))).toMatch(new RegExp(`^The partners database ${file} cannot be opened`));
  });

  it("that another process serves, but for those who only visit it", async () => {
    const location = { file: emptyFile() };
    const server = await startSubgraph(partners, location, { isServer: true });
    expect(await refusal(startSubgraph(partners, location, { isServer: true }))).toMatch(
      new RegExp(
        `^The data folder ${join(location.file, "..")} is served by another process already \\(process ${process.pid} on \\S+, since .* UTC\\): stop that one, or set DATA_DIR`,
      ),
    );
    await (await startSubgraph(partners, location)).close();
    await server.close();
    await (await startSubgraph(partners, location, { isServer: true })).close();
    // What a power failure may leave of a lock keeps nobody out.
    writeFileSync(`${location.file}.lock`, "garbage".repeat(2_000));
    await (await startSubgraph(partners, location, { isServer: true })).close();
  });
});

describe("An empty database", () => {
  it("that several open at once is made once", async () => {
    const database = emptyDatabase("partners");
    try {
      const opened = await Promise.all(
        Array.from({ length: 4 }, () => startSubgraph(partners, database.location)),
      );
      for (const subgraph of opened) expect(await subgraph.readFeed(0, 10)).toEqual([]);
      await Promise.all(opened.map((subgraph) => subgraph.close()));
    } finally {
      await database.drop();
    }
  });
});

const server = testServer;
if (server) {
  describe("A database server is refused in one sentence", () => {
    it("where the user may not make the schema", async () => {
      const name = `t_${randomBytes(4).toString("hex")}`;
      const admin = await createConnection({ uri: server.href });
      try {
        await admin.query(`CREATE USER '${name}'@'${server.hostname}' IDENTIFIED BY 'secret'`);
        const url = new URL(server);
        [url.username, url.password, url.pathname] = [name, "secret", "/t_nobody_may"];
        const said = await refusal(startSubgraph(partners, { url }));
        expect(said).toMatch(
          /^The partners database \S+\/t_nobody_may cannot be opened \(ER_DBACCESS_DENIED/,
        );
        expect(said).not.toContain("secret");
      } finally {
        await admin.query(`DROP USER IF EXISTS '${name}'@'${server.hostname}'`);
        await admin.end();
      }
    });
  });
}
