import { readConfig } from "../../shared/config.ts";
import { StartupError } from "../../shared/errors.ts";
import { startSubgraphs } from "../embedded.ts";
import { loadDemo } from "./load-demo.ts";

/** `consortia demo --scale N`: the demo network, N times as large, for benchmarks and load. */
export async function demo({ scale: text }: { scale: string }): Promise<void> {
  const scale = Number(text);
  if (!Number.isInteger(scale) || scale < 1 || scale > 100) {
    throw new StartupError(`--scale expects a whole number from 1 to 100; got "${text}".`);
  }
  const subgraphs = await startSubgraphs(readConfig());
  try {
    const started = Date.now();
    await loadDemo(subgraphs, scale);
    process.stdout.write(
      `The demo network at scale ${scale} is loaded (${Math.round((Date.now() - started) / 1000)} s).\n`,
    );
  } finally {
    await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.close()));
  }
}
