import { linkSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestPlatform } from "./processes.ts";
import { build, emptyPlatform, finished, stopAll } from "./processes.ts";

/*
 * What an operator is told at the console: the exit code, the numbers, and one sentence for what is amiss.
 */

const HEADER = "UNITID,INSTNM,CITY,STABBR,CONTROL,SECTOR,WEBADDR,CLOSEDAT";
const row = (index: number, end = "-2") =>
  `${100001 + index},School ${index},Dayton,OH,1,1,s${index}.edu,${end}`;
const csv = (count: number, end?: (index: number) => string) =>
  `${[HEADER, ...Array.from({ length: count }, (_, index) => row(index, end?.(index)))].join("\n")}\n`;
const ROR = "https://ror.org/012345678";
const record = {
  id: ROR,
  status: "active",
  types: ["education"],
  names: [{ value: "School", types: ["ror_display"], lang: "en" }],
  domains: ["s1.edu"],
  locations: [
    {
      geonames_id: 1,
      geonames_details: { name: "Dayton", country_code: "US", country_subdivision_code: "OH" },
    },
  ],
};

let platform: TestPlatform;
beforeAll(async () => {
  await build();
  platform = emptyPlatform();
}, 120_000);
afterAll(async () => {
  await stopAll();
  await platform.drop();
});

const file = (name: string, content: string) => {
  const path = join(platform.folder, name);
  writeFileSync(path, content);
  return path;
};
const imported = (...args: string[]) => finished(["import", ...args], platform.env);

it("is told what two first imports at once have done, and neither fails with a stack trace", async () => {
  const path = file("hd2022.csv", csv(40));
  const both = await Promise.all([imported("ipeds", path), imported("ipeds", path)]);
  for (const { stderr } of both) expect(stderr).not.toMatch(/^\s+at /m);
  expect(both.filter(({ code }) => code === 0).length).toBeGreaterThan(0);
  const { stdout, code } = await imported("ipeds", path);
  expect(stdout).toContain("As of 2022, by its name.");
  expect(stdout).toContain("Done: 0 created, 0 updated, 40 unchanged, 0 rejected");
  expect(stdout).toContain("Nothing changed: the registry had it all.");
  expect(code).toBe(0);
}, 60_000);

it("is asked for --yes before many are closed, and told what would be", async () => {
  const path = file(
    "hd2023.csv",
    csv(40, (index) => (index < 10 ? "6/30/2023" : "-2")),
  );
  const stopped = await imported("ipeds", path);
  expect(stopped.stdout).toContain("10 closed, 0 renamed");
  expect(stopped.stderr).toContain(
    "More than 5 %: 10 of 40 institutions would be closed. Nothing was changed",
  );
  expect(stopped.code).toBe(1);
  const dry = await imported("ipeds", path, "--dry-run", "--yes");
  expect(dry).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Would have been: 0 created, 10 updated"),
  });
  expect(await imported("ipeds", path, "--yes")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Done: 0 created, 10 updated"),
  });
}, 60_000);

it("is told the truth of a file of which nothing could be taken, and of one that tells no year", async () => {
  const rejected = await imported(
    "ipeds",
    file(
      "hd2024.csv",
      csv(3, () => "NA"),
    ),
  );
  expect(rejected).toMatchObject({ code: 1, stderr: expect.stringContaining("None of the 3 rows of") });
  expect(rejected.stdout).not.toContain("Nothing changed");
  const empty = await imported("ror", file("none.json", "[]"), "--as-of", "2024");
  expect(empty).toMatchObject({ code: 1, stderr: expect.stringContaining("has no rows") });
  const unknown = await imported("ipeds", file("directory.csv", csv(3)));
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining("--as-of 2023") });
}, 60_000);

it("keeps the file that a report would empty, and says when a report cannot be written", async () => {
  const path = file("hd2025.csv", csv(40));
  const link = join(platform.folder, "link.csv");
  const hard = join(platform.folder, "hard.csv");
  symlinkSync(path, link);
  linkSync(path, hard);
  for (const report of [path, link, hard, join(platform.folder, ".", "hd2025.csv")]) {
    const refused = await imported("ipeds", path, "--report", report);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("--report names the file") });
  }
  expect(readFileSync(path, "utf8")).toBe(csv(40));
  const broken = file(
    "hd2026.csv",
    csv(13, (index) => (index < 12 ? "NA" : "-2")),
  );
  const full = await imported("ipeds", broken, "--report", "/dev/full", "--dry-run");
  expect(full).toMatchObject({ code: 1, stderr: "The report /dev/full cannot be written (ENOSPC).\n" });
  expect((await imported("ipeds", broken, "--dry-run")).stdout).toContain(
    "say --report FILE to have them all",
  );
}, 60_000);

it("lists matches, decides on them and undoes it", async () => {
  await imported("ror", file("v1-2024-05-01-ror.json", JSON.stringify([record])));
  const matches = (...args: string[]) => finished(["matches", ...args], platform.env);
  const listed = await matches("list");
  expect(listed.stdout).toMatch(/012345678 School \(Dayton, OH\): (several units|name, site and town)/);
  expect(listed.stdout).toContain("100002 School 1 (Dayton, OH)");
  expect(await matches("join", "012345678", "100002", "--remark", "Asked")).toMatchObject({
    code: 0,
    stdout: `${ROR} and 100002 are one institution.\n`,
  });
  expect((await matches("list", "--state", "decided")).stdout).toContain("joined by console: Asked");
  expect((await matches("undo", ROR, "100002")).code).toBe(0);
  expect(await matches("undo", ROR, "100002")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("nothing to undo"),
  });
  expect(await matches("apart", "nonsense", "1")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Expected a ROR id"),
  });
}, 60_000);
