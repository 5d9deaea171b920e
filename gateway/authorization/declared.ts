import type { ConstDirectiveNode, DefinitionNode, DocumentNode } from "graphql";
import { Kind } from "graphql";
import { argumentsOf, directiveNames, isAccess, linksIn } from "../execution/links.ts";
import type { Alternatives, Requirement } from "./requirement.ts";

/** What a supergraph demands by directives, by coordinate (`Type`, `Type.field`). */
export type Declared = ReadonlyMap<string, readonly Requirement[]>;

/** Reads `@authenticated`, `@requiresScopes` and `@policy` under the names that a supergraph links them by. */
export function readDeclared({ definitions }: DocumentNode): Declared {
  const readers = readersIn(definitions);
  const declared = new Map<string, Requirement[]>();
  if (readers.size === 0) return declared;
  const known = new Map<string, Requirement>();

  const read = (coordinate: string, directives: readonly ConstDirectiveNode[] = []) => {
    for (const directive of directives) {
      const made = readers.get(directive.name.value)?.(argumentsOf(directive));
      if (!made) continue;
      const text = JSON.stringify(made);
      const requirement = known.get(text) ?? made;
      known.set(text, requirement);
      declared.set(coordinate, [...(declared.get(coordinate) ?? []), requirement]);
    }
  };
  for (const definition of definitions) {
    if (definition.kind === Kind.DIRECTIVE_DEFINITION) continue;
    if (!("name" in definition) || !definition.name) continue;
    const type = definition.name.value;
    read(type, definition.directives as readonly ConstDirectiveNode[] | undefined);
    if (!("fields" in definition)) continue;
    for (const field of definition.fields ?? []) read(`${type}.${field.name.value}`, field.directives);
  }
  return declared;
}

type Reader = (given: Readonly<Record<string, unknown>>) => Requirement;

/** What each of the three features says, by the name in its address, which is its directive's own name too. */
const FEATURES: Readonly<Record<string, Reader>> = {
  authenticated: () => ({ kind: "authenticated" }),
  requiresScopes: ({ scopes }) => ({ kind: "scopes", alternatives: alternativesIn(scopes) }),
  policy: ({ policies }) => ({ kind: "policies", alternatives: alternativesIn(policies) }),
};

/** By the rules of lists, one name may stand for a list of one. What is no name at all is met by nobody. */
function alternativesIn(value: unknown): Alternatives {
  const listed = (each: unknown): unknown[] => (Array.isArray(each) ? each : [each]);
  return listed(value).map((all) => listed(all).map(String).sort());
}

/** The readers of directives, by the names that these have in a supergraph. */
function readersIn(definitions: readonly DefinitionNode[]): Map<string, Reader> {
  const readers = new Map<string, Reader>();
  for (const link of linksIn(definitions).filter(isAccess)) {
    for (const name of directiveNames(link)) readers.set(name, FEATURES[link.feature]!);
  }
  return readers;
}
