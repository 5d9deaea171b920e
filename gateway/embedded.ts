import type { Config, DatabaseName } from "../shared/config.ts";
import { DATABASES } from "../shared/config.ts";
import type { DatabaseUse } from "../shared/data/open.ts";
import type { RunningSubgraph } from "../shared/graphql/runtime.ts";
import { startSubgraph } from "../shared/graphql/runtime.ts";
import type { SubgraphDefinition } from "../shared/graphql/subgraph.ts";
import {
  decideMatch,
  DOUBTFUL_SHARE,
  FileRefused,
  institutionFiles,
  institutions,
  listMatches,
  ReleaseUnknown,
} from "../subgraphs/institutions/subgraph.ts";
import { metrics } from "../subgraphs/metrics/subgraph.ts";
import { partners } from "../subgraphs/partners/subgraph.ts";
import { programs } from "../subgraphs/programs/subgraph.ts";
import { platform } from "./platform/subgraph.ts";

/** The subgraphs and the gateway's own, as whoever runs, migrates or composes them needs them. */
export const DEFINITIONS: Readonly<Record<DatabaseName, SubgraphDefinition>> = {
  institutions,
  partners,
  programs,
  metrics,
  platform,
};

/** All subgraphs with their databases open. */
export type RunningSubgraphs = Readonly<Record<DatabaseName, RunningSubgraph>>;

/** Opens all subgraphs in this process; when one cannot be opened, none stays open. */
export async function startSubgraphs(
  config: Pick<Config, "databases">,
  use?: Partial<DatabaseUse>,
): Promise<RunningSubgraphs> {
  const started: Partial<Record<DatabaseName, RunningSubgraph>> = {};
  try {
    for (const name of DATABASES)
      started[name] = await startSubgraph(DEFINITIONS[name], config.databases[name], use);
    return started as RunningSubgraphs;
  } catch (error) {
    await Promise.all(Object.values(started).map((subgraph) => subgraph.close()));
    throw error;
  }
}

export { decideMatch, DOUBTFUL_SHARE, FileRefused, institutionFiles, listMatches, ReleaseUnknown };
export type {
  AmbiguousMatch,
  Doubt,
  ImportOptions,
  ImportReport,
  ListedMatch,
  RowProblem,
} from "../subgraphs/institutions/subgraph.ts";
