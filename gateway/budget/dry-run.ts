import type {
  DocumentNode,
  FragmentDefinitionNode,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionNode,
  SelectionSetNode,
} from "graphql";
import { getOperationAST, Kind, OperationTypeNode, separateOperations, valueFromASTUntyped } from "graphql";
import type { SelectedField } from "../execution/selections.ts";
import { fieldsOf, selecting } from "../execution/selections.ts";
import { defaultsOf } from "../limits/cost/cost-model.ts";

const FIELD = "rateLimit";

type Variables = Readonly<Record<string, unknown>>;

/** What a dry run answers of a document; null for whatever is no dry run. */
export type DryRun = (
  document: DocumentNode,
  operationName: string | null | undefined,
  variables?: Variables,
) => DocumentNode | null;

/** An operation that asks for `rateLimit`: where it does, and what is left of it. */
interface Asking {
  readonly fields: readonly SelectedField[];
  readonly defaults: Variables;
  readonly rest: DocumentNode;
}

/**
 * Makes what tells dry runs, operations with a `rateLimit(dryRun: true)` at their root, from others. What they answer
 * is an operation, too: the same one with nothing else at its root. Valid documents only.
 */
export function createDryRun(schema: GraphQLSchema): DryRun {
  // What is left of an operation is made once: whatever is compiled of it is kept by it.
  const known = new WeakMap<OperationDefinitionNode, Asking | null>();
  return (document, operationName, variables = {}) => {
    const operation = getOperationAST(document, operationName);
    if (operation?.operation !== OperationTypeNode.QUERY) return null;
    let asking = known.get(operation);
    if (asking === undefined) known.set(operation, (asking = askingOf(schema, document, operation)));
    if (!asking) return null;
    const values = { ...asking.defaults, ...variables };
    const isDry = asking.fields.some(
      ({ condition, given }) => (condition?.(values) ?? true) && isGivenTrue(given, values),
    );
    return isDry ? asking.rest : null;
  };
}

function isGivenTrue(given: SelectedField["given"], variables: Variables): boolean {
  const value = given.find(({ name }) => name.value === "dryRun")?.value;
  return value !== undefined && valueFromASTUntyped(value, variables) === true;
}

function askingOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Asking | null {
  const root = [{ set: operation.selectionSet, condition: null }];
  const fields = fieldsOf(schema.getQueryType()!, root, selecting(schema, document)).filter(
    ({ name }) => name === FIELD,
  );
  if (fields.length === 0) return null;
  const fragments = document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  const asked = { ...operation, selectionSet: onlyRateLimit(operation.selectionSet, fragments) };
  const [rest] = Object.values(separateOperations({ ...document, definitions: [asked, ...fragments] }));
  return { fields, defaults: defaultsOf(operation), rest: rest! };
}

/** A selection at the root without its other fields; fragments stand where they were spread. */
function onlyRateLimit(
  set: SelectionSetNode,
  fragments: readonly FragmentDefinitionNode[],
): SelectionSetNode {
  const selections = set.selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return selection.name.value === FIELD ? [selection] : [];
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection
        : fragments.find(({ name }) => name.value === selection.name.value);
    if (!fragment) return [];
    const { typeCondition, selectionSet } = fragment;
    const inner = onlyRateLimit(selectionSet, fragments);
    if (inner.selections.length === 0) return [];
    const { directives = [] } = selection;
    return [
      {
        kind: Kind.INLINE_FRAGMENT,
        directives,
        selectionSet: inner,
        ...(typeCondition ? { typeCondition } : {}),
      },
    ];
  });
  return { ...set, selections };
}
