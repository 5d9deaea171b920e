import type { DocumentNode, FragmentDefinitionNode, SelectionSetNode } from "graphql";
import { GraphQLError, Kind } from "graphql";

/** How large a selection is once every fragment stands where it is spread. */
interface Extent {
  /** Its own fields. */
  readonly top: number;
  /** All fields, at whatever depth. */
  readonly fields: number;
  /** Levels of fields and inline fragments. */
  readonly depth: number;
}

/** The extents of a document's definitions. */
interface Extents {
  readonly operations: Extent[];
  readonly fragments: Extent[];
}

/**
 * The extent of each operation and fragment of a document. Each fragment is measured once, wherever it is spread:
 * the time is linear in the text, whatever the extent.
 */
export function extentsOf(document: DocumentNode): Extents {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const measured = new Map<string, Extent | "open">();

  const ofFragment = (name: string): Extent => {
    const known = measured.get(name);
    if (known === "open") throw circular(name);
    if (known) return known;
    const fragment = fragments.get(name);
    // Validation says that there is none.
    if (!fragment) return NOTHING;
    measured.set(name, "open");
    const extent = ofSet(fragment.selectionSet);
    measured.set(name, extent);
    return extent;
  };

  const ofSet = (set: SelectionSetNode): Extent => {
    let { top, fields, depth } = NOTHING;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const spread = ofFragment(selection.name.value);
        top += spread.top;
        fields += spread.fields;
        depth = Math.max(depth, spread.depth);
        continue;
      }
      const below = selection.selectionSet ? ofSet(selection.selectionSet) : NOTHING;
      const own = selection.kind === Kind.FIELD ? 1 : 0;
      top += own || below.top;
      fields += own + below.fields;
      depth = Math.max(depth, 1 + below.depth);
    }
    return { top, fields, depth };
  };

  const extents: Extents = { operations: [], fragments: [] };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) {
      extents.operations.push(ofSet(definition.selectionSet));
    } else if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      extents.fragments.push(ofFragment(definition.name.value));
    }
  }
  return extents;
}

const NOTHING: Extent = { top: 0, fields: 0, depth: 0 };

/** Endless, so nothing that could be measured; validation would say the same. */
function circular(name: string): GraphQLError {
  return new GraphQLError(`Cannot spread fragment "${name}" within itself.`, {
    extensions: { code: "GRAPHQL_VALIDATION_FAILED", http: { status: 400 } },
  });
}
