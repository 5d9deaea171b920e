import type { DocumentNode, GraphQLSchema, OperationDefinitionNode, SelectionNode } from "graphql";
import { execute, getOperationAST, Kind, print } from "graphql";
import type { Data } from "./types.ts";

const META_FIELDS = new Set(["__schema", "__type"]);

/** An operation taken apart: what the schema itself answers, and what subgraphs are asked. */
interface Parts {
  readonly meta: readonly SelectionNode[];
  readonly rest: readonly SelectionNode[];
}

/**
 * The text of an operation as the planner takes it: without the fields that the schema itself answers. Null when
 * nothing is left that a subgraph has to be asked for.
 */
export function sourceToPlan(
  source: string,
  document: DocumentNode,
  operationName: string | null | undefined,
): string | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const { meta, rest } = takeApart(document, operation.selectionSet.selections);
  if (!rest.some((each) => asksForData(document, each))) return null;
  return meta.length === 0 ? source : print(withSelections(document, operation, rest));
}

/** Answers the fields at the top that are about the schema; no subgraph hears of them. */
export function compileIntrospection(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): (variables: Readonly<Record<string, unknown>>) => Data {
  const { meta } = takeApart(document, operation.selectionSet.selections);
  if (meta.length === 0) return () => NOTHING;
  const alone = withSelections(document, operation, meta);
  return (variableValues) => {
    const { data } = execute({
      schema,
      document: alone,
      operationName: operation.name?.value,
      variableValues,
    }) as {
      data?: Data | null;
    };
    return data ?? NOTHING;
  };
}

const NOTHING: Data = Object.freeze({});

/** Splits selections in two, and fragments with both in them, too. */
function takeApart(document: DocumentNode, selections: readonly SelectionNode[]): Parts {
  const [meta, rest]: [SelectionNode[], SelectionNode[]] = [[], []];
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      (META_FIELDS.has(selection.name.value) ? meta : rest).push(selection);
      continue;
    }
    const below = fragmentSelections(document, selection);
    const parts = takeApart(document, below.selections);
    const inline = (part: readonly SelectionNode[]): SelectionNode => ({
      kind: Kind.INLINE_FRAGMENT,
      directives: selection.directives ?? [],
      ...(below.typeCondition ? { typeCondition: below.typeCondition } : {}),
      selectionSet: { kind: Kind.SELECTION_SET, selections: part },
    });
    if (parts.meta.length === 0) {
      rest.push(selection);
      continue;
    }
    meta.push(inline(parts.meta));
    if (parts.rest.length > 0) rest.push(inline(parts.rest));
  }
  return { meta, rest };
}

/** Every name that a subgraph knows; `__typename` at the top is known here. */
function asksForData(document: DocumentNode, selection: SelectionNode): boolean {
  if (selection.kind === Kind.FIELD) return selection.name.value !== "__typename";
  return fragmentSelections(document, selection).selections.some((each) => asksForData(document, each));
}

function fragmentSelections(document: DocumentNode, selection: Exclude<SelectionNode, { kind: Kind.FIELD }>) {
  if (selection.kind === Kind.INLINE_FRAGMENT) {
    return { typeCondition: selection.typeCondition, selections: selection.selectionSet.selections };
  }
  const fragment = document.definitions.find(
    (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === selection.name.value,
  );
  return fragment?.kind === Kind.FRAGMENT_DEFINITION
    ? { typeCondition: fragment.typeCondition, selections: fragment.selectionSet.selections }
    : { typeCondition: undefined, selections: [] };
}

/** The document with one operation in it that selects something else. */
function withSelections(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  selections: readonly SelectionNode[],
): DocumentNode {
  const changed = { ...operation, selectionSet: { ...operation.selectionSet, selections } };
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  return { ...document, definitions: [changed, ...fragments] };
}
