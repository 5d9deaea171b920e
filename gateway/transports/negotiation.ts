import type { FastifyReply } from "fastify";
import { LRUCache } from "lru-cache";
import Negotiator from "negotiator";

/** Most values of a header of which the outcome is kept. */
const KEPT = 500;

/** As a content type: what we send is UTF-8, and clients may ask for that by name. */
export const inUtf8 = (mediaType: string) => `${mediaType}; charset=utf-8`;

/**
 * Content negotiation by `accept` (RFC 9110, section 12.5.1): quality values, wildcards and exclusions. Among equals
 * the client's order decides, then the order of the offer; without the header it is the first that is offered.
 */
export function byAccept<T extends string>(offered: readonly T[]) {
  const contentTypes = offered.map(inUtf8);
  return remembered((header): T | undefined => {
    const chosen = new Negotiator({ headers: { accept: header || undefined } }).mediaType(contentTypes);
    return chosen === undefined ? undefined : offered[contentTypes.indexOf(chosen)];
  });
}

/** How an answer can be coded, the coding that makes it shortest first. */
export type Coding = "br" | "gzip" | "identity";

/**
 * Content negotiation by `accept-encoding` (RFC 9110, section 12.5.3). Brotli wins among equals; "identity" stands for
 * an answer as it is, which is also what a client gets that takes nothing we have.
 */
export const codingFor = remembered((header) => {
  if (!header) return "identity";
  const accepted: PreferringNegotiator = new Negotiator({ headers: { "accept-encoding": header } });
  return (accepted.encoding(["br", "gzip", "identity"], { preferred: ["br", "gzip"] }) ??
    "identity") as Coding;
});

/** Its types do not know yet that a server can prefer a coding among equals. */
interface PreferringNegotiator extends Negotiator {
  encoding(
    available: readonly string[],
    options?: { readonly preferred: readonly string[] },
  ): string | undefined;
}

/** Whether a client says that it takes this very media type, rather than anything at all. */
export function names(accept: string | undefined, mediaType: string): boolean {
  if (!accept?.toLowerCase().includes(mediaType)) return false;
  return new Negotiator({ headers: { accept } }).mediaTypes().includes(mediaType);
}

/** Adds to the headers by which answers of the same address differ. */
export function varyBy(reply: FastifyReply, headers: string): void {
  const known = reply.getHeader("vary");
  reply.header("vary", known === undefined ? headers : `${String(known)}, ${headers}`);
}

/** The same outcome for the same value of a header, as long as it is kept. */
function remembered<T>(choose: (header: string | undefined) => T): (header: string | undefined) => T {
  const outcomes = new LRUCache<string, { readonly chosen: T }>({ max: KEPT });
  return (header) => {
    const key = header ?? "";
    let outcome = outcomes.get(key);
    if (!outcome) outcomes.set(key, (outcome = { chosen: choose(header) }));
    return outcome.chosen;
  };
}
