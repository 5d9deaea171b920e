import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createConnection } from "mysql2/promise";
import { DATABASES } from "../../shared/config.ts";
import { testServer } from "../database.ts";

/** The project's folder, where commands run. */
export const ROOT = resolve(__dirname, "../..");

const LAUNCHER = join(ROOT, "gateway/cli/consortia.js");
const WAIT = 40_000;
const GRACE = 8_000;

/** What the launcher says when somebody has saved a source since the last build; no business of a test's. */
const BUILD_NOTICE = /^Building \(.*\n/m;
/** How far the demo network is, which it says when loading takes long: how fast the machine is, no test minds. */
const PROGRESS = /^Demo network: .*\n/gm;

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that a test has started. */
export interface RunningProcess {
  readonly stdout: string;
  readonly stderr: string;
  readonly isRunning: boolean;
  /** How it ends, once it does and all that it wrote has come. */
  readonly ended: Promise<Ending>;
  /** Waits until the output has `pattern`; a process that ends before has failed. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends a signal and waits for the end; one that doesn't listen is killed after a while. */
  stop(signal?: NodeJS.Signals): Promise<Ending>;
}

const alive = new Set<ChildProcess>();
process.on("exit", () => alive.forEach((child) => child.kill("SIGKILL")));

/** Ends whatever this test file has started and not stopped; for `afterEach` or `afterAll`. */
export async function stopAll(): Promise<void> {
  const ends = [...alive].map((child) => {
    const end = new Promise((done) => child.once("close", done));
    child.kill("SIGKILL");
    return end;
  });
  await Promise.all(ends);
}

/** Starts a command with this environment and nothing of the test's own; it refuses nobody because it is behind. */
export function run(
  command: readonly string[],
  env: Record<string, string> = {},
  cwd = ROOT,
): RunningProcess {
  const { PATH, HOME } = process.env;
  const child = spawn(command[0]!, command.slice(1), {
    cwd,
    env: { ...(PATH ? { PATH } : {}), ...(HOME ? { HOME } : {}), MAX_DELAY: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  alive.add(child);
  const output = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
      for (const listener of listeners) listener();
    });
  }
  let isRunning = true;
  const ended = new Promise<Ending>((done, failed) => {
    child.once("error", failed);
    child.once("close", (code, signal) => {
      isRunning = false;
      alive.delete(child);
      for (const listener of listeners) listener();
      done({ code, signal });
    });
  });
  return {
    get stdout() {
      return output.stdout;
    },
    get stderr() {
      return output.stderr.replace(BUILD_NOTICE, "").replace(PROGRESS, "");
    },
    get isRunning() {
      return isRunning;
    },
    ended,
    line: (pattern) =>
      new Promise((found, failed) => {
        const finish = (settle: () => void) => {
          clearTimeout(timer);
          listeners.delete(look);
          settle();
        };
        const fail = (reason: string) =>
          finish(() =>
            failed(new Error(`${command.join(" ")} ${reason}:\n${output.stdout}${output.stderr}`)),
          );
        const look = () => {
          const match = pattern.exec(output.stdout + output.stderr);
          if (match) finish(() => found(match));
          else if (!isRunning) fail(`ended before it said ${pattern}`);
        };
        const timer = setTimeout(() => fail(`did not say ${pattern} in time`), WAIT);
        listeners.add(look);
        look();
      }),
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      const timer = setTimeout(() => child.kill("SIGKILL"), GRACE);
      const ending = await ended;
      clearTimeout(timer);
      return ending;
    },
  };
}

/** Starts `consortia` with these arguments. */
export function consortia(
  args: readonly string[],
  env: Record<string, string> = {},
  cwd = ROOT,
): RunningProcess {
  return run([process.execPath, LAUNCHER, ...args], env, cwd);
}

/** Starts `consortia` and waits for its end. */
export async function finished(
  args: readonly string[],
  env: Record<string, string> = {},
  cwd = ROOT,
): Promise<Ending & { readonly stdout: string; readonly stderr: string }> {
  const started = consortia(args, env, cwd);
  const ending = await started.ended;
  return { ...ending, stdout: started.stdout, stderr: started.stderr };
}

const BUILD_AT_MOST = 120_000;

/** Builds once before processes start, one test file at a time: the build writes where the others would read. */
export async function build(): Promise<void> {
  const lock = join(
    tmpdir(),
    `consortia-build-${createHash("sha256").update(ROOT).digest("hex").slice(0, 12)}`,
  );
  const isOld = () =>
    Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > BUILD_AT_MOST;
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      if (isOld()) rmSync(lock, { recursive: true, force: true });
      await new Promise((done) => setTimeout(done, 100));
    }
  }
  try {
    const { code, stderr } = await finished(["build"]);
    if (code !== 0) throw new Error(`The build failed:\n${stderr}`);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** Somewhere for the databases, empty, and the settings that lead there. */
export interface TestPlatform {
  readonly env: Record<string, string>;
  /** An empty folder that goes with it. */
  readonly folder: string;
  drop(): Promise<void>;
}

/** Room for a platform: schemas of its own where `TEST_DATABASE_URL` names a server, a folder otherwise. */
export function emptyPlatform(): TestPlatform {
  const folder = mkdtempSync(join(tmpdir(), "consortia-e2e-"));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  if (!testServer) {
    return { env: { DATA_DIR: join(folder, "data") }, folder, drop: async () => removeFolder() };
  }
  const base = `t_e2e_${randomBytes(6).toString("hex")}`;
  const url = new URL(testServer);
  url.pathname = `/${base}`;
  return {
    env: { DATABASE_URL: url.href, DATA_DIR: join(folder, "data") },
    folder,
    async drop() {
      removeFolder();
      for (const name of DATABASES) await onServer(`DROP DATABASE IF EXISTS \`${base}_${name}\``);
    },
  };
}

/** Sends a statement to the test server as its administrator. */
export async function onServer(
  statement: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  if (!testServer) throw new Error("There is no test server: TEST_DATABASE_URL is not set.");
  const connection = await createConnection({ uri: testServer.href });
  try {
    const [rows] = await connection.query(statement, values);
    return rows as Record<string, unknown>[];
  } finally {
    await connection.end();
  }
}

/** Ports that nobody listens on, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((done) => {
          const server = createServer().listen(0, "127.0.0.1", () => done(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/** Asks until `check` holds. */
export async function until(
  what: string,
  check: () => Promise<boolean> | boolean,
  limit = WAIT,
): Promise<void> {
  const end = Date.now() + limit;
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`Waited in vain: ${what}.`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** The status of an address, or null when nobody answers. */
export async function statusOf(url: string, init: RequestInit = {}): Promise<number | null> {
  return fetch(url, { ...init, signal: AbortSignal.timeout(5_000) }).then(
    async (answer) => {
      await answer.arrayBuffer();
      return answer.status;
    },
    () => null,
  );
}

/** An answer of the graph. */
export interface Answer {
  readonly data?: any;
  readonly errors?: { message: string; path?: (string | number)[]; extensions?: { code?: string } }[];
}

/** Sends an operation to an endpoint. */
export async function ask(
  endpoint: string,
  query: string,
  {
    variables = {},
    headers = {},
  }: { variables?: Record<string, unknown>; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}
