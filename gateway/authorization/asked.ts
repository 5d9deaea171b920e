import type { GraphQLCompositeType, GraphQLObjectType, GraphQLSchema, SelectionSetNode } from "graphql";
import { getNamedType, isAbstractType, isCompositeType, isObjectType, Kind } from "graphql";
import type { DocumentNode, OperationDefinitionNode } from "graphql";
import { selecting } from "../execution/selections.ts";
import type { Requirement } from "./requirement.ts";
import type { Requirements } from "./requirements.ts";

/** The objects that may stand where a type is asked for. */
export const objectsOf = (schema: GraphQLSchema, type: GraphQLCompositeType): readonly GraphQLObjectType[] =>
  isObjectType(type) ? [type] : schema.getPossibleTypes(type);

/** Whether a fragment on a type, or on none, is about an object. */
export function isAbout(schema: GraphQLSchema, condition: string | undefined, type: GraphQLObjectType) {
  if (condition === undefined || condition === type.name) return true;
  const expected = schema.getType(condition);
  return isAbstractType(expected) && schema.isSubType(expected, type);
}

/** Everything that is demanded of who asks an operation, whatever its conditions; linear in the text times the types. */
export function requirementsOf(
  schema: GraphQLSchema,
  requirements: Requirements,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly Requirement[] {
  const { fragments } = selecting(schema, document);
  const found = new Set<Requirement>();
  const seen = new Map<SelectionSetNode, Set<GraphQLObjectType>>();
  const add = (each: readonly Requirement[]) => each.forEach((requirement) => found.add(requirement));

  const visit = (set: SelectionSetNode, type: GraphQLObjectType): void => {
    let types = seen.get(set);
    if (!types) seen.set(set, (types = new Set()));
    if (types.has(type)) return;
    types.add(type);
    add(requirements.ofType(type.name));
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        add(requirements.ofField(type.name, name));
        const field = type.getFields()[name];
        const returned = field && getNamedType(field.type);
        if (!returned) continue;
        if (!isCompositeType(returned)) add(requirements.ofType(returned.name));
        else for (const each of objectsOf(schema, returned)) visit(selection.selectionSet!, each);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const on = selection.typeCondition?.name.value;
        if (isAbout(schema, on, type)) visit(selection.selectionSet, type);
      } else {
        const fragment = fragments.get(selection.name.value);
        if (fragment && isAbout(schema, fragment.condition, type)) visit(fragment.set, type);
      }
    }
  };
  visit(operation.selectionSet, schema.getRootType(operation.operation)!);
  return [...found];
}
