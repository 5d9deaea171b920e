import { deepStrictEqual } from "node:assert";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { composeSupergraph } from "../../../gateway/supergraph.ts";
import type { Subject } from "../measure.ts";
import { ask, compared, COMPARED, measure } from "../measure.ts";
import { tokenOf } from "../tokens.ts";
import { OPERATIONS, SUBGRAPHS } from "./domain.ts";
import { measurePlanning } from "./planning.ts";
import { memoryOf, Processes, processorTimeOf } from "./processes.ts";

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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** Our gateway with everything that guards the platform; it is timed for a visitor, and for somebody with a token. */
const GUARDED = "Consortia, guards on";

/** How a gateway over a supergraph file is started. */
interface GatewaySketch {
  readonly name: string;
  readonly cwd: string;
  readonly command: (file: string, port: number) => readonly string[];
}

const peer = (name: string, program: string): GatewaySketch => ({
  name,
  cwd: peers,
  command: (file, port) => [...NODE, program, file, String(port)],
});

const GATEWAYS: readonly GatewaySketch[] = [
  peer("Apollo Server + @apollo/gateway", "apollo.mjs"),
  peer("Hive Gateway, native planner", "hive.mjs"),
  {
    name: "Consortia",
    cwd: root,
    command: (file, port) => [
      ...NODE,
      "gateway/cli/consortia.js",
      "gateway",
      "--supergraph",
      file,
      "--port",
      String(port),
    ],
  },
  {
    name: GUARDED,
    cwd: root,
    command: (file, port) => [...NODE, "dist/tests/bench/gateways/guarded.js", file, String(port)],
  },
];

function installPeers(): void {
  if (existsSync(join(peers, "node_modules"))) return;
  print("Installing the other gateways (once) …");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: peers, stdio: "inherit" });
  if (status !== 0) throw new Error("The other gateways cannot be installed.");
}

const row = (...cells: readonly string[]) =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(34) : cell.padStart(11))).join("");

/** A gateway that is there to be timed. */
type Timed = Omit<Subject, "body"> & { readonly pid: number };

async function benchPlanning(file: string): Promise<void> {
  print(
    "\nPlans, median ms: in a planner process, by the native planner in the same process, and one that is kept",
  );
  print(row("", "process", "native", "more", "kept"));
  for (const [name, query] of OPERATIONS) {
    const { uncached, native, cached } = await measurePlanning(readFileSync(file, "utf8"), query);
    print(row(name, ...[uncached, native, uncached - native, cached].map((each) => each.toFixed(3))));
  }
}

async function startAll(processes: Processes, file: string): Promise<Timed[]> {
  const on = (core: string, command: readonly string[]) =>
    canPin ? ["taskset", "-c", core, ...command] : command;
  const { said } = await processes.start({
    name: "The process of the subgraphs",
    command: on(OTHER_CORE, ["node", "dist/tests/bench/gateways/subgraphs.js"]),
    cwd: root,
  });
  const urls = JSON.parse(said) as Record<string, string>;
  writeFileSync(file, composeSupergraph(SUBGRAPHS.map(({ name, sdl }) => ({ name, sdl, url: urls[name]! }))));

  const timed: Timed[] = [];
  for (const { name, command, cwd } of GATEWAYS) {
    if (options.only && !name.includes(options.only)) continue;
    const port = await freePort();
    const { pid } = await processes.start({ name, command: on(GATEWAY_CORE, command(file, port)), cwd });
    const url = `http://127.0.0.1:${port}/graphql`;
    const running = { pid, url, processorTime: () => processorTimeOf(pid) };
    timed.push({ ...running, name });
    if (name === GUARDED) {
      const headers = { authorization: `Bearer ${await tokenOf("member", new URL(url).origin)}` };
      timed.push({ ...running, name: `${name}, by a token`, headers });
    }
  }
  return timed;
}

async function bench(
  gateways: readonly Timed[],
  [name, query, variables]: (typeof OPERATIONS)[number],
): Promise<void> {
  const subjects = gateways.map((each) => ({ ...each, body: JSON.stringify({ query, variables }) }));
  const answers: object[] = [];
  for (const subject of subjects) {
    // What it has cost is told by those alone that have limits.
    const { extensions: _, ...answer } = (await ask(subject)) as { readonly extensions?: unknown };
    answers.push(answer);
  }
  for (const answer of answers) deepStrictEqual(answer, answers[0]);
  const measured = await measure(subjects, {
    seconds: Number(options.seconds),
    requests: 200,
    connections: 50,
  });
  print(`\n${name} (${(JSON.stringify(answers[0]).length / 1024).toFixed(1)} KB)`);
  print(row("", ...COMPARED, "MB"));
  measured.forEach((each, index) => {
    const memory = memoryOf(gateways[index]!.pid);
    print(row(each.name, ...compared(each, measured[0]!), String(memory ?? "?")));
  });
}

async function main(): Promise<void> {
  installPeers();
  const folder = mkdtempSync(join(tmpdir(), "consortia-gateways-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const processes = new Processes();
  try {
    if (canPin) spawnSync("taskset", ["-cp", OTHER_CORE, String(process.pid)]);
    const file = join(folder, "supergraph.graphql");
    const gateways = await startAll(processes, file);
    print(
      `${cpus().length} × ${cpus()[0]!.model}, Node ${process.version}, ${canPin ? "each gateway on a core of its own" : "not pinned"}`,
    );
    print(
      "The same memoised subgraphs; answers deep-equal before they are timed; rounds alternate; median ms of one request at a time, the others with 50 at once; ratios to the first.",
    );
    await benchPlanning(file);
    for (const operation of OPERATIONS) await processes.whileAlive(bench(gateways, operation));
  } finally {
    processes.kill();
  }
}

void main();
