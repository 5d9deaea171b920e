import type {
  DocumentNode,
  GraphQLCompositeType,
  GraphQLObjectType,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
} from "graphql";
import { getNamedType, getOperationAST, isAbstractType, isCompositeType, isObjectType, Kind } from "graphql";
import { selecting } from "../execution/selections.ts";
import type { Limits } from "./limits.ts";
import { refuseAbove } from "./refusal.ts";

/**
 * Makes the check of a valid document that comes before its planning: the planner asks each field of an interface or
 * union of each of its types, and of each again below, so that a chain of interfaces grows by their product.
 * A document is counted once.
 */
export function createPlanCheck(
  schema: GraphQLSchema,
  { plannedFields: max }: Limits,
): (document: DocumentNode, operationName?: string | null) => void {
  const counted = new WeakMap<OperationDefinitionNode, number>();
  return (document, operationName) => {
    const operation = getOperationAST(document, operationName);
    if (!operation) return;
    let count = counted.get(operation);
    if (count === undefined) counted.set(operation, (count = plannedFields(schema, document, operation)));
    refuseAbove(max, "plannedFields", count);
  };
}

/** The fields of an operation as the planner takes them; linear in the text times the types of the schema. */
function plannedFields(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): number {
  const { fragments } = selecting(schema, document);
  const counts = new Map<SelectionSetNode, Map<string, number>>();

  const ofAll = (set: SelectionSetNode, type: GraphQLCompositeType): number => {
    if (isObjectType(type)) return ofOne(set, type);
    return schema.getPossibleTypes(type).reduce((sum, each) => sum + ofOne(set, each), 0);
  };

  const ofOne = (set: SelectionSetNode, type: GraphQLObjectType): number => {
    let byType = counts.get(set);
    if (!byType) counts.set(set, (byType = new Map<string, number>()));
    let count = byType.get(type.name);
    if (count === undefined) byType.set(type.name, (count = countOf(set, type)));
    return count;
  };

  const countOf = (set: SelectionSetNode, type: GraphQLObjectType): number => {
    let count = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        count++;
        // The schema's own fields are not planned.
        const field = type.getFields()[selection.name.value];
        const below = field && getNamedType(field.type);
        if (selection.selectionSet && isCompositeType(below)) count += ofAll(selection.selectionSet, below);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (applies(selection.typeCondition?.name.value, type)) count += ofOne(selection.selectionSet, type);
      } else {
        const fragment = fragments.get(selection.name.value);
        if (fragment && applies(fragment.condition, type)) count += ofOne(fragment.set, type);
      }
    }
    return count;
  };

  const applies = (condition: string | undefined, type: GraphQLObjectType): boolean => {
    if (condition === undefined || condition === type.name) return true;
    const expected = schema.getType(condition);
    return isAbstractType(expected) && schema.isSubType(expected, type);
  };

  const root = schema.getRootType(operation.operation);
  return root ? ofOne(operation.selectionSet, root) : 0;
}
