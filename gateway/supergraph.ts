import { readFileSync } from "node:fs";
import { composeServices } from "@theguild/federation-composition";
import type { EnumTypeDefinitionNode } from "graphql";
import { Kind, parse } from "graphql";
import { StartupError } from "../shared/errors.ts";

/** A subgraph as composition needs it. */
export interface SubgraphPart {
  readonly name: string;
  readonly sdl: string;
  readonly url: string;
}

/** Composes subgraphs into a supergraph. */
export function composeSupergraph(parts: readonly SubgraphPart[]): string {
  const result = composeServices(parts.map(({ name, sdl, url }) => ({ name, url, typeDefs: parse(sdl) })));
  if (result.errors) {
    const reasons = result.errors.map(({ message }) => message).join(" ");
    throw new StartupError(`The subgraphs do not compose: ${reasons}`);
  }
  return result.supergraphSdl;
}

/** Reads a supergraph from a file. */
export function readSupergraph(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new StartupError(
      `The supergraph ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      {
        cause: error,
      },
    );
  }
  subgraphUrls(text, file);
  return text;
}

/** The subgraphs that a supergraph names, and where each is reached: as told here, or else in its `join__Graph`. */
export function subgraphUrls(
  supergraphSdl: string,
  origin = "the supergraph",
  overrides: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const graphs = graphEnum(supergraphSdl, origin);
  const urls: Record<string, string> = {};
  for (const value of graphs.values ?? []) {
    const graph = value.directives?.find((directive) => directive.name.value === "join__graph");
    const argument = (name: string) => {
      const node = graph?.arguments?.find((each) => each.name.value === name)?.value;
      return node?.kind === Kind.STRING ? node.value : undefined;
    };
    const name = argument("name");
    if (name !== undefined) urls[name] = overrides[name] ?? argument("url") ?? "";
  }
  return urls;
}

function graphEnum(supergraphSdl: string, origin: string): EnumTypeDefinitionNode {
  try {
    const found = parse(supergraphSdl, { noLocation: true }).definitions.find(
      (definition): definition is EnumTypeDefinitionNode =>
        definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === "join__Graph",
    );
    if (found) return found;
  } catch (error) {
    throw new StartupError(`${origin} is not GraphQL: ${(error as Error).message}`, { cause: error });
  }
  throw new StartupError(
    `${origin} is not a Federation 2 supergraph: expected an enum join__Graph; got none.`,
  );
}
