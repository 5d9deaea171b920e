// Hive Gateway's runtime with the native planner: node hive.mjs SUPERGRAPH PORT
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createGatewayRuntime } from "@graphql-hive/gateway-runtime";
import { unifiedGraphHandler } from "@graphql-hive/router-runtime";

const [, , file, port] = process.argv;
const runtime = createGatewayRuntime({
  supergraph: readFileSync(file, "utf8"),
  unifiedGraphHandler,
  logging: false,
  landingPage: false,
  graphiql: false,
});
createServer(runtime).listen(Number(port), "127.0.0.1", () => process.stdout.write("listening\n"));
