import { Kind, parse } from "graphql";

/** The response keys at the top of an operation. */
export function rootKeys(operation: string): string[] {
  const keys = new Set<string>();
  for (const definition of parse(operation, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const selection of definition.selectionSet.selections) {
      if (selection.kind === Kind.FIELD) keys.add(selection.alias?.value ?? selection.name.value);
    }
  }
  return [...keys];
}
