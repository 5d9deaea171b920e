import type { ArgumentNode, DefinitionNode, DocumentNode, ValueNode } from "graphql";
import { Kind, parse, print, visit } from "graphql";
import { argumentsOf } from "./links.ts";

/**
 * The keys under which fields travel through plans and subgraphs. In one document, fields share such a key only when
 * they have the client's key, the field name and the arguments in common: under exclusive types a client may give
 * one key to different fields, which neither the planner nor a merge of entities can tell apart.
 */
export interface FetchedKeys {
  /** The key that the value of a field travels under. */
  of(key: string, name: string, given: readonly ArgumentNode[] | undefined): string;
}

/** The fetched keys of a document; the same object for the same document. */
export type KeysOf = (document: DocumentNode) => FetchedKeys;

/** Begins an alias of the gateway's own; a number behind it tells apart what has the same key for the client. */
const ALIASED = /^_as\d*_/;

/** The client's key for a key of a path that plans and subgraphs speak of. */
export function clientKey(key: string | number): string | number {
  return typeof key === "string" ? key.replace(ALIASED, "") : key;
}

/**
 * Makes the keys of documents over a supergraph. A field without an alias keeps its name, so that plans share it
 * with keys and requirements, unless a requirement asks for it with arguments, which may be others. A client's alias
 * may be the name of another field, one that a plan needs in the same object: with a prefix it cannot get in the way.
 */
export function fetchedKeysOf(definitions: readonly DefinitionNode[]): KeysOf {
  const required = requiredWithArguments(definitions);
  const known = new WeakMap<DocumentNode, FetchedKeys>();
  return (document) => {
    let keys = known.get(document);
    if (!keys) known.set(document, (keys = keysIn(document, required)));
    return keys;
  };
}

function keysIn(document: DocumentNode, required: ReadonlySet<string>): FetchedKeys {
  const fetched = new Map<string, Map<string, string>>();
  visit(document, {
    Field({ name: { value: name }, alias, arguments: given }) {
      const key = alias?.value ?? name;
      const identity = identityOf(name, given);
      const sharing = fetched.get(key);
      if (!sharing) {
        const isPlain = key === name && !required.has(name) && !ALIASED.test(name);
        fetched.set(key, new Map([[identity, isPlain ? name : `_as_${key}`]]));
      } else if (!sharing.has(identity)) {
        sharing.set(identity, `_as${sharing.size}_${key}`);
      }
    },
  });
  return {
    of(key, name, given) {
      // A type's name is always under its own: plans and the answer's completion depend on it.
      return name === "__typename" ? name : fetched.get(key)!.get(identityOf(name, given))!;
    },
  };
}

/** A field's name and arguments as text, the same for arguments that the specification takes for the same. */
const identityOf = (name: string, given: readonly ArgumentNode[] = []): string =>
  given.length === 0
    ? name
    : `${name}(${given
        .map((each) => `${each.name.value}:${print(sorted(each.value))}`)
        .sort()
        .join()})`;

/** A value with the fields of its input objects in one order. */
const sorted = (value: ValueNode): ValueNode =>
  visit(value, {
    ObjectValue: {
      leave: (node) => ({
        ...node,
        fields: [...node.fields].sort((a, b) => (a.name.value < b.name.value ? -1 : 1)),
      }),
    },
  });

/** The names of fields that take arguments and that some subgraph requires of others. */
function requiredWithArguments(definitions: readonly DefinitionNode[]): ReadonlySet<string> {
  const [takingArguments, required] = [new Set<string>(), new Set<string>()];
  for (const definition of definitions) {
    if (!("fields" in definition)) continue;
    for (const field of definition.fields ?? []) {
      if (field.kind === Kind.FIELD_DEFINITION && field.arguments?.length) {
        takingArguments.add(field.name.value);
      }
      for (const directive of field.directives ?? []) {
        const { requires } = argumentsOf(directive);
        if (directive.name.value !== "join__field" || typeof requires !== "string") continue;
        visit(parse(`{ ${requires} }`, { noLocation: true }), {
          Field: ({ name }) => void required.add(name.value),
        });
      }
    }
  }
  return new Set([...required].filter((name) => takingArguments.has(name)));
}

/** Variables of the names that plans have for their own, such as `$representations`. */
const OF_PLANS = /^(_|representations)/;
const RENAMED = "_as_";

/** The name of a client's variable in plans, which have variables of their own. */
export const fetchedVariable = (name: string): string => (OF_PLANS.test(name) ? RENAMED + name : name);

/** The client's name of a variable that plans speak of. */
export const clientVariable = (name: string): string =>
  name.startsWith(RENAMED) ? name.slice(RENAMED.length) : name;
