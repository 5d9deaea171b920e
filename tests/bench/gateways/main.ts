import { deepStrictEqual } from "node:assert";
import type { ChildProcess } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { composeSupergraph } from "../../../gateway/supergraph.ts";
import { ask, measure } from "../measure.ts";
import { OPERATIONS, SUBGRAPHS } from "./domain.ts";

const { values: options } = parseArgs({
  options: { seconds: { type: "string", default: "4" }, only: { type: "string" } },
});
const root = process.cwd();
const peers = join(root, "tests/bench/gateways/peers");
const print = (line = "") => process.stdout.write(`${line}\n`);

/** The gateway that is timed has a core of its own; subgraphs and clients share another. */
const [GATEWAY_CORE, OTHER_CORE] = ["0", "1"];
const canPin = cpus().length > 1 && spawnSync("taskset", ["-V"]).status === 0;

/** As our launcher runs; the others get the same room for short-lived objects. */
const NODE = ["node", "--max-semi-space-size=32"];

const running: ChildProcess[] = [];

/** Starts a process and gives the first line that it prints. */
function start(command: readonly string[], core: string, cwd = root): Promise<{ line: string; pid: number }> {
  const [program, ...args] = canPin ? ["taskset", "-c", core, ...command] : command;
  const child = spawn(program!, args, {
    cwd,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_ENV: "production", APOLLO_TELEMETRY_DISABLED: "true" },
  });
  running.push(child);
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`${command.join(" ")} ended with ${code}.`)));
    child.stdout.once("data", (chunk: Buffer) => resolve({ line: String(chunk), pid: child.pid! }));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

const GATEWAYS: readonly (readonly [
  name: string,
  command: (file: string, port: number) => string[],
  cwd?: string,
])[] = [
  ["Apollo Server + @apollo/gateway", (file, port) => [...NODE, "apollo.mjs", file, String(port)], peers],
  ["Hive Gateway, native planner", (file, port) => [...NODE, "hive.mjs", file, String(port)], peers],
  [
    "Consortia",
    (file, port) => [
      ...NODE,
      "gateway/cli/consortia.js",
      "gateway",
      "--supergraph",
      file,
      "--port",
      String(port),
    ],
  ],
];

function installPeers(): void {
  if (existsSync(join(peers, "node_modules"))) return;
  print("Installing the other gateways (once) …");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: peers, stdio: "inherit" });
  if (status !== 0) throw new Error("The other gateways cannot be installed.");
}

/** Memory of a process, in MB; 0 where nothing tells. */
function memoryOf(pid: number): number {
  const file = `/proc/${pid}/status`;
  const [, kilobytes] = (existsSync(file) && /VmRSS:\s+(\d+)/.exec(readFileSync(file, "utf8"))) || ["", "0"];
  return Math.round(Number(kilobytes) / 1024);
}

const row = (...cells: readonly string[]) =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(34) : cell.padStart(11))).join("");

async function main(): Promise<void> {
  installPeers();
  const folder = mkdtempSync(join(tmpdir(), "consortia-gateways-"));
  try {
    if (canPin) spawnSync("taskset", ["-cp", OTHER_CORE, String(process.pid)]);
    const { line } = await start(["node", "dist/tests/bench/gateways/subgraphs.js"], OTHER_CORE);
    const urls = JSON.parse(line) as Record<string, string>;
    const file = join(folder, "supergraph.graphql");
    writeFileSync(
      file,
      composeSupergraph(SUBGRAPHS.map(({ name, sdl }) => ({ name, sdl, url: urls[name]! }))),
    );
    print(
      `${cpus().length} × ${cpus()[0]!.model}, Node ${process.version}, ${canPin ? "each gateway on a core of its own" : "not pinned"}`,
    );
    print(
      "The same memoised subgraphs; answers deep-equal before they are timed; rounds alternate; ratios to the first.",
    );

    const gateways: { name: string; pid: number; url: string }[] = [];
    for (const [name, command, cwd] of GATEWAYS) {
      if (options.only && !name.includes(options.only)) continue;
      const port = await freePort();
      const { pid } = await start(command(file, port), GATEWAY_CORE, cwd);
      gateways.push({ name, pid, url: `http://127.0.0.1:${port}/graphql` });
    }
    for (const [name, query, variables] of OPERATIONS) {
      const subjects = gateways.map((each) => ({ ...each, body: JSON.stringify({ query, variables }) }));
      const answers: unknown[] = [];
      for (const subject of subjects) answers.push(await ask(subject));
      for (const answer of answers) deepStrictEqual(answer, answers[0]);
      const measured = await measure(subjects, {
        seconds: Number(options.seconds),
        requests: 200,
        connections: 50,
      });
      const [first] = measured;
      print(`\n${name} (${(JSON.stringify(answers[0]).length / 1024).toFixed(1)} KB)`);
      print(row("", "req/s at 50", "ratio", "ms at 1", "ratio", "MB"));
      measured.forEach((each, index) => {
        print(
          row(
            each.name,
            each.throughput.toFixed(0),
            (each.throughput / first!.throughput).toFixed(2),
            each.latency.toFixed(2),
            (each.latency / first!.latency).toFixed(2),
            String(memoryOf(gateways[index]!.pid)),
          ),
        );
      });
    }
  } finally {
    for (const child of running) child.removeAllListeners("exit").kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
