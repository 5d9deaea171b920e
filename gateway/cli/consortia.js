#!/usr/bin/env -S node --max-semi-space-size=32
// The launcher: works in a fresh clone, builds when a source has changed, and hands over to the real program.
// It is plain JavaScript because it has to run before there is a build. Answers are short-lived objects by the
// thousand: with room for more of them, garbage collection costs a fifth less of the gateway's time.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = join(root, "dist");
const stamp = join(dist, ".sources");

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Consortia needs Node 20.19 or later; this is ${process.versions.node}.`);
}
if (!existsSync(join(root, "node_modules"))) fail("The packages are not installed yet: run `npm ci` first.");

const hash = sourcesHash();
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== hash) build(hash);
if (process.argv[2] !== "build") {
  const { main } = await import(pathToFileURL(join(root, "dist/gateway/cli/main.js")).href);
  await main(process.argv.slice(2), root);
}

/** A hash of everything the build is made of. */
function sourcesHash() {
  const hash = createHash("sha256");
  const visit = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) visit(path);
      else if (/\.[jt]s$/.test(entry.name)) hash.update(path).update(readFileSync(join(root, path)));
    }
  };
  for (const folder of ["gateway", "shared", "subgraphs", "tests/bench"]) {
    if (existsSync(join(root, folder))) visit(folder);
  }
  for (const file of ["package-lock.json", "tsconfig.json", "tsconfig.build.json"]) {
    hash.update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
}

function build(hash) {
  process.stderr.write("Building (only when sources have changed)…\n");
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  // Built aside and renamed: a command that starts meanwhile loads the old build or the new one, never half of it.
  const [fresh, old] = [`${dist}.${process.pid}.new`, `${dist}.${process.pid}.old`];
  const { status } = spawnSync(
    process.execPath,
    [tsc, "-p", join(root, "tsconfig.build.json"), "--outDir", fresh],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  if (status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    fail("The build failed; see above.");
  }
  writeFileSync(join(fresh, ".sources"), hash);
  if (existsSync(dist)) renameSync(dist, old);
  try {
    renameSync(fresh, dist);
  } catch {
    // Another command has put the same build there in between.
    rmSync(fresh, { recursive: true, force: true });
  }
  rmSync(old, { recursive: true, force: true });
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
