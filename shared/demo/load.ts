import type { Database, Transaction } from "../data/database.ts";

/** Rows that go into one transaction; a load that is stopped goes on behind the last whole one. */
const BATCH = 2_000;

/**
 * Writes records in batches, each one transaction. `write` must be able to meet a batch that is there already:
 * a load that was stopped starts over, and finds its rows.
 */
export async function loadInBatches<T>(
  db: Database,
  records: Iterable<T>,
  write: (tx: Transaction, batch: readonly T[]) => Promise<void>,
  onProgress: (written: number) => void,
): Promise<void> {
  let batch: T[] = [];
  let written = 0;
  const flush = async () => {
    const full = batch;
    batch = [];
    await db.write((tx) => write(tx, full));
    onProgress((written += full.length));
    // Lets a server in the same process answer in between.
    await new Promise((resolve) => setImmediate(resolve));
  };
  for (const record of records) {
    batch.push(record);
    if (batch.length === BATCH) await flush();
  }
  if (batch.length > 0) await flush();
}
