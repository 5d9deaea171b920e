/** A federation as it is meant, before it is written down as subgraphs or as the one schema that they amount to. */
export interface Federation {
  readonly subgraphs: readonly string[];
  readonly query: Holder;
  /** Fields that change what every field called `seen` answers: how many changes there have been. */
  readonly mutation: Holder;
  readonly entities: readonly Entity[];
  readonly values: readonly Holder[];
  readonly abstracts: Abstract[];
  /** The interface that is an entity, where there is one. */
  readonly entityInterface?: EntityInterface;
}

/** Something that has fields: the query type, an entity, a value type, an interface object. */
export interface Holder {
  readonly name: string;
  readonly fields: Field[];
}

export interface Field {
  readonly name: string;
  /** Its type in the one schema. */
  readonly type: string;
  /** Its arguments, as they are declared. */
  readonly args?: string;
  /** The subgraphs that resolve it; it is shared when they are several. */
  readonly owners: readonly string[];
  /** Owners that promise more than the one schema: never null. */
  readonly stricter?: readonly string[];
  /** The subgraph that it was taken from by `@override`. */
  readonly takenFrom?: string;
  readonly isInaccessible?: boolean;
  /** What its owner has to be told by other subgraphs. */
  readonly requires?: string;
  /** What its owner knows of the entity that it leads to, beside its own fields. */
  provides?: string;
  /** The subgraphs that know it only from others. */
  readonly externalIn: Set<string>;
  /** Whether another subgraph provides it somewhere. */
  isProvided?: boolean;
  /** Whether plans depend on it: it never fails. */
  isSafe?: boolean;
}

export interface Entity extends Holder {
  readonly keys: readonly Key[];
  /** Whether it is known by its id alone, everywhere. */
  readonly isPlain: boolean;
  /** The subgraphs that know it, and by which of its keys. A stub knows nothing else and cannot be entered. */
  readonly homes: Map<string, Home>;
  /** Subgraphs that must not know it: they know it as an interface object. */
  readonly strangers: ReadonlySet<string>;
}

export interface Home {
  readonly keys: readonly Key[];
  readonly isStub: boolean;
}

/** A kind of key: its selection, and the fields that it is made of. */
export interface Key {
  readonly selection: string;
  readonly fields: readonly (readonly [name: string, type: string])[];
}

/** An interface or a union, whose members differ from subgraph to subgraph. */
export interface Abstract {
  readonly name: string;
  readonly kind: "interface" | "union";
  /** Names of the fields that all members have; an interface declares those that its subgraph has of them. */
  readonly fields: readonly string[];
  readonly members: Map<string, string[]>;
}

/** An interface with a key: defined with all its members in one subgraph, an object of its own in others. */
export interface EntityInterface {
  readonly name: string;
  readonly home: string;
  readonly members: readonly string[];
  /** Names of the fields that it has at home. */
  readonly fields: readonly string[];
  /** What interface objects add to every member. */
  readonly added: Holder;
  readonly objects: readonly string[];
}

/** The kinds of keys that entities may have. */
export const keysOf = (entity: string): readonly Key[] => [
  { selection: "id", fields: [["id", "ID!"]] },
  { selection: "code", fields: [["code", "String!"]] },
  { selection: "region number", fields: [["region", "String!"], ["number", "Int!"]] }, // prettier-ignore
  { selection: "place { code }", fields: [["place", `${entity}Place!`]] },
];

/** The name inside a type. */
export const named = (type: string): string => type.replace(/[[\]!]/g, "");

export const isKeyField = (entity: Entity, name: string): boolean =>
  entity.keys.some(({ fields }) => fields.some(([field]) => field === name));

/** The fields of an entity that a subgraph declares as its own, in its keys or beside them. */
function declaredIn(entity: Entity, subgraph: string): Set<string> {
  const home = entity.homes.get(subgraph);
  const names = new Set(home?.keys.flatMap(({ fields }) => fields.map(([name]) => name)));
  for (const { name, owners, takenFrom } of entity.fields) {
    if (owners.includes(subgraph) || takenFrom === subgraph) names.add(name);
  }
  return names;
}

/** The fields that an interface has in a subgraph: those that all of its members have there. */
export function interfaceFields(
  { entities }: Pick<Federation, "entities">,
  { fields, members }: Abstract,
  subgraph: string,
): string[] {
  const declared = entities
    .filter(({ name }) => members.get(subgraph)?.includes(name))
    .map((entity) => declaredIn(entity, subgraph));
  return fields.filter((name) => declared.every((names) => names.has(name)));
}
