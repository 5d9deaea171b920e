import { createReadStream } from "node:fs";
import { TextDecoder } from "node:util";
import { FileRefused } from "./source.ts";

/** What the bytes of a file say of its encoding. */
interface ByteCounts {
  /** Whole characters of several bytes, as UTF-8 writes them. */
  readonly characters: number;
  /** Bytes that no UTF-8 has where they stand. */
  readonly bad: number;
  /** Place of the first of those; -1 where there is none. */
  readonly firstBad: number;
}

/**
 * A table's encoding. By counting: a text in Windows' Latin-1 has hardly ever two letters in a row that make a
 * character of UTF-8, while one bad byte in a UTF-8 file is a broken row and not another encoding.
 */
export async function encodingOf(file: string): Promise<"utf-8" | "windows-1252"> {
  const { characters, bad } = await countBytes(file);
  return bad === 0 || characters >= Math.max(bad, 1) ? "utf-8" : "windows-1252";
}

/** Refuses a file that is not UTF-8 from its first byte to its last, as JSON has to be. */
export async function requireUtf8(file: string): Promise<void> {
  const { firstBad, bad, characters } = await countBytes(file);
  if (bad === 0) return;
  const likely = characters >= bad ? "" : " (it seems to be Latin-1)";
  throw new FileRefused(
    `${file} is not UTF-8${likely}, as JSON has to be: ${bad} bytes are not, the first of them byte ${firstBad + 1}.`,
  );
}

/** The text of a file, piece by piece; bytes that UTF-8 doesn't have become U+FFFD. */
export async function* decoded(
  file: string,
  encoding: "utf-8" | "windows-1252",
  onChunk: (chunk: Buffer) => void,
): AsyncIterable<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    onChunk(chunk);
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

async function countBytes(file: string): Promise<ByteCounts> {
  let characters = 0;
  let bad = 0;
  let firstBad = -1;
  /** Bytes that the present character still has to come; its first must be within these bounds. */
  let missing = 0;
  let [least, most]: readonly [number, number] = CONTINUATION;
  let position = 0;
  const isBad = (at: number) => {
    bad++;
    if (firstBad < 0) firstBad = at;
  };
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    for (let index = 0; index < chunk.length; index++, position++) {
      const byte = chunk[index]!;
      if (missing > 0) {
        if (byte >= least && byte <= most) {
          if (--missing === 0 && byteOrderMarkEnds !== position) characters++;
          [least, most] = CONTINUATION;
          continue;
        }
        isBad(position - 1);
        missing = 0;
        [least, most] = CONTINUATION;
      }
      if (byte < 0x80) continue;
      missing = followersOf(byte);
      if (missing === 0) isBad(position);
      else [least, most] = boundsBehind(byte);
    }
  }
  if (missing > 0) isBad(position - 1);
  return { characters, bad, firstBad };
}

/** A byte-order mark is no letter: files say UTF-8 by it and are not. */
const byteOrderMarkEnds = 2;

const CONTINUATION: readonly [number, number] = [0x80, 0xbf];

function followersOf(byte: number): number {
  if (byte >= 0xc2 && byte <= 0xdf) return 1;
  if (byte >= 0xe0 && byte <= 0xef) return 2;
  return byte >= 0xf0 && byte <= 0xf4 ? 3 : 0;
}

/** The second byte has narrower bounds behind some first ones: no overlong forms, surrogates or numbers too large. */
function boundsBehind(byte: number): readonly [number, number] {
  if (byte === 0xe0) return [0xa0, 0xbf];
  if (byte === 0xed) return [0x80, 0x9f];
  if (byte === 0xf0) return [0x90, 0xbf];
  return byte === 0xf4 ? [0x80, 0x8f] : CONTINUATION;
}
