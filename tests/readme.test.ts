import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, print } from "graphql";
import { main } from "../gateway/cli/main.ts";
import { SETTINGS } from "../shared/config.ts";
import type { TestPlatform } from "./platform.ts";
import { startTestPlatform } from "./platform.ts";

const root = join(__dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(
    (match) => match[1]!,
  );

describe("The README", () => {
  it("shows a query that is a tested example operation, with the answer that it really gets", async () => {
    const [query] = blocks("graphql");
    const [answer] = blocks("json");
    const operation = readFileSync(join(root, "schema/operations/first-query.graphql"), "utf8");
    expect(print(parse(query!))).toBe(print(parse(operation)));
    let platform: TestPlatform | undefined;
    try {
      platform = await startTestPlatform();
      expect({ data: (await platform.ask(query!)).data }).toEqual(JSON.parse(answer!));
    } finally {
      await platform?.close();
    }
  });

  it("has a row for every setting, and none for a setting that isn't there", () => {
    const table = /<!-- settings -->([\s\S]*)<!-- \/settings -->/.exec(readme)![1]!;
    const rows = table
      .split("\n")
      .filter((line) => line.startsWith("| `"))
      .map((line) => line.split("|").map((cell) => cell.trim()));
    expect(rows.map(([, name, meaning, usual]) => ({ name, meaning, default: usual }))).toEqual(
      SETTINGS.map(({ name, meaning, default: usual }) => ({ name: `\`${name}\``, meaning, default: usual })),
    );
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
