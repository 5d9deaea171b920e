/** Work that somebody waits for. */
interface Flight<T> {
  readonly result: Promise<T>;
  readonly abandon: AbortController;
  waiting: number;
}

/**
 * Lets those who ask the same at the same time share one answer. The work is given up when all who waited for it
 * have gone.
 */
export class InFlight<T> {
  private readonly flights = new Map<string, Flight<T>>();

  join(key: string, signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    let flight = this.flights.get(key);
    if (!flight) {
      const abandon = new AbortController();
      const result = work(abandon.signal).finally(() => {
        if (this.flights.get(key) === flight) this.flights.delete(key);
      });
      flight = { result, abandon, waiting: 0 };
      this.flights.set(key, flight);
    }
    const joined = flight;
    joined.waiting++;
    if (!signal) return joined.result;
    return new Promise((resolve, reject) => {
      const leave = () => {
        reject(signal.reason as Error);
        if (--joined.waiting > 0) return;
        // Whoever comes now must not join what is given up.
        if (this.flights.get(key) === joined) this.flights.delete(key);
        joined.abandon.abort(signal.reason);
      };
      if (signal.aborted) return leave();
      signal.addEventListener("abort", leave, { once: true });
      joined.result.finally(() => signal.removeEventListener("abort", leave)).then(resolve, reject);
    });
  }
}
