import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, print } from "graphql";
import { main } from "../gateway/cli/main.ts";
import { SETTINGS } from "../shared/config.ts";
import { NEXT_STAGES } from "../subgraphs/partners/partnership/partnership.stages.ts";
import type { TestPlatform } from "./platform.ts";
import { startTestPlatform } from "./platform.ts";

const root = join(__dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(
    (match) => match[1]!,
  );

const inDocs = (path: string) => readFileSync(join(root, "docs", path), "utf8");

describe("The README", () => {
  const [query, mutation] = blocks("graphql");
  const [firstLines, answer, mutationAnswer] = blocks("json");

  it("shows a query that is a tested example operation and a mutation, with the answers that they really get", async () => {
    const operation = readFileSync(join(root, "schema/operations/first-query.graphql"), "utf8");
    expect(print(parse(query!))).toBe(print(parse(operation)));
    let platform: TestPlatform | undefined;
    try {
      platform = await startTestPlatform();
      expect({ data: (await platform.ask(query!)).data }).toEqual(JSON.parse(answer!));
      expect(await platform.ask(mutation!, "member")).toMatchObject(JSON.parse(mutationAnswer!));
    } finally {
      await platform?.close();
    }
  });

  it("shows the first fifteen lines of the query's answer, and folds the whole of it", () => {
    expect(firstLines!.trimEnd().split("\n")).toEqual(answer!.split("\n").slice(0, 15));
    expect(readme).toMatch(/<details>[\s\S]*```json[\s\S]*<\/details>/);
  });

  it("names no command and no script that isn't there", async () => {
    const commands = [...readme.matchAll(/npx consortia ([a-z]+)/g)].map((match) => match[1]!);
    expect(commands.length).toBeGreaterThan(5);
    const help = await helpText();
    for (const command of new Set(commands)) expect(help).toMatch(new RegExp(`^  ${command}\\b`, "m"));
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = [...readme.matchAll(/npm (?:run )?(start|test|check|bench|schema)\b/g)].map(
      (match) => match[1]!,
    );
    for (const script of named) expect(Object.keys(scripts)).toContain(script);
  });
});

describe("The documentation", () => {
  it("has an entry for every setting, and none for a setting that isn't there", () => {
    const entries = inDocs("CONFIGURATION.md")
      .split(/^## /m)
      .slice(1)
      .map((entry) => /^`(.+)`\n([\s\S]+)\nDefault: ([\s\S]+)$/.exec(entry)!)
      .map(([, ...parts]) => parts.map((part) => part.replaceAll(/\s+/g, " ").trim()));
    expect(entries).toEqual(SETTINGS.map(({ name, meaning, default: usual }) => [name, meaning, usual]));
  });

  it("draws the transitions between stages that are allowed, and no other", () => {
    const [diagram] = /^stateDiagram-v2\n[\s\S]*?^```/m.exec(inDocs("domain.md"))!;
    const drawn = [...diagram.matchAll(/^ +([A-Z_]+) --> ([A-Z_]+)$/gm)].map(([, from, to]) => [from, to]);
    const allowed = Object.entries(NEXT_STAGES).flatMap(([from, next]) => next.map((to) => [from, to]));
    expect(drawn.sort()).toEqual(allowed.sort());
    const ends = [...diagram.matchAll(/^ +([A-Z_]+) --> \[\*\]$/gm)].map(([, stage]) => stage);
    expect(ends).toEqual(
      Object.keys(NEXT_STAGES).filter((stage) => !allowed.some(([from]) => from === stage)),
    );
  });

  it("has no line over 200 characters, and no link to a file that isn't there", () => {
    const files = [
      ...readdirSync(root).filter((path) => path.endsWith(".md")),
      ...readdirSync(join(root, "docs"), { encoding: "utf8", recursive: true })
        .filter((path) => path.endsWith(".md"))
        .map((path) => join("docs", path)),
    ];
    expect(files.length).toBeGreaterThan(30);
    for (const file of files) {
      const text = readFileSync(join(root, file), "utf8");
      expect({ file, long: text.split("\n").filter((line) => line.length > 200) }).toEqual({
        file,
        long: [],
      });
      const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map((match) => match[1]!);
      const missing = links.filter((link) => !existsSync(join(root, file, "..", link)));
      expect({ file, missing }).toEqual({ file, missing: [] });
    }
  });
});

async function helpText(): Promise<string> {
  const write = jest.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    await main(["--help"], root);
    return write.mock.calls.map(([text]) => String(text)).join("");
  } finally {
    write.mockRestore();
    process.exitCode = 0;
  }
}
