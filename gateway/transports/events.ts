import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { ExecutionResult } from "graphql";
import { stringifyJson } from "../json.ts";
import type { Reply } from "../pipeline/pipeline.ts";
import { inUtf8 } from "./negotiation.ts";

/** The media type of server-sent events. */
export const EVENTS_TYPE = "text/event-stream";

/** Milliseconds between signs of life, so that nothing on the way takes a silent stream for a dead one. */
const PING_INTERVAL = 12_000;
const PING = ":\n\n";

/**
 * Sends answers as server-sent events, by the "distinct connections mode" of the GraphQL over SSE protocol: one stream
 * for each operation, with as many events as there are answers. The stream waits for a client that reads slowly, is
 * never compressed or buffered, and ends with its client. A subscription has no end of its own: where the server closes,
 * its stream just stops, without an event that says that it is complete, so that clients subscribe again elsewhere.
 */
export function sendEvents(
  reply: FastifyReply,
  answer: Reply | AsyncGenerator<Reply, void>,
  closing?: AbortSignal,
): FastifyReply {
  const { raw } = reply;
  const ping = setInterval(() => void (raw.writableNeedDrain || raw.write(PING)), PING_INTERVAL);
  raw.once("close", () => clearInterval(ping));
  const isStream = Symbol.asyncIterator in answer;
  if (!isStream && answer.headers) reply.headers(answer.headers);
  return reply
    .code(200)
    .headers({
      "content-type": inUtf8(EVENTS_TYPE),
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
    })
    .send(
      isStream
        ? untilClosing(Readable.from(framesOf(answer)), raw, closing)
        : Readable.from(framesOf(only(answer))),
    );
}

/** A stream that stops, and its response with it, when the server closes. */
function untilClosing(
  stream: Readable,
  raw: FastifyReply["raw"],
  closing: AbortSignal | undefined,
): Readable {
  const end = () => {
    stream.unpipe(raw);
    raw.end();
  };
  if (closing?.aborted) raw.once("pipe", () => setImmediate(end));
  closing?.addEventListener("abort", end);
  raw.once("close", () => closing?.removeEventListener("abort", end));
  return stream;
}

async function* framesOf(replies: AsyncGenerator<Reply, void>): AsyncGenerator<string, void> {
  // Some browsers report the stream as open only when something has come.
  yield PING;
  for await (const body of bodiesOf(replies)) yield `event: next\ndata: ${stringifyJson(body)}\n\n`;
  yield "event: complete\ndata:\n\n";
}

async function* only(reply: Reply): AsyncGenerator<Reply, void> {
  yield reply;
}

/** The bodies of replies: what HTTP would be told beside them has no place in a stream. */
export async function* bodiesOf(replies: AsyncGenerator<Reply, void>): AsyncGenerator<ExecutionResult> {
  for await (const { body } of replies) yield body as ExecutionResult;
}
