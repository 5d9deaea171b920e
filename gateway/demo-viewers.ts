import type { CallingRequest } from "./identity/caller.ts";

/** The header that makes a caller one of the demo network's people. */
export const DEMO_HEADER = "x-demo-viewer";

const LOOPBACK = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * Whether a caller is on this very machine, asked for it by its local name and came through no proxy: somebody
 * else's page or a forwarded request does not.
 */
export function isFromThisMachine(request: CallingRequest): boolean {
  return (
    LOOPBACK.has(request.ip) &&
    LOCAL_HOST.test(request.headers.host ?? "") &&
    request.headers["x-forwarded-for"] === undefined &&
    request.headers["forwarded"] === undefined
  );
}
