import type { FileHandle } from "node:fs/promises";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";

const BYTES_AT_ONCE = 256 * 1024;

/**
 * Where the rows of a file wait, read and checked, before a transaction applies them: a file that turns out to be
 * broken has then touched no table, nobody waits for the database while it is read, and a transaction that must be
 * tried again finds the rows as they were. On disk, so that memory stays flat; without a name, so that a process
 * that is killed leaves nothing behind.
 */
export class Staging<Row> {
  private pending: string[] = [];
  private pendingLength = 0;
  private rows = 0;

  private constructor(private readonly file: FileHandle) {}

  static async open<Row>(): Promise<Staging<Row>> {
    const folder = await mkdtemp(join(tmpdir(), "consortia-staging-"));
    try {
      return new Staging<Row>(await open(join(folder, "rows"), "w+", 0o600));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  get size(): number {
    return this.rows;
  }

  async add(row: Row): Promise<void> {
    const line = `${JSON.stringify(row)}\n`;
    this.pending.push(line);
    this.pendingLength += line.length;
    this.rows++;
    if (this.pendingLength >= BYTES_AT_ONCE) await this.flush();
  }

  /** The rows from the first on, `count` at a time; may be asked for again. */
  async *batches(count: number): AsyncIterable<Row[]> {
    await this.flush();
    const buffer = Buffer.allocUnsafe(BYTES_AT_ONCE);
    const decoder = new StringDecoder("utf8");
    let batch: Row[] = [];
    let rest = "";
    // Not a stream of Node's: that closes the file when it is left in the middle.
    for (let position = 0; ;) {
      const { bytesRead } = await this.file.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      const lines = (rest + decoder.write(buffer.subarray(0, bytesRead))).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        batch.push(JSON.parse(line) as Row);
        if (batch.length < count) continue;
        yield batch;
        batch = [];
      }
    }
    if (batch.length > 0) yield batch;
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private async flush(): Promise<void> {
    if (this.pending.length === 0) return;
    await this.file.appendFile(this.pending.join(""));
    this.pending = [];
    this.pendingLength = 0;
  }
}
