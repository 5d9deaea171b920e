import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("./planner-program.js", import.meta.url));

/** Megabytes for what is JavaScript in a planner process: messages and plans; what the planner itself takes is not. */
const HEAP = 192;

/** Characters that are kept of what a planner process writes to its standard error: the reason of its end. */
const SAID_KEPT = 2_000;

/** Signals by which a process ends through a fault of its own, not because somebody has ended it. */
const FAULTS: ReadonlySet<string | null> = new Set([
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGILL",
  "SIGSEGV",
  "SIGTRAP",
]);

/** What a plan may take. */
export interface PlanLimits {
  /** Milliseconds of processor time: what else the machine does is not counted. */
  readonly milliseconds: number;
  /** Bytes of memory beside what the process had before. */
  readonly bytes: number;
  /** Characters of the plan as JSON. */
  readonly characters: number;
}

/** What is sent to a planner process, by kind, and what it answers. */
export interface PlannerMessages {
  readonly load: {
    readonly request: {
      readonly id: number;
      readonly supergraphSdl: string;
      /** The supergraphs that it need not forget. */
      readonly keep: readonly number[];
    };
    readonly answer: { readonly consumerSchema: string; readonly overridePercentages: readonly number[] };
  };
  readonly plan: {
    readonly request: {
      readonly id: number;
      readonly query: string;
      readonly operationName: string | null | undefined;
      readonly labels: readonly string[];
      readonly percentage: number;
      readonly limits: PlanLimits;
    };
    /** The plan as JSON. */
    readonly answer: string;
  };
}

/** A planner process has ended before it answered. */
export class PlannerEnded extends Error {
  constructor(
    message: string,
    /** Whether it ended by itself, so that the same request would end the next one, too. */
    readonly isOwnFault: boolean,
  ) {
    super(message);
  }
}

/** A plan has taken more than it may; the process that was making it is no more. */
export class PlanTooLarge extends Error {
  constructor(readonly exceeded: keyof PlanLimits) {
    super(`The plan takes more ${exceeded} than it may.`);
  }
}

/** What a planner process sends. */
interface PlannerReply {
  readonly answer?: unknown;
  /** Why it cannot do what was requested. */
  readonly refused?: string;
  /** What a plan has taken too much of. */
  readonly exceeded?: keyof PlanLimits;
}

interface Pending {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * A child process with the native planner in it, which can abort its process, cannot be interrupted, and takes as much
 * memory as it likes. It is given one request at a time, so that it is known which of them has ended it. It keeps no
 * gateway running, outlives none, and is told nothing of the gateway's environment.
 */
export class PlannerProcess {
  readonly #child: ChildProcess;
  #pending: Pending | null = null;
  #said = "";
  #hasEnded = false;
  #isLate = false;

  constructor(onEnd: (reason: Error) => void) {
    this.#child = fork(PROGRAM, [], {
      execArgv: [`--max-old-space-size=${HEAP}`],
      env: { UV_THREADPOOL_SIZE: "1" },
      // Texts are copied as they are; JSON would escape the JSON of plans.
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    const end = (error: Error) => {
      if (this.#hasEnded) return;
      this.#hasEnded = true;
      this.#settle((pending) => pending.reject(error));
      onEnd(error);
    };
    this.#child
      .on("message", ({ answer, refused, exceeded }: PlannerReply) => {
        if (exceeded !== undefined) end(new PlanTooLarge(exceeded));
        else if (refused !== undefined) this.#settle((pending) => pending.reject(new Error(refused)));
        else this.#settle((pending) => pending.resolve(answer as never));
      })
      .on("error", (error) => end(new PlannerEnded(error.message, false)))
      .on("close", (code, signal) => {
        const reason = reasonIn(this.#said) ?? (this.#isLate ? "no answer in time" : `${signal ?? code}`);
        end(new PlannerEnded(reason, FAULTS.has(signal) && !this.#isLate));
      });
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.#said = (this.#said + text).slice(0, SAID_KEPT);
    });
    (this.#child.stderr as unknown as { unref(): void }).unref();
    this.#child.unref();
    this.#child.channel?.unref();
  }

  /** Sends a request and waits for its answer; rejects when the planner refuses it, and when the process ends. */
  ask<Kind extends keyof PlannerMessages>(
    kind: Kind,
    request: PlannerMessages[Kind]["request"],
    patience: number,
  ): Promise<PlannerMessages[Kind]["answer"]> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) throw new PlannerEnded("it has ended before", false);
      // One that neither answers nor ends has been stopped, or is lost in native code.
      const timer = setTimeout(() => {
        this.#isLate = true;
        this.kill();
      }, patience);
      this.#pending = { resolve, reject, timer };
      this.#child.ref();
      this.#child.channel?.ref();
      this.#send({ kind, ...request });
    });
  }

  /** Tells it that others wait, and how much processor time the plan that it is making may take then. */
  hurry(milliseconds: number): void {
    if (this.#pending) this.#send({ kind: "hurry", milliseconds });
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** One that cannot be reached any more has ended, and says so by that. */
  #send(message: object): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #settle(how: (pending: Pending) => void): void {
    const pending = this.#pending;
    if (!pending) return;
    this.#pending = null;
    clearTimeout(pending.timer);
    this.#child.unref();
    this.#child.channel?.unref();
    how(pending);
  }
}

/** What a panic of the planner or an error of its program says, without its place in the code and without a trace. */
const reasonIn = (said: string): string | undefined =>
  (/panicked at [^\n]*\n([^\n]+)/.exec(said) ?? /^\w*Error: ([^\n]+)/m.exec(said))?.[1];
