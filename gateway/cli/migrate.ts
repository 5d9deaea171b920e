import { readConfig } from "../../shared/config.ts";
import { startSubgraphs } from "../embedded.ts";

/** `consortia migrate`: opening a database brings its tables up to date. */
export async function migrate(): Promise<void> {
  const subgraphs = await startSubgraphs(readConfig());
  for (const { definition, db } of Object.values(subgraphs)) {
    process.stdout.write(`${definition.name}: up to date (${db.source.migrations.length} migrations).\n`);
    await db.close();
  }
}
