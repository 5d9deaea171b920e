import type { ConstDirectiveNode, DefinitionNode } from "graphql";
import { Kind } from "graphql";
import { argumentsOf } from "./links.ts";

/**
 * The object types whose objects some subgraph knows by an interface alone, as its interface object: where that
 * subgraph leads to one of them, its own subgraph has to be asked which of them it is.
 */
export function membersOfInterfaceObjects(definitions: readonly DefinitionNode[]): ReadonlySet<string> {
  const isObject = (directive: ConstDirectiveNode) =>
    directive.name.value === "join__type" && argumentsOf(directive)["isInterfaceObject"] === true;
  const interfaces = new Set<string>();
  for (const definition of definitions) {
    if (definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    if (definition.directives?.some(isObject)) interfaces.add(definition.name.value);
  }
  const members = new Set<string>();
  for (const definition of definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    if (definition.interfaces?.some(({ name }) => interfaces.has(name.value)))
      members.add(definition.name.value);
  }
  return members;
}
