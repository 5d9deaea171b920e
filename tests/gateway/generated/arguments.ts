import type { GraphQLField } from "graphql";
import type { Choices } from "./choices.ts";

/** Arguments for some of a field's parameters. */
export function argumentsFor({ args }: GraphQLField<unknown, unknown>, choices: Choices): string {
  const values: Record<string, readonly string[]> = {
    x: ["1", "null", "$x", "$nothing", "$absent"],
    mode: ["ON", "OFF", "null"],
    filter: ["{ n: 1 }", "{ n: $x, modes: $modes }", "{ modes: [ON], below: { n: $absent } }", "null"],
  };
  const given = choices.some(args).map(({ name }) => `${name}: ${choices.pick(values[name]!)}`);
  return given.length > 0 ? `(${given.join(", ")})` : "";
}
