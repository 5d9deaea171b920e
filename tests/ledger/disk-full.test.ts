import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSubgraphs } from "../../gateway/embedded.ts";
import { catchUpAll } from "../../gateway/feeds.ts";
import { readConfig } from "../../shared/config.ts";
import { StartupError } from "../../shared/errors.ts";
import { startSubgraph } from "../../shared/graphql/runtime.ts";
import { partners } from "../../subgraphs/partners/subgraph.ts";
import { executorOver, loadPeople, makeChange } from "./in-process.ts";
import { Ledger, nextChanges } from "./ledger.ts";

const folder = mkdtempSync(join(tmpdir(), "consortia-full-"));

/** A disk of its own, small enough to be filled; where this machine lets us have one. */
function mountDisk(): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=48m", "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Writes until nothing goes any more; returns how to make room again. */
function fillDisk(): () => void {
  const file = join(folder, "filling");
  const fd = openSync(file, "w");
  for (const size of [1 << 20, 1 << 12, 1]) {
    try {
      for (;;) writeSync(fd, Buffer.alloc(size));
    } catch {
      // Full for pieces of this size.
    }
  }
  return () => {
    closeSync(fd);
    rmSync(file);
  };
}

const hasDisk = mountDisk();
afterAll(() => {
  if (hasDisk) execFileSync("umount", ["-l", folder]);
  rmSync(folder, { recursive: true, force: true });
});

(hasDisk ? describe : describe.skip)("On a full disk", () => {
  it("nothing is acknowledged that isn't committed, and with room again all goes on", async () => {
    const ledger = new Ledger();
    const config = readConfig({ DATA_DIR: join(folder, "data") });
    let subgraphs = await startSubgraphs(config);
    let send = executorOver(subgraphs);
    const supplies = await loadPeople(subgraphs, 100);
    const round = async () => {
      const outcomes = [];
      for (const change of nextChanges(supplies))
        outcomes.push(ledger.note(change, await makeChange(send, change)));
      return outcomes;
    };
    expect(await round()).toEqual(Array(5).fill("MADE"));

    const makeRoom = fillDisk();
    // Some still find room in a log that is written over; the ledger tells whether that is so.
    for (let times = 0; times < 3; times++) expect(await round()).toContain("REFUSED");
    const file = join(folder, "data", "more", "partners.sqlite");
    const opening = await startSubgraph(partners, { file }).catch((reason: unknown) => reason);
    expect(opening).toBeInstanceOf(StartupError);
    expect((opening as StartupError).message).not.toContain("\n");
    makeRoom();

    for (let times = 0; times < 3; times++) expect(await round()).toEqual(Array(5).fill("MADE"));
    await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.close()));
    subgraphs = await startSubgraphs(config);
    send = executorOver(subgraphs);
    await catchUpAll(subgraphs);
    await ledger.compare(subgraphs.institutions.db, subgraphs.platform.db);
    expect(ledger.count("REFUSED")).toBeGreaterThan(0);
    await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.close()));
  });
});
