import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { compress } from "./compression.ts";
import type { Coding } from "./negotiation.ts";
import { codingFor, varyBy } from "./negotiation.ts";

/** For what is at an address that has its hash in it. */
export const IMMUTABLE = "public, max-age=31536000, immutable";

/** For what may have changed when it is asked for again: an answer without a body says that it hasn't. */
export const REVALIDATED = "no-cache";

/** A body that many requests get: one buffer for each content coding, shared by all of them and never copied. */
export interface Resource {
  /** Of its content, as it goes into an address. */
  readonly hash: string;
  send(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
}

/** Makes a resource. It is compressed when somebody first asks for it so. */
export function createResource(
  content: string | Buffer,
  { type, cacheControl }: { readonly type: string; readonly cacheControl: string },
): Resource {
  const identity = Buffer.from(content);
  const hash = createHash("sha256").update(identity).digest("base64url").slice(0, 16);
  const bodies = new Map<Coding, Promise<Buffer>>();
  const bodyIn = (coding: Coding) => {
    let body = bodies.get(coding);
    if (!body) bodies.set(coding, (body = compress(identity, coding)));
    return body;
  };
  return {
    hash,
    async send({ headers }, reply) {
      const coding = codingFor(headers["accept-encoding"]);
      const tag = `"${hash}-${coding}"`;
      varyBy(reply, "accept-encoding");
      reply.headers({
        "content-type": type,
        "cache-control": cacheControl,
        "x-content-type-options": "nosniff",
        etag: tag,
      });
      if (isKnown(headers["if-none-match"], tag)) return reply.code(304).send();
      if (coding !== "identity") reply.header("content-encoding", coding);
      return reply.send(await bodyIn(coding));
    },
  };
}

/** Whether a client has it already, by its `if-none-match` (RFC 9110, section 13.1.2). */
const isKnown = (header: string | undefined, tag: string) =>
  header?.split(",").some((each) => [tag, `W/${tag}`, "*"].includes(each.trim())) ?? false;
