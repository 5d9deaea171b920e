import "reflect-metadata";
import { Command, CommanderError, Option } from "commander";
import { StartupError } from "../../shared/errors.ts";
import { sentenceOf } from "./failures.ts";
import type { GatewayFlags } from "./gateway.ts";
import type { ImportFlags } from "./import.ts";
import { addMatchCommands } from "./match-commands.ts";
import { addPlatformCommands } from "./platform-commands.ts";

/** What every command receives beside its arguments. */
export interface CommandContext {
  /** The folder of the project, where `schema/` lies. */
  readonly root: string;
}

/**
 * The operator's door. Each command is a file of its own and loaded when called, so that starting the platform
 * doesn't wait for what only an import needs.
 */
export async function main(argv: readonly string[], root: string): Promise<void> {
  const context: CommandContext = { root };
  const program = new Command("consortia")
    .description("The shared graph of an education partnership network.")
    .showHelpAfterError()
    .exitOverride();

  program
    .command("start")
    .description("the whole platform in one process, with the demo network on empty databases")
    .action(async () => (await import("./start.ts")).start(context));
  program
    .command("gateway")
    .description("the gateway alone, over separate subgraphs or any Federation 2 supergraph")
    .option(
      "--supergraph <file>",
      "a supergraph file of your own; no subgraph, database or sign-in of ours is needed",
    )
    .option("--port <number>", "port to listen on (default: PORT, or 4000)")
    .option(
      "--plans",
      "with --supergraph: tell whoever asks the plan of an operation, and what each fetch took",
    )
    .option("--override-label <label...>", "with --supergraph: labels of @override that are switched on")
    .option("--pass-header <name...>", "with --supergraph: headers of clients that go on to subgraphs")
    .option(
      "--limits",
      "with --supergraph: refuse what asks for more than our own graph allows, and tell costs",
    )
    .option(
      "--mask-errors",
      "with --supergraph: pass on no error of a subgraph's whose code is not one of ours",
    )
    .addOption(
      new Option("--subscribe-by <protocol>", "with --supergraph: how subgraphs are subscribed to")
        .choices(["sse", "ws"])
        .default("sse"),
    )
    .action(async (options: GatewayFlags) => (await import("./gateway.ts")).gateway(context, options));
  program
    .command("subgraph")
    .description("one subgraph as a process of its own")
    .argument("<name>", "institutions, partners, programs or metrics")
    .action(async (name: string) => (await import("./subgraph.ts")).subgraph(name));
  program
    .command("trust")
    .description("write the manifest of trusted documents: what clients may ask by its id")
    .argument("<file...>", "documents, one operation in each")
    .action(async (files: string[]) => (await import("./trust.ts")).trust(files));
  program
    .command("migrate")
    .description("bring the databases' tables up to date, and stop")
    .action(async () => (await import("./migrate.ts")).migrate());
  program
    .command("import")
    .description("load institutions from a file of a public register")
    .argument("<source>", "ipeds or ror")
    .argument("<file>", "the file, as it was downloaded")
    .option("--dry-run", "report what would change, and change nothing")
    .option("--as-of <date>", "the file's year, month or day, where its name and its rows don't tell")
    .option(
      "--yes",
      "apply it although many institutions would be closed, emptied or missing, or rows rejected",
    )
    .option(
      "--report <file>",
      "write every refused row, warning and ambiguous match there, one JSON object a line",
    )
    .action(async (source: string, file: string, options: ImportFlags) =>
      (await import("./import.ts")).importFile(source, file, options),
    );
  addMatchCommands(program);
  program
    .command("demo")
    .description("fill empty databases with the demo network")
    .option("--scale <number>", "how many times as large, 1 to 100", "1")
    .action(async (options: { scale: string }) => (await import("./demo.ts")).demo(options))
    .command("token")
    .description("print an access token for one of the demo network's people, from the running platform")
    .argument("<name>", "member, analyst, steward, partner, admin or operator")
    .option("--url <address>", "where the platform runs (default: by HOST and PORT)")
    .action(async (name: string, options: { url?: string }) =>
      (await import("./demo-token.ts")).demoToken(name, options),
    );
  program
    .command("schema")
    .description("write schema/*.graphql from the code")
    .option("--check", "only tell whether they are up to date")
    .action(async (options: { check?: boolean }) => (await import("./schema.ts")).schema(context, options));
  program
    .command("explain")
    .description("print how an operation is answered: which subgraph is asked what, and in which order")
    .argument("<file>", "the operation, as GraphQL")
    .option("--supergraph <file>", "another supergraph than the platform's own")
    .option("--operation <name>", "which of the file's operations, when it has several")
    .option("--variables <json>", "variables that decide what is skipped or included")
    .action(async (file: string, options: { supergraph?: string; operation?: string; variables?: string }) =>
      (await import("./explain.ts")).explain(context, file, options),
    );
  addPlatformCommands(program);
  program.command("build").description("compile the sources, when they have changed");

  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof CommanderError) process.exitCode = error.exitCode;
    else {
      const sentence = error instanceof StartupError ? error : sentenceOf(error);
      if (!sentence) throw error;
      process.stderr.write(`${sentence.message}\n`);
    }
  }
}
