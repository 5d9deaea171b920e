import { createCipheriv, createDecipheriv } from "node:crypto";
import sql from "sql-template-tag";
import type { CursorSeal, CursorValue } from "../../../shared/data/cursor.ts";
import type { Database } from "../../../shared/data/database.ts";
import { bytesOfId, idOfBytes, typeOfId, UUID_BYTES } from "../../../shared/ids.ts";

/** What a figure is of, in the database's own numbers; a correction is a further revision of the same figure. */
export interface FigureKey {
  readonly subjectNo: number;
  readonly indicatorNo: number;
  readonly periodNo: number;
  readonly groupNo: number;
}

/** Four whole numbers of 32 bits, which are one block of the cipher. */
const NUMBERS = 4;
const CIPHER = "aes-128-ecb";

/**
 * Makes ids and cursors of the numbers that observations are kept and sorted by. Shown as they are, these would tell
 * how many subjects there are between two that a viewer sees. One block is encrypted with a key of the installation:
 * the same numbers always give the same id, and nothing else is told by it. What is forged opens to numbers that
 * nothing has.
 */
export class FigureSeal implements CursorSeal {
  constructor(private readonly key: Buffer) {}

  seal(values: readonly CursorValue[]): string {
    return this.encrypted(values as readonly number[]).toString("base64url");
  }

  open(text: string, length: number): readonly number[] | null {
    const block = Buffer.from(text, "base64url");
    return block.length === UUID_BYTES ? this.decrypted(block).slice(0, length) : null;
  }

  idOf({ subjectNo, indicatorNo, periodNo, groupNo }: FigureKey): string {
    return idOfBytes("Figure", this.encrypted([subjectNo, indicatorNo, periodNo, groupNo]));
  }

  /** Null for what is no id of a figure. */
  keyOf(id: string): FigureKey | null {
    if (typeOfId(id) !== "Figure") return null;
    const numbers = this.decrypted(bytesOfId(id)) as [number, number, number, number];
    const [subjectNo, indicatorNo, periodNo, groupNo] = numbers;
    return { subjectNo, indicatorNo, periodNo, groupNo };
  }

  private encrypted(numbers: readonly number[]): Buffer {
    const block = Buffer.alloc(UUID_BYTES);
    numbers.forEach((number, index) => block.writeUInt32BE(number, index * NUMBERS));
    // A single block has no pattern that this mode could show.
    return createCipheriv(CIPHER, this.key, null).setAutoPadding(false).update(block);
  }

  private decrypted(block: Buffer): number[] {
    const numbers = createDecipheriv(CIPHER, this.key, null).setAutoPadding(false).update(block);
    return Array.from({ length: NUMBERS }, (_, index) => numbers.readUInt32BE(index * NUMBERS));
  }
}

const seals = new WeakMap<Database, Promise<FigureSeal>>();

/** The seal of a database; its key was drawn when the database was set up, and is read once. */
export function sealOf(db: Database): Promise<FigureSeal> {
  let seal = seals.get(db);
  if (!seal) {
    seal = readSeal(db);
    seals.set(db, seal);
    // A failure is not kept.
    seal.catch(() => seals.delete(db));
  }
  return seal;
}

async function readSeal(db: Database): Promise<FigureSeal> {
  const [row] = await db.read<{ secret: string }>(sql`SELECT secret FROM figure_key WHERE no = 1`);
  return new FigureSeal(Buffer.from(row!.secret, "hex"));
}
