import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DATABASES } from "../../shared/config.ts";
import { StartupError } from "../../shared/errors.ts";
import { buildFederatedSchema } from "../../shared/graphql/subgraph.ts";
import { DEFINITIONS } from "../embedded.ts";
import { createPlanner } from "../execution/planner.ts";
import { printSchema } from "graphql";
import { composeSupergraph } from "../supergraph.ts";
import type { CommandContext } from "./main.ts";

/** Every file of `schema/` with its text, made from the code alone: no server, no database. */
export async function schemaFiles(): Promise<Record<string, string>> {
  const parts = DATABASES.map((name) => ({ name, sdl: buildFederatedSchema(DEFINITIONS[name]).sdl }));
  // Addresses are settings, not schema: the gateway replaces these by the subgraphs' own.
  const supergraph = composeSupergraph(
    parts.map((part) => ({ ...part, url: `http://${part.name}/graphql` })),
  );
  return {
    ...Object.fromEntries(parts.map(({ name, sdl }) => [`${name}.graphql`, ended(sdl)])),
    "supergraph.graphql": ended(supergraph),
    "api.graphql": ended(printSchema((await createPlanner(supergraph)).apiSchema)),
  };
}

/** `consortia schema`: writes the files, or with `--check` tells which of them are out of date. */
export async function schema(
  { root }: CommandContext,
  { check = false }: { check?: boolean },
): Promise<void> {
  const folder = join(root, "schema");
  const stale: string[] = [];
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(await schemaFiles())) {
    const file = join(folder, name);
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    stale.push(name);
    if (!check) writeFileSync(file, text);
  }
  if (check && stale.length > 0) {
    throw new StartupError(
      `Out of date in schema/: ${stale.join(", ")}. Run \`npm run schema\` and commit what it writes.`,
    );
  }
  const verb = check ? "are fresh" : "written";
  process.stdout.write(
    stale.length > 0 ? `schema/: ${stale.join(", ")} ${verb}.\n` : "schema/: all files are fresh.\n",
  );
}

const ended = (text: string) => `${text.trimEnd()}\n`;
