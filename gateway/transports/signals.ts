import type { FastifyReply } from "fastify";
import { ClientGone } from "../execution/subgraph-executor.ts";

/**
 * Fires when the connection closes before the answer has been written, or when that takes longer than it may; without a
 * deadline, for a stream, whenever the connection closes.
 */
export function endSignal({ raw }: FastifyReply, deadline: number | null): AbortSignal {
  const end = new AbortController();
  const late = () => end.abort(new Error(`The answer was not there after ${deadline} ms.`));
  const timer = deadline === null ? undefined : setTimeout(late, deadline);
  raw.once("close", () => {
    clearTimeout(timer);
    if (deadline === null || !raw.writableFinished) end.abort(new ClientGone("The client has gone."));
  });
  return end.signal;
}
