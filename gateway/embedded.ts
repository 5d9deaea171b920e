import type { Config, SubgraphName } from "../shared/config.ts";
import { SUBGRAPHS } from "../shared/config.ts";
import type { RunningSubgraph } from "../shared/graphql/runtime.ts";
import { startSubgraph } from "../shared/graphql/runtime.ts";
import type { SubgraphDefinition } from "../shared/graphql/subgraph.ts";
import { FileRefused, institutionFiles, institutions } from "../subgraphs/institutions/subgraph.ts";
import { metrics } from "../subgraphs/metrics/subgraph.ts";
import { partners } from "../subgraphs/partners/subgraph.ts";
import { programs } from "../subgraphs/programs/subgraph.ts";

/** The four subgraphs, as whoever runs, migrates or composes them needs them. */
export const DEFINITIONS: Readonly<Record<SubgraphName, SubgraphDefinition>> = {
  institutions,
  partners,
  programs,
  metrics,
};

/** All subgraphs with their databases open. */
export type RunningSubgraphs = Readonly<Record<SubgraphName, RunningSubgraph>>;

/** Opens all four subgraphs in this process; when one cannot be opened, none stays open. */
export async function startSubgraphs(config: Pick<Config, "databases">): Promise<RunningSubgraphs> {
  const started: Partial<Record<SubgraphName, RunningSubgraph>> = {};
  try {
    for (const name of SUBGRAPHS)
      started[name] = await startSubgraph(DEFINITIONS[name], config.databases[name]);
    return started as RunningSubgraphs;
  } catch (error) {
    await Promise.all(Object.values(started).map((subgraph) => subgraph.close()));
    throw error;
  }
}

export { FileRefused, institutionFiles };
