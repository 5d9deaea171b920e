import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

/** Milliseconds in which a process that has died is known to have. */
const GRACE = 500;

/** One process of a run: a gateway, or the subgraphs. */
export interface ProcessSketch {
  /** What it is called when it has died. */
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd: string;
}

/** A process that has said that it is there. */
export interface Started {
  readonly pid: number;
  /** The first thing that it printed. */
  readonly said: string;
}

/** The processes of a run: none of them may die before it ends, and none outlives it. */
export class Processes {
  readonly #running = new Set<ChildProcess>();
  readonly #death: Promise<never>;
  #tellOfDeath!: (error: Error) => void;

  constructor() {
    this.#death = new Promise((_, reject) => (this.#tellOfDeath = reject));
    // Whoever does something with the processes hears of it; nobody has to be doing anything just then.
    this.#death.catch(() => {});
    process.once("exit", () => this.kill());
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
  }

  /** Starts a process; resolves when it prints something. */
  start({ name, command: [program, ...args], cwd }: ProcessSketch): Promise<Started> {
    const child = spawn(program!, args, {
      cwd,
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, NODE_ENV: "production", APOLLO_TELEMETRY_DISABLED: "true" },
    });
    this.#running.add(child);
    child.once("error", this.#tellOfDeath);
    child.once("exit", (code, signal) => {
      if (!this.#running.delete(child)) return;
      this.#tellOfDeath(new Error(`${name} ended with ${signal ?? code} before the run did.`));
    });
    return this.whileAlive(
      new Promise((resolve) => {
        child.stdout.once("data", (said: Buffer) => resolve({ pid: child.pid!, said: String(said) }));
      }),
    );
  }

  /** Waits for some work; rejects as soon as any of the processes dies. */
  async whileAlive<T>(work: Promise<T>): Promise<T> {
    try {
      return await Promise.race([work, this.#death]);
    } catch (error) {
      // A connection that breaks is mostly the first that is heard of a death.
      await Promise.race([this.#death, setTimeout(GRACE)]);
      throw error;
    }
  }

  /** Ends all of them. They have nothing to save, and some don't end when they are asked to. */
  kill(): void {
    for (const child of this.#running) {
      this.#running.delete(child);
      child.kill("SIGKILL");
    }
  }
}

/** Memory of a process, in MB; null where nothing tells. */
export function memoryOf(pid: number): number | null {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readProcess(pid, "status"))?.[1];
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
}

/** Linux counts a process' time in hundredths of a second, whatever its own clock is. */
const MICROSECONDS_PER_TICK = 10_000;

/** Microseconds of processor time that a process has used so far, its kernel time included; null where nothing tells. */
export function processorTimeOf(pid: number): number | null {
  // The second field is the program's name in parentheses and may have any sign in it; 14 and 15 are what is asked.
  const [, fields] = /\) (.*)/.exec(readProcess(pid, "stat")) ?? [];
  if (!fields) return null;
  const [user, system] = fields.split(" ").slice(11, 13).map(Number);
  return (user! + system!) * MICROSECONDS_PER_TICK;
}

function readProcess(pid: number, file: "stat" | "status"): string {
  const path = `/proc/${pid}/${file}`;
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
