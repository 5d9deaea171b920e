import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";
import type { ZlibOptions } from "node:zlib";

/** What subgraphs may compress their answers by. */
export const ACCEPT_ENCODING = "gzip, deflate, br";

/** Most encodings that one answer may have, one around the other. */
const ENCODINGS_AT_MOST = 3;

type Decode = (body: Buffer, options: ZlibOptions) => Promise<Buffer>;

const [gunzipped, inflated, rawInflated, unbrotlied] = [
  promisify<Buffer, ZlibOptions, Buffer>(gunzip),
  promisify<Buffer, ZlibOptions, Buffer>(inflate),
  promisify<Buffer, ZlibOptions, Buffer>(inflateRaw),
  promisify<Buffer, ZlibOptions, Buffer>(brotliDecompress),
];

/** "deflate" has zlib's header by the specification, and none by some servers. */
const anyDeflated: Decode = (body, options) =>
  (body[0]! & 0x0f) === 8 ? inflated(body, options) : rawInflated(body, options);

const DECODERS: Readonly<Record<string, Decode>> = {
  gzip: gunzipped,
  "x-gzip": gunzipped,
  deflate: anyDeflated,
  br: unbrotlied,
};

/** The answer is larger than it may be. */
export class AnswerTooLarge extends Error {
  constructor(limit: number) {
    super(`The answer has more than ${limit} bytes.`);
  }
}

/** Decompresses a body by its `Content-Encoding`, off the event loop; `limit` is for what comes out of it. */
export async function decoded(body: Buffer, contentEncoding: string, limit: number): Promise<Buffer> {
  const encodings = contentEncoding
    .split(",")
    .map((each) => each.trim().toLowerCase())
    .filter((each) => each !== "" && each !== "identity");
  const unknown = encodings.find((each) => !Object.hasOwn(DECODERS, each));
  if (unknown !== undefined || encodings.length > ENCODINGS_AT_MOST) {
    throw new Error(
      `Expected an answer encoded by ${ACCEPT_ENCODING}; got ${contentEncoding.slice(0, 100)}.`,
    );
  }
  let text = body;
  for (const each of encodings.reverse()) {
    if (text.length === 0) break;
    try {
      text = await DECODERS[each]!(text, { maxOutputLength: limit });
    } catch (error) {
      if ((error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") throw new AnswerTooLarge(limit);
      throw error;
    }
  }
  return text;
}
