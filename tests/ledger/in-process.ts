import type { RunningSubgraphs } from "../../gateway/embedded.ts";
import type { SubgraphExecutor } from "../../gateway/execution/subgraph-executor.ts";
import { catchUpAll } from "../../gateway/feeds.ts";
import { withPlatform } from "../../gateway/platform/platform.ts";
import { DEMO_VIEWERS } from "../../shared/demo/viewers.ts";
import { demoWorld } from "../../shared/demo/world.ts";
import type { Change, MutationAnswer, Supplies } from "./ledger.ts";
import { supply } from "./ledger.ts";

/** The two subgraphs that changes go to, asked directly. */
export function executorOver({ institutions, platform }: RunningSubgraphs): SubgraphExecutor {
  return withPlatform(
    ({ query, variables, viewer, requestId }) =>
      institutions.execute({ query, variables }, viewer, requestId),
    platform,
    () => {},
  );
}

/** Makes a change as the one of the demo network's people who may. */
export async function makeChange(send: SubgraphExecutor, change: Change): Promise<MutationAnswer> {
  const { kind, query, input, viewer } = change;
  return (await send({
    subgraph: kind === "key" || kind === "role" ? "platform" : "institutions",
    query,
    variables: { input },
    operationKind: "mutation",
    viewer: DEMO_VIEWERS.find(({ header }) => header === viewer)!.viewer,
  })) as MutationAnswer;
}

/** The demo network's people and institutions, and what changes need besides. */
export async function loadPeople(subgraphs: RunningSubgraphs, count: number): Promise<Supplies> {
  const { institutions, platform } = subgraphs;
  for (const { db, definition } of [institutions, platform])
    await definition.loadDemo!(db, demoWorld(), () => {});
  await catchUpAll(subgraphs);
  return supply(institutions.db, platform.db, count);
}
