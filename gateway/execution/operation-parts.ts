import type { BatchFetchNode, EntityBatchAlias, FetchNode } from "@graphql-hive/router-query-planner";
import type { DocumentNode, FieldNode, OperationDefinitionNode, SelectionSetNode } from "graphql";
import { Kind, parse, print, stripIgnoredCharacters, visit } from "graphql";
import { keyOf, rootKeys } from "./response-keys.ts";

/** A fetch of some of its root fields. */
export function withRootKeys(node: FetchNode, keys: ReadonlySet<string>): FetchNode {
  if (rootKeys(node.operation).every((key) => keys.has(key))) return node;
  return { ...node, ...operationPart(node, keys) };
}

/** A batch fetch of some of its entries. */
export function withAliases(node: BatchFetchNode, aliases: EntityBatchAlias[]): BatchFetchNode {
  const entityBatch = { aliases };
  if (aliases.length === node.entityBatch.aliases.length) return { ...node, entityBatch };
  const keys = new Set(aliases.map(({ alias }) => alias));
  return { ...node, ...operationPart(node, keys), entityBatch };
}

/**
 * The part of an operation that stands under some of its root response keys. Variables and fragments that only the
 * other keys use are left out with them: a subgraph refuses an operation that declares what it doesn't use.
 */
function operationPart(
  { operation: text, variableUsages = [] }: FetchNode | BatchFetchNode,
  keys: ReadonlySet<string>,
): { operation: string; variableUsages: string[] } {
  const document = parse(text, { noLocation: true });
  const isKept = (field: FieldNode) => keys.has(keyOf(field));
  const kept = document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? [withFields(definition, isKept)] : [],
  );
  const used = usedBy(kept, document);
  const definitions = [
    ...kept.map((operation) => ({
      ...operation,
      variableDefinitions: (operation.variableDefinitions ?? []).filter(({ variable }) =>
        used.variables.has(variable.name.value),
      ),
    })),
    ...document.definitions.filter(
      (each) => each.kind === Kind.FRAGMENT_DEFINITION && used.fragments.has(each.name.value),
    ),
  ];
  const operation = stripIgnoredCharacters(print({ kind: Kind.DOCUMENT, definitions }));
  return { operation, variableUsages: variableUsages.filter((name) => used.variables.has(name)) };
}

function withFields(
  operation: OperationDefinitionNode,
  isKept: (field: FieldNode) => boolean,
): OperationDefinitionNode {
  const selections = operation.selectionSet.selections.filter(
    (selection) => selection.kind !== Kind.FIELD || isKept(selection),
  );
  return { ...operation, selectionSet: { ...operation.selectionSet, selections } };
}

/** The variables and fragments that operations use, through fragments too. */
function usedBy(operations: readonly OperationDefinitionNode[], { definitions }: DocumentNode) {
  const variables = new Set<string>();
  const fragments = new Set<string>();
  const collect = (set: SelectionSetNode): void => {
    visit(set, {
      Variable: ({ name }) => void variables.add(name.value),
      FragmentSpread({ name: { value: name } }) {
        if (fragments.has(name)) return;
        fragments.add(name);
        for (const each of definitions)
          if (each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === name) collect(each.selectionSet);
      },
    });
  };
  for (const { selectionSet } of operations) collect(selectionSet);
  return { variables, fragments };
}
