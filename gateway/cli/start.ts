import { join } from "node:path";
import { readConfig } from "../../shared/config.ts";
import { DEMO_VIEWERS } from "../../shared/demo/viewers.ts";
import { DEMO_HEADER } from "../demo-viewers.ts";
import { whyNoLocalIssuer } from "../identity/local-issuer.ts";
import { startPlatform } from "../one-process.ts";
import type { CommandContext } from "./main.ts";
import { isEmpty, loadDemo } from "./load-demo.ts";
import { untilSignalled } from "./signals.ts";

/** `consortia start`: the whole platform in one process. */
export async function start({ root }: CommandContext): Promise<void> {
  const config = readConfig();
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say("Opening the databases…");
  const platform = await startPlatform(config, join(root, "schema", "supergraph.graphql"));
  try {
    if (config.isDemo && (await isEmpty(platform.subgraphs))) {
      say("Loading the demo network (invented institutions, partners and figures)…");
      await loadDemo(platform.subgraphs, 1);
    }
    await platform.becomeReady();
  } catch (error) {
    await platform.close();
    throw error;
  }

  // Whoever reads that it listens may tell it to stop at once.
  const told = untilSignalled();
  say("");
  say(`  Graph     ${platform.url}/graphql`);
  say(`  Explorer  ${platform.url}/explorer`);
  const whyNobody = whyNoLocalIssuer(config);
  if (config.isDemo && whyNobody !== null) {
    say("");
    say(
      `  Nobody can be one of the demo network's people here: ${whyNobody}. Without a sign-in all are visitors.`,
    );
  }
  if (whyNobody === null) {
    say("");
    say("  Ask as one of the demo network's people, from this machine, with a header:");
    for (const { header, description } of DEMO_VIEWERS)
      say(`    ${DEMO_HEADER}: ${header.padEnd(10)} ${description}`);
    say("  Without a header you are a visitor and see what is public. The demo network is made up.");
  }
  say("");
  say("  Ctrl+C stops it; the data stays.");
  await told;
  await platform.close();
}
