import { LRUCache } from "lru-cache";

/** Milliseconds for which the same line is written once. */
const WINDOW = 10_000;

/** Most different lines that are told apart. */
const KEPT = 100;

/**
 * Writes the first line of a kind at once, and counts those that follow within ten seconds; the next one says how many
 * there were. So a failure that meets every request is in the log, and does not fill it.
 */
export function summarized(
  write: (detail: object, message: string) => void,
  now: () => number = Date.now,
): (kind: string, detail: object, message: string) => void {
  const kinds = new LRUCache<string, { until: number; omitted: number }>({ max: KEPT });
  return (kind, detail, message) => {
    const known = kinds.get(kind);
    if (known && known.until > now()) {
      known.omitted++;
      return;
    }
    kinds.set(kind, { until: now() + WINDOW, omitted: 0 });
    write(known?.omitted ? { ...detail, omitted: known.omitted } : detail, message);
  };
}
