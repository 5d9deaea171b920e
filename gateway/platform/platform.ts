import type { Viewer } from "../../shared/auth/viewer.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import type { SubgraphExecutor } from "../execution/subgraph-executor.ts";
import { variablesIn } from "../execution/subgraph-executor.ts";
import type { Caller } from "../identity/caller.ts";
import type { AskOwner, PlatformContext } from "./context.ts";

/** The name under which the platform's own subgraph is composed. */
export const PLATFORM = "platform";

/** Asks over the way that all operations go. */
function askOwnerThrough(send: SubgraphExecutor): AskOwner {
  return async (subgraph, representations, viewer) => {
    const { data, errors } = await send({
      subgraph,
      query: "query($representations:[_Any!]!){_entities(representations:$representations){__typename}}",
      operationKind: "query",
      variables: { representations },
      viewer,
    });
    const entities = data?.["_entities"];
    if (!Array.isArray(entities))
      throw new Error(`${subgraph} does not tell which records there are: ${errors?.[0]?.message}`);
    return entities as (object | null)[];
  };
}

/** Somebody of whom nothing is known but what subgraphs are told. */
const callerOf = (viewer: Viewer): Caller => ({
  viewer,
  credential: { kind: "NONE", id: viewer.id },
  scopes: null,
});

/** Adds the platform's own subgraph, which is always in the gateway's process, to a way that reaches the others. */
export function withPlatform(
  send: SubgraphExecutor,
  platform: RunningSubgraph,
  onChange: () => void,
): SubgraphExecutor {
  const askOwner = askOwnerThrough(send);
  return (request) => {
    if (request.subgraph !== PLATFORM) return send(request);
    const { query, operationName, viewer, caller = callerOf(viewer) } = request;
    const { requestId = null, price = null } = request;
    const context: PlatformContext = {
      ...platform.contextOf(viewer),
      caller,
      requestId,
      price,
      askOwner,
      onChange,
    };
    return platform.executeIn({ query, operationName, variables: variablesIn(request) }, context);
  };
}
