import { Stream } from "node:stream";
import type { FastifyInstance } from "fastify";

/** Milliseconds for which a connection may stand still while it is written to. */
export const STANDSTILL = 60_000;

/** Milliseconds that a client may take to read an answer. */
const SENDING = 120_000;

/** Bytes up to which the system takes an answer over from us, whether its client reads it or not. */
const SMALL = 64 * 1024;

/**
 * Drops clients that do not read what they have asked for: an answer is kept until it is read, and somebody who reads
 * none can ask for many. Streams of events last as long as they last, but not at a standstill (`connectionTimeout`).
 */
export function limitSendingTime(server: FastifyInstance, limit = SENDING): void {
  server.addHook("onSend", async (_request, { raw }, payload) => {
    if (payload instanceof Stream || sizeOf(payload) <= SMALL) return;
    const timer = setTimeout(() => raw.destroy(), limit);
    raw.once("close", () => clearTimeout(timer));
  });
}

const sizeOf = (payload: unknown) =>
  typeof payload === "string" || Buffer.isBuffer(payload) ? payload.length : 0;
