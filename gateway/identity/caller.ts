import type { IncomingHttpHeaders } from "node:http";
import type { Viewer } from "../../shared/auth/viewer.ts";
import { VISITOR } from "../../shared/auth/viewer.ts";

/**
 * Who has called and by what right: the viewer, which subgraphs are told of, and what the gateway alone has to
 * know. Every request has one, whatever it came by.
 */
export interface Caller {
  readonly viewer: Viewer;
  readonly credential: Credential;
  /** What the credential allows: the `scope` of a token, or the scopes of an API key. Null: no scopes are told. */
  readonly scopes: readonly string[] | null;
  /** The policies (`@policy`) that its token says hold; none where nothing is said. */
  readonly policies?: readonly string[];
}

/** What a request was signed in by. Budgets are kept, and the audit log written, by its id; it is no secret. */
export interface Credential {
  readonly kind: "NONE" | "DEMO" | "TOKEN" | "API_KEY";
  /** The key's id, or the viewer's; null where there is neither. */
  readonly id: string | null;
}

/** Somebody who has sent no credentials. */
export const NOBODY: Caller = {
  viewer: VISITOR,
  credential: { kind: "NONE", id: null },
  scopes: null,
};

/** What of a request tells who has called: a request over HTTP, or the one that a WebSocket began with. */
export interface CallingRequest {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  /** Where it comes from: what has connected, or whom a trusted proxy asks for. */
  readonly ip: string;
  /** The scheme and the host, with its port, by which this server was reached, as a trusted proxy says or the request. */
  readonly protocol: string;
  readonly host: string;
  readonly raw: { readonly rawHeaders: readonly string[]; readonly url?: string | undefined };
}

/** What an error refers a client to: the request's id in the log, and the pages of the server that was asked. */
export type RequestReference = Pick<CallingRequest, "id" | "protocol" | "host">;

/** Tells who has called; throws `CredentialsRefused` where credentials were sent that are not accepted. */
export type SignIn = (request: CallingRequest) => Caller | Promise<Caller>;
