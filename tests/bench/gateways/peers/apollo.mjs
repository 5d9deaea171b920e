// Apollo Server in front of @apollo/gateway, on fastify like ours: node apollo.mjs SUPERGRAPH PORT
import { readFileSync } from "node:fs";
import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { fastifyApolloHandler } from "@as-integrations/fastify";
import { fastify } from "fastify";

const [, , file, port] = process.argv;
const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(file, "utf8"),
  buildService: ({ url }) => new RemoteGraphQLDataSource({ url }),
});
const apollo = new ApolloServer({
  gateway,
  plugins: [
    ApolloServerPluginCacheControlDisabled(),
    ApolloServerPluginInlineTraceDisabled(),
    ApolloServerPluginLandingPageDisabled(),
    ApolloServerPluginSchemaReportingDisabled(),
    ApolloServerPluginUsageReportingDisabled(),
  ],
});
await apollo.start();
const server = fastify();
server.route({ url: "/graphql", method: ["GET", "POST"], handler: fastifyApolloHandler(apollo) });
await server.listen({ host: "127.0.0.1", port: Number(port) });
process.stdout.write("listening\n");
