import type {
  ArgumentNode,
  DirectiveNode,
  DocumentNode,
  GraphQLInterfaceType,
  GraphQLObjectType,
  GraphQLSchema,
  SelectionSetNode,
} from "graphql";
import { isAbstractType, Kind } from "graphql";

/** Whether something is asked for, given the variables; null when it always is. */
export type Condition = ((variables: Readonly<Record<string, unknown>>) => boolean) | null;

/** A selection set as it stands at one place, and when it counts. */
export interface Selection {
  readonly set: SelectionSetNode;
  readonly condition: Condition;
}

/** One key of the client's answer, from every place where the query asks for it. */
export interface SelectedField {
  readonly key: string;
  readonly name: string;
  /** The same wherever it stands. */
  readonly given: readonly ArgumentNode[];
  readonly condition: Condition;
  readonly below: readonly Selection[];
}

/** What selections are read with. */
export interface Selecting {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, { readonly condition: string; readonly set: SelectionSetNode }>;
}

/** Reads the fragments of a document. */
export function selecting(schema: GraphQLSchema, document: DocumentNode): Selecting {
  const fragments: [string, { condition: string; set: SelectionSetNode }][] = [];
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const { name, typeCondition, selectionSet } = definition;
    fragments.push([name.value, { condition: typeCondition.name.value, set: selectionSet }]);
  }
  return { schema, fragments: new Map(fragments) };
}

/**
 * The specification's "collecting fields", done once for all variables: what `@skip` and `@include` decide is
 * kept as a condition of each field, and of what is selected below it.
 */
export function fieldsOf(
  type: GraphQLObjectType | GraphQLInterfaceType,
  selections: readonly Selection[],
  { schema, fragments }: Selecting,
): SelectedField[] {
  const found = new Map<
    string,
    Pick<SelectedField, "name" | "given"> & { places: Selection[]; conditions: Condition[] }
  >();
  const alwaysSpread = new Set<string>();

  const applies = (condition: string | undefined) => {
    if (condition === undefined || condition === type.name) return true;
    const expected = schema.getType(condition);
    return isAbstractType(expected) && schema.isSubType(expected, type);
  };

  const collect = (set: SelectionSetNode, outer: Condition): void => {
    for (const selection of set.selections) {
      const inner = conditionOf(selection.directives);
      if (inner === "never") continue;
      const condition = both(outer, inner);
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        let field = found.get(key);
        if (!field) {
          const { name, arguments: given = [] } = selection;
          found.set(key, (field = { name: name.value, given, places: [], conditions: [] }));
        }
        field.conditions.push(condition);
        if (selection.selectionSet) field.places.push({ set: selection.selectionSet, condition });
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (applies(selection.typeCondition?.name.value)) collect(selection.selectionSet, condition);
      } else {
        const name = selection.name.value;
        const fragment = fragments.get(name);
        if (!fragment || alwaysSpread.has(name) || !applies(fragment.condition)) continue;
        if (condition === null) alwaysSpread.add(name);
        collect(fragment.set, condition);
      }
    }
  };
  for (const { set, condition } of selections) collect(set, condition);

  return [...found].map(([key, { name, given, places, conditions }]) => ({
    key,
    name,
    given,
    condition: conditions.reduce(either),
    // A field that stands at one place has its condition met when anybody looks below it.
    below: conditions.length === 1 ? places.map(({ set }) => ({ set, condition: null })) : places,
  }));
}

function conditionOf(directives: readonly DirectiveNode[] | undefined): Condition | "never" {
  let condition: Condition = null;
  for (const directive of directives ?? []) {
    const name = directive.name.value;
    if (name !== "skip" && name !== "include") continue;
    const value = directive.arguments?.find((argument) => argument.name.value === "if")?.value;
    const wanted = name === "include";
    if (value?.kind === Kind.BOOLEAN) {
      if (value.value !== wanted) return "never";
    } else if (value?.kind === Kind.VARIABLE) {
      const variable = value.name.value;
      condition = both(condition, (variables) => (variables[variable] === true) === wanted);
    }
  }
  return condition;
}

function both(a: Condition, b: Condition): Condition {
  if (a === null || a === b) return b;
  if (b === null) return a;
  return (variables) => a(variables) && b(variables);
}

function either(a: Condition, b: Condition): Condition {
  if (a === null || b === null) return null;
  return (variables) => a(variables) || b(variables);
}

/**
 * The keys under which objects of a type carry their type's name. A client may have asked for it under aliases, and
 * then the planner asks for it under no other name.
 */
export function typenameKeys(
  type: string,
  selections: readonly Selection[],
  { fragments }: Selecting,
): string[] {
  const keys = new Set(["__typename"]);
  const spread = new Set<string>();
  const visit = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        if (selection.name.value === "__typename") keys.add(selection.alias?.value ?? "__typename");
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        // Inside another type's fragment the alias may stand for something else on this one.
        if ((selection.typeCondition?.name.value ?? type) === type) visit(selection.selectionSet);
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment?.condition === type) visit(fragment.set);
      }
    }
  };
  for (const { set } of selections) visit(set);
  return [...keys];
}
