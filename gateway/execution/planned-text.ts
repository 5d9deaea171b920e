import type {
  DirectiveNode,
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLCompositeType,
  GraphQLSchema,
  NameNode,
  OperationDefinitionNode,
  SelectionNode,
  SelectionSetNode,
} from "graphql";
import { getNamedType, isAbstractType, isCompositeType, isUnionType, Kind, print, visit } from "graphql";
import type { FetchedKeys } from "./aliases.ts";
import { fetchedVariable } from "./aliases.ts";
import { withoutMetaFields } from "./introspection.ts";
import { KEEP_DIGITS } from "./kept-digits.ts";

/** What decides on the text of an operation. */
interface Given {
  readonly apiSchema: GraphQLSchema;
  /** Object types of which some subgraphs cannot say that an object is one. */
  readonly unnamed: ReadonlySet<string>;
  readonly keys: FetchedKeys;
  /** Whether `@skip` or `@include` leaves out what has these directives. */
  readonly isLeftOut: (directives: readonly DirectiveNode[] | undefined) => boolean;
}

/** Where a selection set stands: the type that it is written for, and the objects that can really be there. */
interface Scope {
  readonly type: GraphQLCompositeType;
  readonly objects: ReadonlySet<string>;
}

const nameNode = (value: string): NameNode => ({ kind: Kind.NAME, value });
const TYPENAME: FieldNode = { kind: Kind.FIELD, name: nameNode("__typename") };

/**
 * Writes an operation for the planner; null when no subgraph has to be asked. Fragments that no object can meet
 * (`... on Cat` anywhere inside `... on Dog`) are left out: the planner looks for ways to them, and finds none.
 * A named fragment is written once for each set of objects that it is spread on, so that what is written
 * stays as long as the document times a few types.
 */
export function plannedText(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  { apiSchema, unnamed, keys, isLeftOut }: Given,
): string | null {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  }
  const written = new Map<string, FragmentDefinitionNode>();

  const everyObject = (type: GraphQLCompositeType): Scope => ({
    type,
    objects: new Set(
      isAbstractType(type) ? apiSchema.getPossibleTypes(type).map(({ name }) => name) : [type.name],
    ),
  });

  const narrowed = (scope: Scope, condition: string | undefined): Scope => {
    if (condition === undefined || condition === scope.type.name) return scope;
    const { type, objects } = everyObject(apiSchema.getType(condition) as GraphQLCompositeType);
    return { type, objects: new Set([...objects].filter((name) => scope.objects.has(name))) };
  };

  const setOf = (set: SelectionSetNode, scope: Scope): SelectionSetNode => {
    const selections = set.selections.flatMap((each) => selectionOf(each, scope));
    // Nothing may be left below a field whose own value is selected. And where a type decides that only its owner
    // knows, the plan has to ask for it: by itself the planner leaves out what depends on it.
    const isNameNeeded = selections.length === 0 || selections.some(isOfUnnamed);
    return { ...set, selections: isNameNeeded ? [TYPENAME, ...selections] : selections };
  };

  const isOfUnnamed = (selection: SelectionNode) => {
    if (selection.kind === Kind.FIELD) return false;
    const of = selection.kind === Kind.FRAGMENT_SPREAD ? written.get(selection.name.value) : selection;
    return unnamed.has(of?.typeCondition?.name.value ?? "");
  };

  const selectionOf = (selection: SelectionNode, scope: Scope): SelectionNode[] => {
    if (isLeftOut(selection.directives)) return [];
    if (selection.kind === Kind.FIELD) return [fieldOf(selection, scope)];
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value)! : selection;
    const inside = narrowed(scope, fragment.typeCondition?.name.value);
    if (inside.objects.size === 0) return [];
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      return [{ kind: selection.kind, name: nameNode(spreadOn(fragment as FragmentDefinitionNode, inside)) }];
    }
    const { kind, typeCondition } = selection;
    const selectionSet = setOf(selection.selectionSet, inside);
    return [{ kind, ...(typeCondition ? { typeCondition } : {}), selectionSet }];
  };

  const fieldOf = ({ kind, name, alias, selectionSet, ...field }: FieldNode, scope: Scope): FieldNode => {
    const key = keys.of(alias?.value ?? name.value, name.value, field.arguments);
    const given = field.arguments?.length ? { arguments: field.arguments } : {};
    const named = { kind, name, ...(key === name.value ? {} : { alias: nameNode(key) }), ...given };
    const returned = isUnionType(scope.type) ? undefined : scope.type.getFields()[name.value]?.type;
    const type = returned && getNamedType(returned);
    // The schema's own fields are taken out as they are.
    const below =
      selectionSet && isCompositeType(type) ? setOf(selectionSet, everyObject(type)) : selectionSet;
    return below ? { ...named, selectionSet: below } : named;
  };

  const names = new Map<string, string>();
  const spreadOn = (fragment: FragmentDefinitionNode, scope: Scope): string => {
    const place = `${fragment.name.value} ${[...scope.objects].sort().join()}`;
    let name = names.get(place);
    if (name === undefined) {
      names.set(place, (name = `f${names.size}`));
      const { kind, typeCondition } = fragment;
      const definition = { kind, name: nameNode(name), typeCondition };
      written.set(name, { ...definition, selectionSet: setOf(fragment.selectionSet, scope) });
    }
    return name;
  };

  const root = everyObject(apiSchema.getRootType(operation.operation)!);
  const definition = { ...operation, selectionSet: setOf(operation.selectionSet, root) };
  const whole: DocumentNode = { kind: Kind.DOCUMENT, definitions: [definition, ...written.values()] };
  const left = withoutMetaFields(whole);
  return left && print(forPlanner(left));
}

/** The document with numbers as the planner keeps them, and the client's variables under names that are no plan's own. */
const forPlanner = (document: DocumentNode): DocumentNode =>
  visit(document, {
    ...KEEP_DIGITS,
    Variable: ({ name }) =>
      fetchedVariable(name.value) === name.value
        ? undefined
        : { kind: Kind.VARIABLE, name: nameNode(fetchedVariable(name.value)) },
  });
