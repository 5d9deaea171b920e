import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, validate } from "graphql";
import { StartupError } from "../../shared/errors.ts";
import { explainPlan } from "../execution/explain.ts";
import { sourceToPlan } from "../execution/planned-source.ts";
import { createPlanner } from "../execution/planner.ts";
import { readSupergraph } from "../supergraph.ts";
import type { CommandContext } from "./main.ts";

/** `consortia explain`: prints how an operation would be answered; nothing is asked. */
export async function explain(
  { root }: CommandContext,
  file: string,
  options: { supergraph?: string; operation?: string; variables?: string },
): Promise<void> {
  const supergraph = options.supergraph ?? join(root, "schema", "supergraph.graphql");
  const planner = await createPlanner(readSupergraph(supergraph));
  const document = readOperation(file);
  const [invalid] = validate(planner.apiSchema, document);
  if (invalid) throw new StartupError(`${file} is not valid for this graph: ${invalid.message}`);
  const text = sourceToPlan(document, options.operation, readVariables(options.variables), planner);
  const plan = text === null ? null : await planner.plan(text, options.operation);
  process.stdout.write(explainPlan(plan));
}

function readOperation(file: string) {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new StartupError(
      code ? `The operation ${file} cannot be read (${code}).` : `${file} is not GraphQL: ${message}`,
      { cause: error },
    );
  }
}

function readVariables(text = "{}"): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new StartupError(`--variables takes an object of JSON, such as '{"first": 10}'; got ${text}.`, {
      cause: error,
    });
  }
}
