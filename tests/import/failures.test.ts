import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Libsql from "libsql";
import { sentenceOf } from "../../gateway/cli/failures.ts";

const folder = mkdtempSync(join(tmpdir(), "consortia-full-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a piece of work fails with. */
function failureOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("Expected a failure; got none.");
}

describe("A failure of the machine is one sentence:", () => {
  it("a disk that is full", () => {
    const db = new Libsql(join(folder, "full.sqlite"));
    db.pragma("max_page_count = 2");
    const error = failureOf(() => {
      db.exec("CREATE TABLE a (b text)");
      for (;;) db.exec(`INSERT INTO a VALUES ('${"x".repeat(1_000)}')`);
    });
    expect(sentenceOf(error)!.message).toMatch(/^The disk is full: nothing was changed/);
    expect(sentenceOf(new Error("It failed.", { cause: error }))!.message).toMatch(/^The disk is full/);
    expect(sentenceOf(Object.assign(new Error("write"), { code: "ENOSPC" }))!.message).toMatch(
      /^The disk is full/,
    );
    db.close();
  });

  it("a database that another process is writing to", () => {
    const [one, other] = [0, 0].map(() => new Libsql(join(folder, "busy.sqlite"), { timeout: 0 })) as [
      Libsql.Database,
      Libsql.Database,
    ];
    one.exec("BEGIN IMMEDIATE");
    expect(sentenceOf(failureOf(() => other.exec("BEGIN IMMEDIATE")))!.message).toMatch(
      /^Another process is writing/,
    );
    one.exec("ROLLBACK");
    one.close();
    other.close();
  });

  it("but not one that is ours", () => {
    expect(sentenceOf(new TypeError("x is not a function"))).toBeNull();
  });
});
