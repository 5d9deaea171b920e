import { join } from "node:path";
import { GraphQLClient } from "graphql-request";
import { loadDemo } from "../gateway/cli/load-demo.ts";
import { DEMO_HEADER } from "../gateway/demo-viewers.ts";
import type { Platform } from "../gateway/one-process.ts";
import { startPlatform } from "../gateway/one-process.ts";
import type { DatabaseName, SubgraphName } from "../shared/config.ts";
import { DATABASES, SUBGRAPHS } from "../shared/config.ts";
import type { DatabaseLocation } from "../shared/data/open.ts";
import { emptyDatabase } from "./database.ts";

/** The platform as `start` runs it, with the demo network, on databases that are thrown away. */
export interface TestPlatform extends Platform {
  /** Sends an operation over HTTP as one of the demo viewers; answers data and errors. */
  ask<T = any>(query: string, viewer?: string, variables?: object): Promise<{ data: T; errors?: any[] }>;
  /** The statements that some work sends, by subgraph. */
  statementsOf(work: () => Promise<unknown>): Promise<Record<SubgraphName, string[]>>;
}

export async function startTestPlatform({ scale = 1, isProduction = false } = {}): Promise<TestPlatform> {
  const databases = DATABASES.map((name) => [name, emptyDatabase(name)] as const);
  const platform = await startPlatform(
    {
      host: "localhost",
      port: 0,
      logLevel: "silent",
      isDemo: true,
      isProduction,
      issuers: [],
      budgets: { member: null, visitor: null },
      redisUrl: null,
      maxDelay: 0,
      corsOrigins: [],
      trustedProxies: [],
      trustedDocuments: null,
      isTrustedOnly: false,
      databases: Object.fromEntries(databases.map(([name, { location }]) => [name, location])) as Record<
        DatabaseName,
        DatabaseLocation
      >,
    },
    join(__dirname, "../schema/supergraph.graphql"),
  );
  await loadDemo(platform.subgraphs, scale);
  await platform.becomeReady();
  return {
    ...platform,
    async ask(query, viewer, variables = {}) {
      const client = new GraphQLClient(`${platform.url}/graphql`, {
        errorPolicy: "all",
        headers: viewer ? { [DEMO_HEADER]: viewer } : {},
      });
      const { data, errors } = await client.rawRequest<any>(query, variables);
      return { data, ...(errors ? { errors } : {}) };
    },
    async statementsOf(work) {
      const sent = Object.fromEntries(SUBGRAPHS.map((name) => [name, [] as string[]])) as Record<
        SubgraphName,
        string[]
      >;
      const stops = SUBGRAPHS.map((name) =>
        platform.subgraphs[name].db.onStatement((statement) => {
          // The feeds go on in the background; they are not what is counted.
          if (!/\b(feed_position|feed_head|outbox)\b/.test(statement)) sent[name].push(statement);
        }),
      );
      await work();
      for (const stop of stops) stop();
      return sent;
    },
    async close() {
      await platform.close();
      for (const [, database] of databases) await database.drop();
    },
  };
}
