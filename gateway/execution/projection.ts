import type {
  DocumentNode,
  FieldNode,
  GraphQLObjectType,
  GraphQLOutputType,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
} from "graphql";
import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
} from "graphql";
import { own } from "./entities.ts";
import type { ErrorList } from "./errors.ts";
import type { Path } from "./path.ts";
import type { Data } from "./types.ts";
import { isData } from "./types.ts";

/** What a value is completed with. */
export interface Completion {
  readonly schema: GraphQLSchema;
  readonly errors: ErrorList;
  readonly absent: WeakSet<object>;
}

/** A field of the client's answer: where it comes from and how its value is completed. */
interface ProjectedField {
  readonly key: string;
  readonly name: string;
  readonly type: GraphQLOutputType;
  readonly selections: readonly SelectionSetNode[];
}

/** Stands for a null that its parent has to take over, because the schema promises a value here. */
const BUBBLE = Symbol("null where the schema promises a value");

/**
 * Brings what the subgraphs answered into the shape that the client asked for, as the specification's
 * "completing values" says: only what was asked for, in its order, under its names, with nulls propagated.
 */
export class Projection {
  private readonly fieldsByType = new Map<SelectionSetNode, Map<string, readonly ProjectedField[]>>();
  private readonly fragments: ReadonlyMap<string, SelectionSetNode & { readonly condition: string }>;

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
    private readonly operation: OperationDefinitionNode,
    private readonly variables: Readonly<Record<string, unknown>>,
  ) {
    this.fragments = new Map(
      document.definitions.flatMap((definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION
          ? [
              [
                definition.name.value,
                { ...definition.selectionSet, condition: definition.typeCondition.name.value },
              ],
            ]
          : [],
      ),
    );
  }

  /** The client's answer; null when a null reaches the top. */
  project(root: Data, completion: Completion): Data | null {
    const type = this.schema.getRootType(this.operation.operation)!;
    const result = this.object(type, root, [this.operation.selectionSet], null, completion);
    return result === BUBBLE ? null : result;
  }

  private object(
    type: GraphQLObjectType,
    value: Data,
    selections: readonly SelectionSetNode[],
    path: Path | null,
    completion: Completion,
  ): Data | typeof BUBBLE {
    const result = Object.create(null) as Data;
    for (const field of this.fieldsOf(type, selections)) {
      if (field.name === "__typename") {
        result[field.key] = type.name;
        continue;
      }
      if (field.name.startsWith("__")) {
        // Introspection has been completed by graphql-js.
        result[field.key] = own(value, field.key) ?? null;
        continue;
      }
      const at: Path = { outer: path, key: field.key };
      const completed = this.complete(field.type, own(value, field.key), field, at, completion);
      if (completed === BUBBLE) {
        // What an owner doesn't know or show is simply not there: that is no error of its own.
        if (!completion.absent.has(value)) completion.errors.addNonNull(type.name, field.name, at);
        return BUBBLE;
      }
      result[field.key] = completed;
    }
    return result;
  }

  /** A value as its type promises it, or BUBBLE where that type is non-null and there is none. */
  private complete(
    type: GraphQLOutputType,
    value: unknown,
    field: ProjectedField,
    path: Path,
    completion: Completion,
  ): unknown {
    if (isNonNullType(type)) {
      const completed = this.complete(type.ofType, value, field, path, completion);
      return completed === null ? BUBBLE : completed;
    }
    if (value == null) return null;
    if (isListType(type)) {
      if (!Array.isArray(value)) return this.invalid(`Expected a list for ${field.name}.`, path, completion);
      const items: unknown[] = new Array(value.length);
      for (let index = 0; index < value.length; index++) {
        const at: Path = { outer: path, key: index };
        const item = this.complete(type.ofType, value[index], field, at, completion);
        if (item === BUBBLE) {
          if (!(isData(value[index]) && completion.absent.has(value[index]))) {
            completion.errors.addNonNull("a list of", field.name, at);
          }
          return null;
        }
        items[index] = item;
      }
      return items;
    }
    if (isLeafType(type)) {
      if (isEnumType(type)) {
        return typeof value === "string" && type.getValue(value)
          ? value
          : this.invalid(`${type.name} has no such value.`, path, completion);
      }
      try {
        return type.serialize(value) ?? null;
      } catch (error) {
        return this.invalid((error as Error).message, path, completion);
      }
    }
    if (!isData(value)) return this.invalid(`Expected an object for ${field.name}.`, path, completion);
    const objectType = isAbstractType(type) ? this.typeOf(value, type.name) : type;
    if (!objectType) return null;
    const completed = this.object(objectType, value, field.selections, path, completion);
    return completed === BUBBLE ? null : completed;
  }

  private invalid(message: string, path: Path, completion: Completion): null {
    completion.errors.addInvalid(message, path);
    return null;
  }

  /** The type of an object where several are possible; null for one that the API schema doesn't show. */
  private typeOf(value: Data, abstract: string): GraphQLObjectType | null {
    const name = own(value, "__typename");
    const type = typeof name === "string" ? this.schema.getType(name) : undefined;
    const expected = this.schema.getType(abstract);
    return isObjectType(type) && isAbstractType(expected) && this.schema.isSubType(expected, type)
      ? type
      : null;
  }

  private fieldsOf(
    type: GraphQLObjectType,
    selections: readonly SelectionSetNode[],
  ): readonly ProjectedField[] {
    const first = selections[0];
    if (!first) return [];
    // The first selection set tells the others: fields of one key are always merged in the same order.
    let byType = this.fieldsByType.get(first);
    if (!byType) this.fieldsByType.set(first, (byType = new Map<string, readonly ProjectedField[]>()));
    let fields = byType.get(type.name);
    if (!fields) {
      const found = new Map<string, { field: FieldNode; selections: SelectionSetNode[] }>();
      for (const each of selections) this.collect(type, each, found);
      fields = [...found].map(([key, { field, selections: below }]) => ({
        key,
        name: field.name.value,
        type: fieldType(type, field.name.value),
        selections: below,
      }));
      byType.set(type.name, fields);
    }
    return fields;
  }

  private collect(
    type: GraphQLObjectType,
    selectionSet: SelectionSetNode,
    found: Map<string, { field: FieldNode; selections: SelectionSetNode[] }>,
  ): void {
    for (const selection of selectionSet.selections) {
      if (!this.isIncluded(selection)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const known = found.get(key);
        const below = selection.selectionSet ? [selection.selectionSet] : [];
        if (known) known.selections.push(...below);
        else found.set(key, { field: selection, selections: below });
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT
          ? { set: selection.selectionSet, condition: selection.typeCondition?.name.value }
          : {
              set: this.fragments.get(selection.name.value),
              condition: this.fragments.get(selection.name.value)?.condition,
            };
      if (fragment.set && this.applies(type, fragment.condition)) this.collect(type, fragment.set, found);
    }
  }

  private applies(type: GraphQLObjectType, condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true;
    const expected = this.schema.getType(condition);
    return isAbstractType(expected) && this.schema.isSubType(expected, type);
  }

  private isIncluded(node: Parameters<typeof getDirectiveValues>[1]): boolean {
    if (!node.directives || node.directives.length === 0) return true;
    if (getDirectiveValues(GraphQLSkipDirective, node, this.variables)?.["if"] === true) return false;
    return getDirectiveValues(GraphQLIncludeDirective, node, this.variables)?.["if"] !== false;
  }
}

function fieldType(type: GraphQLObjectType, name: string): GraphQLOutputType {
  const field = Object.hasOwn(type.getFields(), name) ? type.getFields()[name] : undefined;
  // `__typename` is answered by the projection itself, other meta fields by introspection; both need no type.
  return field?.type ?? type;
}
