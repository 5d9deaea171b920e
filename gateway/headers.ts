import type { IncomingHttpHeaders } from "node:http";
import { VIEWER_HEADER } from "../shared/auth/signature.ts";
import { StartupError } from "../shared/errors.ts";

/** What belongs to one connection or one body, or is ours to say: passed on it would be wrong, or a lie. */
const NEVER = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "host",
  "keep-alive",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  VIEWER_HEADER,
]);

/** Picks the headers that go on to subgraphs; undefined where none of them was sent. */
export function passedHeaders(names: readonly string[]) {
  const wanted = names.map((name) => name.toLowerCase());
  for (const name of wanted) {
    if (NEVER.has(name) || !/^[a-z0-9-]+$/.test(name)) {
      throw new StartupError(`The header "${name}" cannot be passed on to subgraphs.`);
    }
  }
  return ({
    headers,
  }: {
    readonly headers: IncomingHttpHeaders;
  }): Readonly<Record<string, string>> | undefined => {
    let passed: Record<string, string> | undefined;
    for (const name of wanted) {
      const value = headers[name];
      if (value !== undefined) (passed ??= {})[name] = Array.isArray(value) ? value.join(", ") : value;
    }
    return passed;
  };
}
