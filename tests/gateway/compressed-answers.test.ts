import type { IncomingHttpHeaders } from "node:http";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { createHttpSubgraphs } from "../../gateway/subgraphs/http.ts";
import { VISITOR } from "../../shared/auth/viewer.ts";
import { serve } from "./http.ts";

const ANSWER = `{"data":{"a":"${"é".repeat(1_000)}"}}`;
const LIMIT = 100_000;

/** What a client of ours makes of one answer of a subgraph, and with which headers it asked. */
async function answerOf(body: Buffer, encoding: string | undefined) {
  let headers: IncomingHttpHeaders = {};
  const server = await serve((request, response) => {
    headers = request.headers;
    response.writeHead(200, encoding === undefined ? {} : { "content-encoding": encoding }).end(body);
  });
  const http = createHttpSubgraphs({
    urls: { one: server.url },
    secret: null,
    timeout: 5_000,
    answerLimit: LIMIT,
  });
  try {
    const answer = await http.execute({
      subgraph: "one",
      query: "{ a }",
      operationKind: "query",
      viewer: VISITOR,
    });
    return { answer, headers };
  } finally {
    await http.close();
    await server.close();
  }
}

describe("an answer of a subgraph", () => {
  it.each<[string | undefined, Buffer]>([
    ["gzip", gzipSync(ANSWER)],
    ["x-gzip", gzipSync(ANSWER)],
    ["GZIP", gzipSync(ANSWER)],
    ["br", brotliCompressSync(ANSWER)],
    ["deflate", deflateSync(ANSWER)],
    ["deflate", deflateRawSync(ANSWER)],
    ["gzip, br", brotliCompressSync(gzipSync(ANSWER))],
    ["identity", Buffer.from(ANSWER)],
    [undefined, Buffer.from(ANSWER)],
  ])("is understood when it is encoded by %s", async (encoding, body) => {
    const { answer, headers } = await answerOf(body, encoding);
    expect(answer).toEqual(JSON.parse(ANSWER));
    expect(headers["accept-encoding"]).toBe("gzip, deflate, br");
  });

  it.each<[string, Buffer]>([
    ["gzip", gzipSync("x".repeat(50_000_000))],
    ["br", brotliCompressSync("x".repeat(50_000_000))],
    ["deflate", deflateSync("x".repeat(LIMIT + 1))],
    ["gzip, gzip", gzipSync(gzipSync("x".repeat(50_000_000)))],
  ])("is refused when it is too large behind %s, without being held as a whole", async (encoding, body) => {
    expect(body.length).toBeLessThan(LIMIT);
    await expect(answerOf(body, encoding)).rejects.toThrow(`The answer has more than ${LIMIT} bytes.`);
  });

  it.each<[string, Buffer, RegExp]>([
    ["zstd", Buffer.from("x"), /Expected an answer encoded by gzip, deflate, br; got zstd\./],
    ["gzip, gzip, gzip, gzip", gzipSync("x"), /Expected an answer encoded by/],
    ["gzip", Buffer.from(ANSWER), /incorrect header check/],
    ["gzip", gzipSync(ANSWER).subarray(0, 30), /unexpected end of file/],
    ["gzip", Buffer.alloc(0), /no JSON/],
  ])("is refused when it is %s that is not to be understood", async (encoding, body, reason) => {
    await expect(answerOf(body, encoding)).rejects.toThrow(reason);
  });
});
