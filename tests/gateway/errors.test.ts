import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fastify } from "fastify";
import { GraphQLError } from "graphql";
import { serveErrorPages } from "../../gateway/error-pages.ts";
import { createMask, ERROR_CODES, errorPage } from "../../gateway/errors.ts";
import { CommitOutcomeUnknown } from "../../shared/data/write-transaction.ts";
import { DomainError } from "../../shared/errors.ts";

const root = join(__dirname, "../..");
const codes = Object.keys(ERROR_CODES).sort();

describe("The list of error codes", () => {
  it("has a page for each code, and the index has a row for each, with what the code says of trying again", () => {
    expect(readdirSync(join(root, "docs/errors")).sort()).toEqual(codes.map((code) => `${code}.md`));
    const index = readFileSync(join(root, "docs/ERRORS.md"), "utf8");
    const rows = [...index.matchAll(/^\| \[`([A-Z_]+)`\]\(errors\/\1\.md\) .*\| (yes|no) +\|$/gm)];
    const told = Object.fromEntries(rows.map(([, code, again]) => [code, again === "yes"]));
    const known = Object.entries(ERROR_CODES).map(([code, { isRetryable }]) => [code, isRetryable]);
    expect(told).toEqual(Object.fromEntries(known));
  });

  it("says of an error that may be tried again that it may not, where nobody knows what became of a change", () => {
    const mask = createMask(
      { warn: () => {}, error: () => {} } as never,
      { note: () => {}, hasNoted: () => true } as never,
    );
    const retryable = (error: DomainError) =>
      mask(new GraphQLError(error.message, { originalError: error }), {
        id: "1",
        protocol: "http",
        host: "localhost",
      } as never).extensions!["retryable"];
    expect(retryable(new DomainError("UNAVAILABLE", "Nothing was changed."))).toBe(true);
    expect(retryable(new CommitOutcomeUnknown(new Error("lost")))).toBe(false);
    expect(retryable(new DomainError("FORBIDDEN", "No.", { retryable: true }))).toBe(false);
  });

  it("is served, each page where errors say that it is", async () => {
    const server = fastify();
    serveErrorPages(server, root);
    for (const code of codes) {
      const page = await server.inject(errorPage(code));
      expect([page.statusCode, page.body.split("\n")[0]]).toEqual([200, `# ${code}`]);
    }
    expect((await server.inject(errorPage("NO_SUCH_CODE"))).statusCode).toBe(404);
    await server.close();
  });
});
