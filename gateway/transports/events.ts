import { STATUS_CODES } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ExecutionResult } from "graphql";
import { createHandler } from "graphql-sse/lib/use/fastify";
import { withNumbers } from "../json.ts";
import { readParams } from "../pipeline/params.ts";
import type { Pipeline, Reply } from "../pipeline/pipeline.ts";
import { refuse } from "../pipeline/refusal.ts";
import { paramsOf } from "./http.ts";
import { endSignal } from "./signals.ts";

/** Whether a client wants its answers as a stream of events. */
const wantsEvents = (request: FastifyRequest): boolean =>
  request.headers.accept?.includes("text/event-stream") ?? false;

/**
 * Answers operations as server-sent events, by the GraphQL over SSE protocol: a subscription for as long as it lasts,
 * anything else with the one answer it has. A client that goes ends what is done for it.
 */
export function createEvents(pipeline: Pipeline) {
  const handle = createHandler({
    // A stream of its own for each operation; nothing is kept between requests.
    authenticate: () => null,
    async onSubscribe({ raw, context: { reply } }, params) {
      try {
        const session = await pipeline.signIn(raw);
        const manner = { signal: endSignal(reply, null), isReadOnly: raw.method === "GET", isStream: true };
        const prepared = await pipeline.prepare(session, readParams(params), manner);
        const answer = await prepared.run();
        return Symbol.asyncIterator in answer ? bodiesOf(answer) : only(answer.body);
      } catch (error) {
        const { body, status, headers } = pipeline.replyTo(error, raw.id);
        if (status === undefined) return only(body);
        // What is HTTP's own matter (who is asking, how much, how often) is said before any stream begins.
        const type = { "content-type": "application/json; charset=utf-8" };
        return [
          JSON.stringify(body),
          { status, statusText: STATUS_CODES[status]!, headers: { ...headers, ...type } },
        ];
      }
    },
  });
  return async (request: FastifyRequest, reply: FastifyReply): Promise<boolean> => {
    if (!wantsEvents(request)) return false;
    // What is no operation at all is refused as over HTTP: no stream has begun. The protocol's library knows texts only.
    if (!paramsOf(request).query) {
      throw refuse("BAD_REQUEST", 'Expected a text in "query" for a stream of events.', { status: 400 });
    }
    reply.hijack();
    sendNumbers(reply.raw);
    await handle(request, reply);
    return true;
  };
}

/** The protocol's library writes JSON by itself: marked numbers become numbers on their way out. */
function sendNumbers(raw: FastifyReply["raw"]): void {
  const write = raw.write.bind(raw) as (text: string, written: (error?: Error | null) => void) => boolean;
  raw.write = (text: unknown, written: unknown) => write(withNumbers(text as string), written as () => void);
}

/** A stream of one answer: what has no data is none to the library, unless it is in a stream. */
async function* only(body: Reply["body"]): AsyncGenerator<ExecutionResult> {
  yield body as ExecutionResult;
}

/** The bodies of replies: what HTTP would be told beside them has no place in a stream. */
export async function* bodiesOf(replies: AsyncGenerator<Reply, void>): AsyncGenerator<ExecutionResult> {
  for await (const { body } of replies) yield body as ExecutionResult;
}
