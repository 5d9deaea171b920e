import { randomUUID } from "node:crypto";
import { getOperationAST, getVariableValues, parse } from "graphql";
import type { Caller } from "../../gateway/identity/caller.ts";
import { CredentialsRefused } from "../../gateway/identity/refused.ts";
import { callerByKey } from "../../gateway/platform/key/keys.ts";
import { hashOfSecret } from "../../gateway/platform/key/secret.ts";
import { personAsViewer } from "../../gateway/platform/person/people.ts";
import { PLATFORM, withPlatform } from "../../gateway/platform/platform.ts";
import type { Database } from "../../shared/data/database.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";

/** Somebody who has signed in by a token. */
export async function personCalls(db: Database, id: string): Promise<Caller> {
  return { viewer: await personAsViewer(db, id), credential: { kind: "TOKEN", id }, scopes: [] };
}

/** Whoever has a secret; null when it isn't accepted. */
export const keyCalls = (db: Database, secret: string): Promise<Caller | null> =>
  callerByKey(db, hashOfSecret(secret), () => {}).catch((error: unknown) => {
    if (error instanceof CredentialsRefused) return null;
    throw error;
  });

/** What the platform's own subgraph answers to a caller. */
export function asker(running: RunningSubgraph) {
  const changes = { count: 0 };
  const nobodyElse = () => Promise.reject(new Error("No other subgraph is asked here."));
  const send = withPlatform(nobodyElse, running, () => changes.count++);
  const ask = async (caller: Caller, query: string, variables = {}): Promise<any> => {
    const document = parse(query);
    const { variableDefinitions = [] } = getOperationAST(document)!;
    // As the gateway does: what reaches a subgraph has its defaults.
    const { coerced = {} } = getVariableValues(running.schema, variableDefinitions, variables);
    const answer = await send({
      subgraph: PLATFORM,
      query,
      operationKind: query.startsWith("mutation") ? "mutation" : "query",
      variables: coerced,
      viewer: caller.viewer,
      caller,
      requestId: randomUUID(),
    });
    const [error] = answer.errors ?? [];
    return error ? { message: error.message, ...error.extensions } : answer.data;
  };
  return Object.assign(ask, { changes });
}
