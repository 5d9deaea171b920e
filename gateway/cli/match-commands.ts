import type { Command } from "commander";
import { Option } from "commander";
import type { ListFlags } from "./matches.ts";

/** The commands on matches between the registers, straight on the institutions' own database. */
export function addMatchCommands(program: Command): void {
  const matches = program
    .command("matches")
    .description("which ROR records are IPEDS units: list them, join, keep apart, undo");
  matches
    .command("list")
    .description("matches with their units, towns, scores and reasons")
    .addOption(
      new Option("--state <state>", "which ones")
        .choices(["ambiguous", "joined", "apart", "decided"])
        .default("ambiguous"),
    )
    .option("--json", "one JSON object a line")
    .action(async (flags: ListFlags) => (await import("./matches.ts")).list(flags));
  const decision = (name: string, verdict: "JOINED" | "KEPT_APART", description: string) =>
    matches
      .command(name)
      .description(description)
      .argument("<ror>", "the ROR record, https://ror.org/0…")
      .argument("<unitid>", "the IPEDS unit")
      .option("--remark <text>", "why, for whoever looks at it later")
      .action(async (ror: string, unitid: string, flags: { remark?: string }) =>
        (await import("./matches.ts")).decide(ror, unitid, verdict, flags.remark),
      );
  decision("join", "JOINED", "make one institution of a record and a unit, for every later import, too");
  decision("apart", "KEPT_APART", "keep a record and a unit apart, for every later import, too");
  matches
    .command("undo")
    .description("undo what was decided of a record and a unit")
    .argument("<ror>", "the ROR record, https://ror.org/0…")
    .argument("<unitid>", "the IPEDS unit")
    .action(async (ror: string, unitid: string) => (await import("./matches.ts")).decide(ror, unitid, null));
}
