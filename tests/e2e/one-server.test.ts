import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, consortia, emptyPlatform, finished, stopAll } from "./processes.ts";

const ROR = (id: number) => ({
  id: `https://ror.org/01234567${id}`,
  status: "active",
  types: ["education"],
  names: [{ value: `Institution ${id}`, types: ["ror_display", "label"], lang: "en" }],
  locations: [],
  links: [],
  external_ids: [],
  relationships: [],
  established: null,
});

beforeAll(build, 120_000);
afterEach(stopAll);

describe("The folder of embedded databases", () => {
  const platform = emptyPlatform();
  const { DATA_DIR } = platform.env as { DATA_DIR: string };
  afterAll(() => platform.drop());
  const server = () =>
    consortia(["subgraph", "institutions"], {
      DATA_DIR,
      PORT: "0",
      GATEWAY_SECRET: "a secret of the gateway and its subgraphs",
    });

  it("has one server, imports beside it, and is free as soon as that one is killed", async () => {
    const first = server();
    await first.line(/Subgraph institutions at/);
    const second = await finished(["start"], { DATA_DIR, PORT: "0" });
    expect(second.stderr).toMatch(
      new RegExp(
        `^The data folder ${DATA_DIR} is served by another process already \\(process \\d+ on .*\\n$`,
      ),
    );
    expect(second.code).toBe(1);

    const file = join(platform.folder, "ror.json");
    writeFileSync(file, JSON.stringify([ROR(1)]));
    expect(await finished(["import", "ror", file, "--as-of", "2023"], { DATA_DIR })).toMatchObject({
      code: 0,
      stderr: "",
    });

    await first.stop("SIGKILL");
    const third = server();
    await third.line(/Subgraph institutions at/);
    expect((await third.stop()).code).toBe(0);
  });
});

describe("An empty database", () => {
  const platform = emptyPlatform();
  afterAll(() => platform.drop());

  it("takes two first imports at once, one after the other", async () => {
    const files = [1, 2].map((id) => {
      const file = join(platform.folder, `ror-${id}.json`);
      writeFileSync(file, JSON.stringify([ROR(id)]));
      return file;
    });
    const both = await Promise.all(
      files.map((file) => finished(["import", "ror", file, "--as-of", "2023"], platform.env)),
    );
    for (const { code, stdout, stderr } of both) {
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toContain("1 created");
    }
  });
});
