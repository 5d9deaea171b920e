import type {
  DocumentNode,
  FragmentDefinitionNode,
  FragmentSpreadNode,
  GraphQLCompositeType,
  GraphQLObjectType,
  GraphQLSchema,
  InlineFragmentNode,
  OperationDefinitionNode,
  SelectionNode,
  SelectionSetNode,
} from "graphql";
import { getNamedType, isCompositeType, isObjectType, isUnionType, Kind } from "graphql";
import type { Withheld } from "../execution/withheld.ts";
import { selecting } from "../execution/selections.ts";
import { isAbout, objectsOf } from "./asked.ts";

const TYPENAME: SelectionNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } };

/**
 * What is left of an operation without what is withheld; it is for the planner alone, which takes sets without a
 * selection too. Where an interface or a union is asked for and something is withheld of one of its objects, each of
 * the others is asked for what it is permitted, by a fragment of its own, and all of them only for their names.
 *
 * A fragment is written once for each type that it is read on, so that what is left is as long as the operation
 * times the types of the schema at most.
 */
export function permittedPart(
  schema: GraphQLSchema,
  withheld: Withheld,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): DocumentNode {
  const { fragments } = selecting(schema, document);
  const written: FragmentDefinitionNode[] = [];
  const names = new Map<SelectionSetNode, Map<string, string>>();
  let count = 0;
  const known = new Map<SelectionSetNode, Map<GraphQLObjectType, boolean>>();

  const permitted = (set: SelectionSetNode, type: GraphQLCompositeType): SelectionSetNode => {
    if (isObjectType(type))
      return { ...set, selections: set.selections.flatMap((each) => ofObject(each, type)) };
    const objects = objectsOf(schema, type);
    if (!objects.some((each) => isCut(set, each))) {
      return { ...set, selections: set.selections.map((each) => uncut(each, type)) };
    }
    const shown = objects.filter(({ name }) => !withheld.type(name));
    return { ...set, selections: [TYPENAME, ...shown.map((each) => spread(set, each))] };
  };

  /** A selection on objects of one type, for which every condition on types is decided. */
  const ofObject = (selection: SelectionNode, type: GraphQLObjectType): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) {
      return withheld.field(type.name, selection.name.value) ? [] : [fieldOf(selection, type)];
    }
    const { on, set } = fragmentIn(selection);
    if (!isAbout(schema, on, type)) return [];
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [spread(set, type, selection)];
    const { kind, directives = [] } = selection;
    return [{ kind, directives, selectionSet: permitted(set, type) }];
  };

  /** A selection where nothing is withheld of any object that it may be about. */
  const uncut = (selection: SelectionNode, type: GraphQLCompositeType): SelectionNode => {
    if (selection.kind === Kind.FIELD) return fieldOf(selection, type);
    const { on, set } = fragmentIn(selection);
    const narrowed = on === undefined ? type : (schema.getType(on) as GraphQLCompositeType);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return spread(set, narrowed, selection);
    return { ...selection, selectionSet: permitted(set, narrowed) };
  };

  const fieldOf = (selection: SelectionNode & { kind: Kind.FIELD }, type: GraphQLCompositeType) => {
    const field = isUnionType(type) ? undefined : type.getFields()[selection.name.value];
    const returned = field && getNamedType(field.type);
    if (!selection.selectionSet || !isCompositeType(returned)) return selection;
    return { ...selection, selectionSet: permitted(selection.selectionSet, returned) };
  };

  /** Whether something of a set is withheld of an object itself, not of what lies below its fields. */
  const isCut = (set: SelectionSetNode, type: GraphQLObjectType): boolean => {
    if (withheld.type(type.name)) return true;
    let byType = known.get(set);
    if (!byType) known.set(set, (byType = new Map<GraphQLObjectType, boolean>()));
    let result = byType.get(type);
    if (result === undefined) {
      result = set.selections.some((selection) => {
        if (selection.kind === Kind.FIELD) return withheld.field(type.name, selection.name.value);
        const { on, set: inner } = fragmentIn(selection);
        return isAbout(schema, on, type) && isCut(inner, type);
      });
      byType.set(type, result);
    }
    return result;
  };

  const fragmentIn = (selection: InlineFragmentNode | FragmentSpreadNode) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return { on: selection.typeCondition?.name.value, set: selection.selectionSet };
    }
    const { condition, set } = fragments.get(selection.name.value)!;
    return { on: condition, set };
  };

  const spread = (
    set: SelectionSetNode,
    type: GraphQLCompositeType,
    { directives = [] }: { readonly directives?: FragmentSpreadNode["directives"] } = {},
  ): FragmentSpreadNode => {
    let byType = names.get(set);
    if (!byType) names.set(set, (byType = new Map<string, string>()));
    let name = byType.get(type.name);
    if (name === undefined) {
      byType.set(type.name, (name = `f${count++}`));
      written.push({
        kind: Kind.FRAGMENT_DEFINITION,
        name: { kind: Kind.NAME, value: name },
        typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } },
        selectionSet: permitted(set, type),
      });
    }
    return { kind: Kind.FRAGMENT_SPREAD, name: { kind: Kind.NAME, value: name }, directives };
  };

  const selectionSet = permitted(operation.selectionSet, schema.getRootType(operation.operation)!);
  return { kind: Kind.DOCUMENT, definitions: [{ ...operation, selectionSet }, ...written] };
}
