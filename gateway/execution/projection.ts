import type {
  DocumentNode,
  GraphQLAbstractType,
  GraphQLEnumType,
  GraphQLInterfaceType,
  GraphQLObjectType,
  GraphQLOutputType,
  GraphQLScalarType,
  GraphQLSchema,
  OperationDefinitionNode,
} from "graphql";
import {
  getNullableType,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";
import { digitsOf, isMarked } from "../json.ts";
import type { FetchedKeys } from "./aliases.ts";
import type { ErrorList } from "./errors.ts";
import type { Condition, Selecting, Selection } from "./selections.ts";
import { fieldsOf, selecting, typenameKeys } from "./selections.ts";
import type { Data } from "./types.ts";
import { isData, own, put } from "./types.ts";
import type { Withheld } from "./withheld.ts";

/** One completion of an answer. */
export interface Completion {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly errors: ErrorList;
  /** Objects that an owning subgraph doesn't know, or doesn't show to this viewer. */
  readonly absent: WeakSet<object>;
  /** What the schema itself answers at the top, by the client's keys. */
  readonly introspected: Data;
  /** Where completion stands just now. */
  readonly path: (string | number)[];
}

/** Brings the subgraphs' data into the client's shape; null when a null reaches the top. */
export type Projection = (root: Data, completion: Completion) => Data | null;

/**
 * Completes a value that is there. Answers null where it turns out that there is none, and `BUBBLE` where an error
 * has been reported that its parent has to take over.
 */
type Complete = (value: unknown, completion: Completion) => unknown;

const BUBBLE = Symbol("null, with its error reported");

/**
 * Compiles what the specification calls "completing values": only what was asked for, under the client's names, with
 * nulls propagated to where they are allowed. Each selection is compiled when data first gets there, so that
 * a query costs what it answers, however much it might.
 */
export function compileProjection(
  { api, supergraph }: Schemas,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  keys: FetchedKeys,
  withheld: Withheld = NOTHING_WITHHELD,
): Projection {
  const type = api.getRootType(operation.operation)!;
  const selections = [{ set: operation.selectionSet, condition: null }];
  const complete = objectCompleter(type, selections, {
    ...selecting(api, document),
    supergraph,
    keys,
    withheld,
  });
  return (root, completion) => {
    const result = complete(root, completion);
    return result === BUBBLE ? null : (result as Data | null);
  };
}

/** What clients see of a supergraph, and all of it. */
export interface Schemas {
  readonly api: GraphQLSchema;
  readonly supergraph: GraphQLSchema;
}

/** What completers are made with. */
interface Tools extends Selecting {
  readonly supergraph: GraphQLSchema;
  /** Where the subgraphs' data has what the client asks for. */
  readonly keys: FetchedKeys;
  readonly withheld: Withheld;
}

const NOTHING_WITHHELD: Withheld = { type: () => false, field: () => false };

/** A key of the client's answer: where its value comes from and how it is completed. */
interface ProjectedField {
  readonly key: string;
  readonly condition: Condition;
  readonly isNonNull: boolean;
  read(value: Data, completion: Completion): unknown;
  readonly complete: Complete;
}

function objectCompleter(
  type: GraphQLObjectType | GraphQLInterfaceType,
  selections: readonly Selection[],
  tools: Tools,
): Complete {
  let fields: readonly ProjectedField[] | undefined;
  return (value, completion) => {
    if (!isData(value)) return invalid(`Expected an object of the type ${type.name}.`, completion);
    fields ??= compileFields(type, selections, tools);
    const { path } = completion;
    const result: Data = {};
    for (const field of fields) {
      if (field.condition !== null && !field.condition(completion.variables)) continue;
      path.push(field.key);
      const raw = field.read(value, completion);
      const completed = raw == null ? null : field.complete(raw, completion);
      if (field.isNonNull && (completed === null || completed === BUBBLE)) {
        // What an owner doesn't know or doesn't show is simply not there: that is no error of its own.
        const isAbsent = completed === null && completion.absent.has(value);
        if (completed === null && !isAbsent) completion.errors.addNonNull(`${type.name}.${field.key}`, path);
        path.pop();
        return isAbsent ? null : BUBBLE;
      }
      put(result, field.key, completed === BUBBLE ? null : completed);
      path.pop();
    }
    return result;
  };
}

function compileFields(
  type: GraphQLObjectType | GraphQLInterfaceType,
  selections: readonly Selection[],
  tools: Tools,
): ProjectedField[] {
  const schemaFields = type.getFields();
  return fieldsOf(type, selections, tools).map(({ key, name, given, condition, below }) => {
    if (tools.withheld.field(type.name, name)) {
      const isNonNull = name === "__typename" || isNonNullType(schemaFields[name]!.type);
      return { key, condition, isNonNull, read: () => WITHHELD, complete: withhold };
    }
    if (name === "__typename") {
      const typename = isObjectType(type) ? type.name : null;
      return { key, condition, isNonNull: true, read: () => typename, complete: (value) => value };
    }
    if (name.startsWith("__")) {
      // Introspection has been completed by graphql-js.
      const read = (_: Data, { introspected }: Completion) => own(introspected, key);
      return { key, condition, isNonNull: false, read, complete: (value) => value };
    }
    const fieldType = schemaFields[name]!.type;
    const fetched = tools.keys.of(key, name, given);
    return {
      key,
      condition,
      isNonNull: isNonNullType(fieldType),
      // Only names that every object inherits need the slower way to look.
      read: fetched in Object.prototype ? (value) => own(value, fetched) : (value) => value[fetched],
      complete: completer(fieldType, below, `${type.name}.${name}`, tools),
    };
  });
}

function completer(
  of: GraphQLOutputType,
  selections: readonly Selection[],
  place: string,
  tools: Tools,
): Complete {
  const type = getNullableType(of);
  if (isListType(type)) {
    return listCompleter(completer(type.ofType, selections, place, tools), isNonNullType(type.ofType), place);
  }
  if (isEnumType(type)) return enumCompleter(type, tools);
  if (isLeafType(type)) return scalarCompleter(type);
  return isAbstractType(type)
    ? abstractCompleter(type, selections, tools)
    : objectCompleter(type, selections, tools);
}

function listCompleter(complete: Complete, isNonNull: boolean, place: string): Complete {
  return (value, completion) => {
    if (!Array.isArray(value)) return invalid(`Expected a list for ${place}.`, completion);
    const { path } = completion;
    const items = new Array<unknown>(value.length);
    for (let index = 0; index < value.length; index++) {
      path.push(index);
      const raw: unknown = value[index];
      const completed = raw == null ? null : complete(raw, completion);
      if (isNonNull && (completed === null || completed === BUBBLE)) {
        if (completed === null) completion.errors.addNonNull(place, path);
        path.pop();
        return BUBBLE;
      }
      items[index] = completed === BUBBLE ? null : completed;
      path.pop();
    }
    return items;
  };
}

/**
 * Where several types are possible, the object's own name decides; one that clients don't see is not there, and one
 * that the supergraph doesn't know as such is an error. An
 * interface object has no name of its own until its owner is asked, and a plan asks only when the query depends
 * on it: where it doesn't, the interface's fields are all there is to complete.
 */
function abstractCompleter(
  type: GraphQLAbstractType,
  selections: readonly Selection[],
  tools: Tools,
): Complete {
  const keys = typenameKeys(type.name, selections, tools);
  const possible = new Map<unknown, Complete>();
  const whole = tools.supergraph.getType(type.name);
  const known = new Set<unknown>(
    isAbstractType(whole) ? tools.supergraph.getPossibleTypes(whole).map(({ name }) => name) : [],
  );
  const types = tools.schema.getPossibleTypes(type);
  const isWithheld = ({ name }: GraphQLObjectType) => tools.withheld.type(name);
  for (const each of types) {
    possible.set(each.name, isWithheld(each) ? withhold : objectCompleter(each, selections, tools));
  }
  // A name that @skip has left out leaves a member of a union with nothing to show.
  possible.set(undefined, () => ({}));
  if (isInterfaceType(type)) {
    const unnamed = objectCompleter(type, selections, tools);
    for (const name of [type.name, undefined]) possible.set(name, unnamed);
  }
  // Of which type it is might be withheld with it.
  if (types.some(isWithheld)) for (const name of [type.name, undefined]) possible.set(name, withhold);
  return (value, completion) => {
    if (!isData(value)) return invalid(`Expected an object of the type ${type.name}.`, completion);
    const named = keys.find((key) => own(value, key) !== undefined);
    const name = named && own(value, named);
    // Its owner was asked which type it is, and does not know or show it.
    if ((name === undefined || name === type.name) && completion.absent.has(value)) return null;
    const complete = possible.get(name);
    if (complete) return complete(value, completion);
    return known.has(name) ? null : invalid(`The type ${type.name} has no such member.`, completion);
  };
}

/** A value that clients don't see is not there, as with types; one that nobody knows is an error. */
function enumCompleter(type: GraphQLEnumType, { supergraph }: Tools): Complete {
  const shown = new Set<unknown>(type.getValues().map(({ name }) => name));
  const whole = supergraph.getType(type.name);
  const known = new Set<unknown>(isEnumType(whole) ? whole.getValues().map(({ name }) => name) : []);
  return (value, completion) => {
    if (shown.has(value)) return value;
    return known.has(value) ? null : invalid(`The enum ${type.name} has no such value.`, completion);
  };
}

/** A subgraph's value is usually right as it is; what isn't is taken through the type's own rules. */
function scalarCompleter(type: GraphQLScalarType): Complete {
  const isPlain = Object.hasOwn(PLAIN, type.name) ? PLAIN[type.name] : undefined;
  return (value, completion) => {
    if (isPlain?.(value)) return value;
    try {
      return type.serialize(isPlain ? unmarked(value, type) : value) ?? null;
    } catch {
      return invalid(`The scalar ${type.name} cannot be such a value.`, completion);
    }
  };
}

const PLAIN: Readonly<Record<string, (value: unknown) => boolean>> = {
  String: (value) => typeof value === "string" && !isMarked(value),
  ID: (value) => typeof value === "string" && !isMarked(value),
  Boolean: (value) => typeof value === "boolean",
  Float: (value) => Number.isFinite(value),
  Int: (value) => typeof value === "number" && value === (value | 0),
};

/** A number that a double cannot hold as a scalar of the specification takes it: the nearest one, or an id's digits. */
function unmarked(value: unknown, { name }: GraphQLScalarType): unknown {
  const digits = digitsOf(value);
  return digits === undefined ? value : name === "ID" ? digits : Number(digits);
}

/** Stands where a subgraph's value would: it is not even looked at. */
const WITHHELD = Symbol("withheld");

function withhold(_value: unknown, completion: Completion): typeof BUBBLE {
  completion.errors.addWithheld(completion.path);
  return BUBBLE;
}

function invalid(message: string, completion: Completion): typeof BUBBLE {
  completion.errors.addInvalid(message, completion.path);
  return BUBBLE;
}
