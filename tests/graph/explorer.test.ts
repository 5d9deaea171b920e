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
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      const strangers: string[] = [];
      const requested: string[] = [];
      const complaints: string[] = [];
      page.on("request", (request) => {
        requested.push(new URL(request.url()).pathname);
        if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(platform.url))
          strangers.push(request.url());
      });
      // What breaks the page's content security policy is an error on the console, too.
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(String(error)));
      await page.goto(`${platform.url}/graphql`);
      expect(page.url()).toBe(`${platform.url}/explorer`);
      await page.waitForSelector(".graphiql-execute-button");
      await page.waitForTimeout(500);
      await page.click(".graphiql-execute-button");
      await page.waitForSelector(".result-window :text('Columbus')");
      expect((await page.textContent("body"))!.replaceAll("\u00a0", " ")).toContain("made up");
      await page.click("button:has-text('Headers')");
      await page.waitForSelector(".graphiql-editors :text('x-demo-viewer')");
      expect(strangers).toEqual([]);
      expect(complaints).toEqual([]);
      // The editor's language services run beside the page, not in it.
      for (const worker of ["editor", "graphql", "json"]) {
        expect(requested).toContainEqual(expect.stringMatching(`^/explorer/${worker}-[\\w-]+\\.js$`));
      }

      await page.setViewportSize({ width: 390, height: 844 });
      // The editor adapts itself a moment after the page does.
      const width = () => page.evaluate<number>("document.documentElement.scrollWidth");
      while ((await width()) > 390) await page.waitForTimeout(50);
    } finally {
      await browser.close();
    }
  });
});
