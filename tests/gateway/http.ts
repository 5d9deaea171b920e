import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Gateway, GatewayOptions } from "../../gateway/server.ts";
import { createGateway } from "../../gateway/server.ts";
import { createHttpSubgraphs } from "../../gateway/subgraphs/http.ts";
import { VISITOR } from "../../shared/auth/viewer.ts";
import type { FixtureSubgraph, RunningFixture } from "./fixture.ts";
import { startFixture } from "./fixture.ts";

/** A server that answers as it is told. */
export interface TestServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on a free port. */
export async function serve(answer: RequestListener): Promise<TestServer> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** Something that stands in for one subgraph's right answer; answers false to leave it alone. */
export type Sabotage = (response: ServerResponse, request: IncomingMessage, body: string) => boolean;

/** A gateway over subgraphs that are reached over HTTP, each at a server of its own. */
export interface HttpFixture extends RunningFixture {
  readonly gateway: Gateway;
  /** Posts an operation to the gateway as a client does. */
  post(query: string, variables?: Record<string, unknown>): Promise<any>;
  close(): Promise<void>;
}

/** Starts subgraphs and a gateway in front of them. */
export async function startHttpFixture(
  subgraphs: readonly FixtureSubgraph[],
  {
    sabotage = {},
    timeout = 10_000,
    answerLimit = 100_000,
    ...options
  }: {
    sabotage?: Record<string, Sabotage>;
    timeout?: number;
    answerLimit?: number;
  } & Partial<GatewayOptions> = {},
): Promise<HttpFixture> {
  const fixture = startFixture(subgraphs);
  const servers = await Promise.all(
    subgraphs.map(async ({ name }) => {
      const server = await serve(async (request, response) => {
        const body = await bodyOf(request);
        if (sabotage[name]?.(response, request, body)) return;
        const { query, variables, operationName } = JSON.parse(body);
        const answer = await fixture.send({
          subgraph: name,
          query,
          variables,
          operationName,
          operationKind: "query",
          viewer: VISITOR,
        });
        response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
      });
      return [name, server] as const;
    }),
  );
  const urls = Object.fromEntries(servers.map(([name, { url }]) => [name, url]));
  const http = createHttpSubgraphs({ urls, secret: null, timeout, answerLimit });
  const gateway = await createGateway({
    supergraphSdl: fixture.supergraphSdl,
    subgraph: http.execute,
    host: "127.0.0.1",
    port: 0,
    logLevel: "silent",
    ...options,
  });
  return {
    ...fixture,
    gateway,
    async post(query, variables = {}) {
      const answer = await fetch(`${gateway.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query, variables }),
      });
      return answer.json();
    },
    async close() {
      await gateway.close();
      await http.close();
      await Promise.all(servers.map(([, server]) => server.close()));
    },
  };
}
