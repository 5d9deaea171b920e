import type { Command } from "commander";
import type { KeyFlags } from "./key.ts";
import type { PersonFlags } from "./person.ts";

/** The commands on people and API keys, straight on the platform's own database. */
export function addPlatformCommands(program: Command): void {
  const key = program.command("key").description("API keys: create, list, rotate, revoke");
  key
    .command("create")
    .description("print the id and the secret of a new key, this once")
    .requiredOption("--name <text>", "what it is for, or which service has it")
    .option("--owner <person>", "the person whose key it is; without, it is a service's")
    .option("--organisation <id>", "the institution or partner organisation that it acts for")
    .option("--consortium <id>", "the consortium in which it has roles")
    .option("--role <role...>", "MEMBER, ANALYST, STEWARD, CONSORTIUM_ADMIN or OPERATOR")
    .option("--scope <scope...>", "READ, WRITE, AUDIT or KEYS (default: READ)")
    .option("--expires <days>", "days after which it ceases to be accepted", "90d")
    .action(async (flags: KeyFlags) => (await import("./key.ts")).createKey(flags));
  key
    .command("list")
    .description("all keys, the newest first")
    .action(async () => (await import("./key.ts")).listKeys());
  key
    .command("rotate")
    .description("print a new secret; the present one goes on for the overlap")
    .argument("<id>", "the key")
    .option("--expires <days>", "days after which the key ceases to be accepted", "90d")
    .option("--overlap <hours>", "hours that the present secret goes on", "24h")
    .action(async (id: string, flags: { expires: string; overlap: string }) =>
      (await import("./key.ts")).rotateKeyById(id, flags),
    );
  key
    .command("revoke")
    .description("end a key at once and for good")
    .argument("<id>", "the key")
    .action(async (id: string) => (await import("./key.ts")).revokeKeyById(id));

  const person = program.command("person").description("people: put somebody down, give them a role");
  person
    .command("add")
    .description("print the id of a person whom an issuer of tokens vouches for")
    .requiredOption("--issuer <address>", "the issuer, exactly as its tokens say it")
    .requiredOption("--subject <text>", "what the issuer calls them: the tokens' sub")
    .option("--name <text>", "their name")
    .option("--organisation <id...>", "the institutions and partner organisations that they belong to")
    .action(async (flags: PersonFlags) => (await import("./person.ts")).addPerson(flags));
  person
    .command("grant")
    .description("give a person a role, such as the first admin of a consortium")
    .argument("<person>", "the person's id")
    .requiredOption("--consortium <id>", "the consortium")
    .requiredOption("--role <role>", "ANALYST, STEWARD, CONSORTIUM_ADMIN or OPERATOR")
    .option(
      "--organisation <id>",
      "the organisation by which they have it, and with whose membership it ends",
    )
    .action(async (id: string, flags: { consortium: string; role: string; organisation?: string }) =>
      (await import("./person.ts")).grantToPerson(id, flags),
    );
}
