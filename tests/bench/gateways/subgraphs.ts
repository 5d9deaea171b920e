import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { execute, parse } from "graphql";
import { schemaOf, SUBGRAPHS } from "./domain.ts";

/** Serves the subgraphs; each answer is made once and then given from memory, so that they take next to no time. */
async function main(): Promise<void> {
  const urls: Record<string, string> = {};
  for (const subgraph of SUBGRAPHS) {
    const schema = schemaOf(subgraph);
    const known = new Map<string, Buffer>();
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body = Buffer.concat(chunks).toString();
        const send = (answer: Buffer) =>
          response
            .writeHead(200, { "content-type": "application/json", "content-length": answer.length })
            .end(answer);
        const answer = known.get(body);
        if (answer) return void send(answer);
        const { query, variables } = JSON.parse(body) as {
          query: string;
          variables?: Record<string, unknown>;
        };
        void Promise.resolve(
          execute({ schema, document: parse(query), variableValues: variables ?? {} }),
        ).then((result) => {
          const made = Buffer.from(JSON.stringify(result));
          known.set(body, made);
          send(made);
        });
      });
    });
    server.keepAliveTimeout = 60_000;
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    urls[subgraph.name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }
  process.stdout.write(`${JSON.stringify(urls)}\n`);
}

void main();
