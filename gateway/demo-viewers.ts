import { DEMO_VIEWERS } from "../shared/demo/viewers.ts";
import type { Caller, CallingRequest } from "./identity/caller.ts";
import { NOBODY } from "./identity/caller.ts";

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
    LOOPBACK.has(request.socket.remoteAddress ?? "") &&
    LOCAL_HOST.test(request.headers.host ?? "") &&
    request.headers["x-forwarded-for"] === undefined &&
    request.headers["forwarded"] === undefined
  );
}

/** Who is asking, by the demo header. It counts only for a caller on this machine; others are visitors. */
export function demoSignIn(request: CallingRequest): Caller {
  const name = request.headers[DEMO_HEADER];
  const person = isFromThisMachine(request) && DEMO_VIEWERS.find((each) => each.header === name);
  if (!person) return NOBODY;
  const { viewer } = person;
  return { viewer, credential: { kind: "DEMO", id: viewer.id }, scopes: null };
}
