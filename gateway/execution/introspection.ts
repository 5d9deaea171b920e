import type { DocumentNode, GraphQLSchema, OperationDefinitionNode, SelectionNode } from "graphql";
import { execute, getOperationAST, Kind } from "graphql";
import type { Data } from "./types.ts";

const META_FIELDS = new Set(["__schema", "__type"]);
const NOTHING: Data = Object.freeze({});

/** An operation taken apart: what the schema itself answers, and what subgraphs are asked. */
interface Parts {
  readonly meta: SelectionNode[];
  readonly rest: SelectionNode[];
}

/**
 * A document's one operation without the fields that the schema itself answers. Null when nothing is left that a
 * subgraph has to be asked for.
 */
export function withoutMetaFields(document: DocumentNode): DocumentNode | null {
  const operation = getOperationAST(document);
  if (!operation) return null;
  const names = namesAtTop(document, operation);
  const hasMeta = [...META_FIELDS].filter((name) => names.delete(name)).length > 0;
  if (names.size === 0 || (names.size === 1 && names.has("__typename"))) return null;
  return hasMeta ? withSelections(document, operation, takeApart(document, operation).rest) : document;
}

/** Answers the fields at the top that are about the schema; no subgraph hears of them. */
export function compileIntrospection(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): (variables: Readonly<Record<string, unknown>>) => Data {
  const names = namesAtTop(document, operation);
  if (![...META_FIELDS].some((name) => names.has(name))) return () => NOTHING;
  const alone = withSelections(document, operation, takeApart(document, operation).meta);
  return (variableValues) => {
    const result = execute({ schema, document: alone, variableValues }) as { data?: Data | null };
    return result.data ?? NOTHING;
  };
}

/** The fields that an operation has at the top, inside fragments too. */
function namesAtTop(document: DocumentNode, operation: OperationDefinitionNode): Set<string> {
  const [names, spread] = [new Set<string>(), new Set<string>()];
  const visit = (selections: readonly SelectionNode[]): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        names.add(selection.name.value);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        visit(selection.selectionSet.selections);
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        visit(fragmentNamed(document, selection.name.value)?.selectionSet.selections ?? []);
      }
    }
  };
  visit(operation.selectionSet.selections);
  return names;
}

/** Splits the selections at the top in two, fragments that hold of both included. */
function takeApart(document: DocumentNode, operation: OperationDefinitionNode): Parts {
  const spread = new Set<string>();
  const split = (selections: readonly SelectionNode[], isAlways: boolean): Parts => {
    const parts: Parts = { meta: [], rest: [] };
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        (META_FIELDS.has(selection.name.value) ? parts.meta : parts.rest).push(selection);
        continue;
      }
      const isPlain = isAlways && !selection.directives?.length;
      let fragment: Omit<Extract<SelectionNode, { kind: Kind.INLINE_FRAGMENT }>, "kind"> | undefined;
      if (selection.kind === Kind.INLINE_FRAGMENT) fragment = selection;
      else if (!spread.has(selection.name.value)) {
        if (isPlain) spread.add(selection.name.value);
        fragment = fragmentNamed(document, selection.name.value);
      }
      if (!fragment) continue;
      const below = split(fragment.selectionSet.selections, isPlain);
      for (const part of ["meta", "rest"] as const) {
        if (below[part].length === 0) continue;
        parts[part].push({
          kind: Kind.INLINE_FRAGMENT,
          directives: selection.directives ?? [],
          ...(fragment.typeCondition ? { typeCondition: fragment.typeCondition } : {}),
          selectionSet: { kind: Kind.SELECTION_SET, selections: below[part] },
        });
      }
    }
    return parts;
  };
  return split(operation.selectionSet.selections, true);
}

function fragmentNamed(document: DocumentNode, name: string) {
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name) return definition;
  }
  return undefined;
}

/** The document with this one operation in it, which selects something else. */
function withSelections(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  selections: readonly SelectionNode[],
): DocumentNode {
  const changed = { ...operation, selectionSet: { ...operation.selectionSet, selections } };
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  return { ...document, definitions: [changed, ...fragments] };
}
