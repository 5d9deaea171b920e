import type { FieldNode, SelectionSetNode } from "graphql";
import { Kind, parse } from "graphql";

/** The response keys at the top of an operation. */
export function rootKeys(operation: string): string[] {
  return [...new Set(rootFields(operation).map(keyOf))];
}

/** A key that an entity fetch asks for, and of objects of which type; of all when there is none. */
export interface EntityKey {
  readonly type: string | null;
  readonly key: string;
}

/** What an operation asks of the entities under each of its keys. */
export function entityKeys(operation: string): Map<string, readonly EntityKey[]> {
  return new Map(rootFields(operation).map((field) => [keyOf(field), keysIn(field.selectionSet, null)]));
}

function keysIn(set: SelectionSetNode | undefined, type: string | null): EntityKey[] {
  return (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return keysIn(selection.selectionSet, selection.typeCondition?.name.value ?? type);
    }
    // A type's name is known before, and a plan has no fragments by name.
    return selection.kind === Kind.FIELD && selection.name.value !== "__typename"
      ? [{ type, key: keyOf(selection) }]
      : [];
  });
}

function rootFields(operation: string): FieldNode[] {
  const { definitions } = parse(operation, { noLocation: true });
  return definitions
    .flatMap((each) => (each.kind === Kind.OPERATION_DEFINITION ? each.selectionSet.selections : []))
    .filter((selection) => selection.kind === Kind.FIELD);
}

const keyOf = ({ alias, name }: FieldNode) => alias?.value ?? name.value;
