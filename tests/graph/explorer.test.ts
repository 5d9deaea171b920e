import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import type { TestPlatform } from "../platform.ts";
import { startTestPlatform } from "../platform.ts";

/** Debian's browser; another one by CHROMIUM. */
const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const withBrowser = existsSync(executablePath) ? describe : describe.skip;

withBrowser("The explorer in a browser", () => {
  let platform: TestPlatform;
  beforeAll(async () => (platform = await startTestPlatform()));
  afterAll(() => platform.close());

  it("opens at the endpoint, asks nobody else for anything, answers its first query and shows whom one asks as", async () => {
    const browser = await chromium.launch({
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    try {
      const page = await browser.newPage();
      const strangers: string[] = [];
      page.on("request", (request) => {
        if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(platform.url))
          strangers.push(request.url());
      });
      await page.goto(`${platform.url}/graphql`);
      expect(page.url()).toBe(`${platform.url}/explorer`);
      await page.waitForSelector(".graphiql-execute-button");
      await page.waitForTimeout(500);
      await page.click(".graphiql-execute-button");
      await page.waitForSelector(".result-window :text('Columbus')");
      expect(await page.textContent("body")).toContain("made up");
      await page.click("button:has-text('Headers')");
      await page.waitForSelector(".graphiql-editors :text('x-demo-viewer')");
      expect(strangers).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
