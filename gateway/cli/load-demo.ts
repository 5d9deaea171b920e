import sql from "sql-template-tag";
import { DATABASES } from "../../shared/config.ts";
import { demoWorld } from "../../shared/demo/world.ts";
import type { RunningSubgraphs } from "../embedded.ts";
import { catchUpAll } from "../feeds.ts";
import { showProgress } from "./progress.ts";

/** True when nothing has been put into the databases yet. */
export async function isEmpty(subgraphs: RunningSubgraphs): Promise<boolean> {
  const [partnership] = await subgraphs.partners.db.read(sql`SELECT id FROM partnership LIMIT 1`);
  const [institution] = await subgraphs.institutions.db.read(sql`SELECT id FROM institution LIMIT 1`);
  return !partnership && !institution;
}

/** Fills the databases with the demo network and brings all projections up to date. */
export async function loadDemo(subgraphs: RunningSubgraphs, scale: number): Promise<void> {
  const world = demoWorld({ scale });
  for (const name of DATABASES) {
    const { definition, db } = subgraphs[name];
    if (!definition.loadDemo) continue;
    const progress = showProgress(`Demo network: ${name}`);
    await definition.loadDemo(db, world, progress.update);
    progress.finish();
  }
  await catchUpAll(subgraphs);
}
