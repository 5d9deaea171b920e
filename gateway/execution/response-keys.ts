import type { DocumentNode, FieldNode, SelectionSetNode } from "graphql";
import { Kind, parse } from "graphql";

/** The response keys at the top of an operation that only its answer can fill: a type's name is known before. */
export function rootKeys(operation: string): string[] {
  const fields = rootFields(parse(operation, { noLocation: true }));
  return [...new Set(fields.filter(({ name }) => name.value !== "__typename").map(keyOf))];
}

/** A key that an entity fetch asks for, and of objects of which type; of all when there is none. */
export interface EntityKey {
  readonly type: string | null;
  readonly key: string;
}

/** What an operation asks of the entities under each of its keys. */
export function entityKeys(operation: string): Map<string, readonly EntityKey[]> {
  const document = parse(operation, { noLocation: true });
  const fragments = new Map(
    document.definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [],
    ),
  );
  const keysIn = (set: SelectionSetNode | undefined, type: string | null): EntityKey[] =>
    (set?.selections ?? []).flatMap((selection) => {
      if (selection.kind === Kind.FIELD) {
        // A type's name is known before.
        return selection.name.value === "__typename" ? [] : [{ type, key: keyOf(selection) }];
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      return keysIn(fragment?.selectionSet, fragment?.typeCondition?.name.value ?? type);
    });
  return new Map(rootFields(document).map((field) => [keyOf(field), keysIn(field.selectionSet, null)]));
}

function rootFields({ definitions }: DocumentNode): FieldNode[] {
  return definitions
    .flatMap((each) => (each.kind === Kind.OPERATION_DEFINITION ? each.selectionSet.selections : []))
    .filter((selection) => selection.kind === Kind.FIELD);
}

/** The key of a field in the answer. */
export const keyOf = ({ alias, name }: FieldNode) => alias?.value ?? name.value;
