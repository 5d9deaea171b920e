import { open } from "node:fs/promises";
import { TextDecoder } from "node:util";

/** How much of a file is looked at. */
const BYTES = 64 * 1024;

/** The first bytes of kinds of files that are neither CSV nor JSON. */
const SIGNATURES: readonly (readonly [RegExp, string])[] = [
  [/^504b0304/, "a zip archive or an Excel workbook: unpack it, or save it as CSV, and import what is in it"],
  [/^1f8b/, "compressed by gzip: unpack it and import what is in it"],
  [/^(425a68|fd377a585a|28b52ffd|377abcaf)/, "a compressed archive: unpack it and import what is in it"],
  [/^25504446/, "a PDF document"],
  [/^53514c69746520/, "a SQLite database"],
  [/^d0cf11e0/, "an old Excel workbook: save it as CSV"],
  [/^(fffe|feff)/, "UTF-16: save it as UTF-8"],
];

/** What a file seems to be, by its first bytes. */
export interface Kind {
  readonly format: "TEXT" | "JSON_ARRAY" | "JSON" | "OTHER";
  /** As it stands behind "it seems to be"; null where there is nothing to say. */
  readonly hint: string | null;
}

/** Looks at the beginning of a file, to tell somebody who has taken the wrong one what it is. */
export async function seemsToBe(file: string): Promise<Kind> {
  const bytes = await beginningOf(file);
  const hex = bytes.subarray(0, 8).toString("hex");
  const known = SIGNATURES.find(([signature]) => signature.test(hex));
  if (known) return { format: "OTHER", hint: known[1] };
  const zeros = bytes.filter((byte) => byte === 0).length;
  if (zeros > bytes.length / 4)
    return { format: "OTHER", hint: "UTF-16, or not text at all: save it as UTF-8" };
  const text = new TextDecoder("utf-8").decode(bytes).trimStart();
  if (text.startsWith("[")) return { format: "JSON_ARRAY", hint: "a JSON array" };
  if (text.startsWith("{")) return { format: "JSON", hint: hintOfObject(text) };
  if (/^<(!doctype html|html)/i.test(text))
    return { format: "OTHER", hint: "a web page, not the file itself" };
  if (text.startsWith("<")) return { format: "OTHER", hint: "XML or HTML" };
  return { format: "TEXT", hint: hintOfTable(text.split(/\r\n|\r|\n/, 1)[0] ?? "") };
}

async function beginningOf(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(BYTES), 0, BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function hintOfObject(text: string): string {
  const [first = "", second] = text.split(/\r?\n/, 2);
  const isLine = isJson(first) && (second === undefined || second.startsWith("{") || second.trim() === "");
  const isSeveral = isLine && second?.startsWith("{");
  return isSeveral ? "JSON Lines, one record on each line: put them into one array" : "a single JSON object";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const SEPARATORS = { ";": "semicolons", "\t": "tabs", "|": "bars" } as const;

function hintOfTable(header: string): string | null {
  const commas = header.split(",").length;
  for (const [separator, name] of Object.entries(SEPARATORS)) {
    const columns = header.split(separator).length;
    if (columns > 2 && columns > commas) return `separated by ${name}: save it with commas`;
  }
  return null;
}
