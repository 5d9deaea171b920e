import { DomainError } from "../../shared/errors.ts";
import type { PlanLimits, PlannerMessages } from "./planner-process.ts";
import { PlannerEnded, PlannerProcess } from "./planner-process.ts";

/** Most planner processes at once. */
const PROCESSES = 4;
/** Most supergraphs that a process keeps: a gateway has one or two, tests have more. */
const SUPERGRAPHS = 8;
/** Most requests that wait for a process. */
const WAITING = 200;
/** Milliseconds for which they do. */
const WAIT = 10_000;
/** Milliseconds of one request after which others that wait get another process, or the longest-running are hurried. */
const PRESSURE = 50;
/** Milliseconds without a request after which processes end that no gateway holds. */
const IDLE = 5_000;
/** How often a request is tried whose process somebody has ended from outside. */
const ATTEMPTS = 5;

/** What a plan may take. The largest of our own graph and of the benchmarks take 3 ms and 15 MB. */
const LIMITS: PlanLimits = { milliseconds: 1_000, bytes: 256 * 1024 * 1024, characters: 4_000_000 };
/** Milliseconds of processor time that a plan may take while others wait and there is no process for them. */
const HURRIED = 250;
/** Milliseconds after which a process is taken for lost that has not answered, by the wall clock. */
const PATIENCE = { plan: 20_000, load: 30_000 };

const TOO_MANY = "Too many new operations are being planned; one that has been asked before is answered.";

/** A supergraph, as processes know it. */
export interface PooledSupergraph {
  readonly id: number;
  readonly supergraphSdl: string;
}

/** What is asked of an operation's plan. */
export type PlanRequest = Omit<PlannerMessages["plan"]["request"], "id" | "limits">;
/** What the planner tells of a supergraph. */
export type LoadedSupergraph = PlannerMessages["load"]["answer"];

/** A request that waits for a process, or has one. */
interface Job {
  readonly since: number;
  run(process: PooledProcess): Promise<void>;
  readonly reject: (error: unknown) => void;
  attempts: number;
}

/** A process, and which supergraphs it has, the one used last at the end. */
class PooledProcess extends PlannerProcess {
  /** Since when it has been at a request; null while it is at none. */
  busySince: number | null = null;
  readonly #loaded = new Map<number, LoadedSupergraph>();

  /** Loads a supergraph where this process does not have it. */
  async load({ id, supergraphSdl }: PooledSupergraph): Promise<LoadedSupergraph> {
    let loaded = this.#loaded.get(id);
    this.#loaded.delete(id);
    const keep = [...this.#loaded.keys()].slice(1 - SUPERGRAPHS);
    loaded ??= await this.ask("load", { id, supergraphSdl, keep }, PATIENCE.load);
    for (const known of this.#loaded.keys()) if (!keep.includes(known)) this.#loaded.delete(known);
    this.#loaded.set(id, loaded);
    return loaded;
  }
}

/**
 * The planner processes of this process, shared by all its graphs: one, and more while it is at a long request and
 * others wait. A plan that ends its process, or takes more than it may, fails alone: what waits goes to another process.
 */
export class PlannerPool {
  readonly #processes = new Set<PooledProcess>();
  readonly #queue: Job[] = [];
  readonly #holders = new Set<PlannerHolder>();
  #pressure: NodeJS.Timeout | null = null;
  #idle: NodeJS.Timeout | null = null;

  /** Keeps a process ready until the returned function is called, and tells why one has ended that should not have. */
  hold(holder: PlannerHolder): () => void {
    this.#holders.add(holder);
    return () => {
      this.#holders.delete(holder);
      this.#next();
    };
  }

  /** Loads a supergraph; rejects with what the planner finds wrong with it. */
  load(supergraph: PooledSupergraph): Promise<LoadedSupergraph> {
    return this.#enqueue((process) => process.load(supergraph));
  }

  /** Plans an operation; the plan comes as JSON. */
  async plan(supergraph: PooledSupergraph, request: PlanRequest): Promise<string> {
    if (this.#queue.length >= WAITING) throw new DomainError("UNAVAILABLE", TOO_MANY);
    return this.#enqueue(async (process) => {
      await process.load(supergraph);
      return process.ask("plan", { ...request, id: supergraph.id, limits: LIMITS }, PATIENCE.plan);
    });
  }

  #enqueue<T>(run: (process: PooledProcess) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const since = performance.now();
      this.#queue.push({ since, run: async (process) => resolve(await run(process)), reject, attempts: 0 });
      this.#next();
    });
  }

  /** Gives what waits to processes that are at nothing. */
  #next(): void {
    while (this.#queue.length > 0) {
      const process = this.#free() ?? (this.#processes.size === 0 ? this.#start() : null);
      if (!process) break;
      void this.#run(process, this.#queue.shift()!);
    }
    if (this.#queue.length === 0) this.#rest();
    else if (this.#pressure === null) this.#pressure = setTimeout(() => this.#relieve(), PRESSURE);
  }

  #free(): PooledProcess | undefined {
    for (const process of this.#processes) if (process.busySince === null) return process;
    return undefined;
  }

  #start(): PooledProcess {
    const process = new PooledProcess((error) => {
      if (!this.#processes.delete(process)) return;
      for (const { onEnd } of this.#holders) onEnd(error);
    });
    this.#processes.add(process);
    return process;
  }

  async #run(process: PooledProcess, job: Job): Promise<void> {
    process.busySince = performance.now();
    try {
      await job.run(process);
    } catch (error) {
      const isOthersFault = error instanceof PlannerEnded && !error.isOwnFault;
      if (isOthersFault && ++job.attempts < ATTEMPTS) this.#queue.unshift(job);
      else job.reject(error);
    }
    process.busySince = null;
    this.#next();
  }

  /** Others wait: where all processes have been at their requests for long, it takes another, or an end of those. */
  #relieve(): void {
    this.#pressure = null;
    const tooLongAgo = performance.now() - WAIT;
    while (this.#queue[0] && this.#queue[0].since < tooLongAgo) {
      this.#queue.shift()!.reject(new DomainError("UNAVAILABLE", TOO_MANY));
    }
    const longAgo = performance.now() - PRESSURE;
    const areAllLong = [...this.#processes].every(
      ({ busySince }) => busySince !== null && busySince <= longAgo,
    );
    if (areAllLong && this.#processes.size < PROCESSES) this.#start();
    else if (areAllLong) for (const process of this.#processes) process.hurry(HURRIED);
    this.#next();
  }

  /** Ends processes that nobody has needed for a while, all but one where somebody holds it. */
  #rest(): void {
    clearTimeout(this.#idle ?? undefined);
    this.#idle = setTimeout(() => {
      for (const process of [...this.#processes].slice(this.#holders.size > 0 ? 1 : 0)) {
        if (process.busySince !== null) continue;
        this.#processes.delete(process);
        process.kill();
      }
    }, IDLE).unref();
  }
}

/** Somebody who keeps a planner process ready: a gateway. */
export interface PlannerHolder {
  /** Is told why a process has ended that should not have. */
  readonly onEnd: (reason: Error) => void;
}
