import type { Abstract, Entity, Federation, Field, Holder, Key } from "./model.ts";
import { interfaceFields, isKeyField, named } from "./model.ts";

/** A subgraph's schema, without the federation header. */
export function subgraphSdl(federation: Federation, subgraph: string): string {
  const { query, entities, abstracts, entityInterface } = federation;
  const parts: string[] = [];
  const root = query.fields.filter(({ owners }) => owners.includes(subgraph));
  if (root.length > 0) parts.push(`type Query { ${fieldsIn(root, subgraph)} }`);
  const changes = federation.mutation.fields.filter(({ owners }) => owners.includes(subgraph));
  if (changes.length > 0) parts.push(`type Mutation { ${fieldsIn(changes, subgraph)} }`);
  for (const entity of entities) parts.push(...entityIn(federation, entity, subgraph));
  for (const abstract of abstracts) {
    const members = abstract.members.get(subgraph);
    if (members) parts.push(abstractSdl(abstract, members, fieldTypes(federation, abstract, subgraph)));
  }
  if (entityInterface?.home === subgraph) {
    const fields = entityInterface.fields.map(
      (name) => `${name}: ${typeIn(federation, entityInterface.members[0]!, name)}`,
    );
    parts.push(`interface J @key(fields: "id") { id: ID! ${fields.join(" ")} }`);
  }
  if (entityInterface?.objects.includes(subgraph)) {
    const { added } = entityInterface;
    const own = added.fields.filter(({ owners }) => owners.includes(subgraph));
    const known = [...new Set(own.flatMap(({ requires }) => requires ?? []))];
    const external = known.map(
      (name) => `${name}: ${typeIn(federation, entityInterface.members[0]!, name)} @external`,
    );
    parts.push(
      `type J @interfaceObject @key(fields: "id") { id: ID! ${external.join(" ")} ${fieldsIn(own, subgraph)} }`,
    );
  }
  return withNamedTypes(federation, parts.join("\n"), [subgraph]);
}

function entityIn(federation: Federation, entity: Entity, subgraph: string): string[] {
  const home = entity.homes.get(subgraph);
  if (!home) return [];
  const keys = home.keys.map(
    ({ selection }) => `@key(fields: "${selection}"${home.isStub ? ", resolvable: false" : ""})`,
  );
  const fields = entity.fields.filter(
    ({ owners, externalIn, takenFrom }) =>
      owners.includes(subgraph) || externalIn.has(subgraph) || takenFrom === subgraph,
  );
  const inKeys = keyFields(home.keys);
  const implemented = federation.abstracts
    .filter(({ kind, members }) => kind === "interface" && members.get(subgraph)?.includes(entity.name))
    .map(({ name }) => name);
  const { entityInterface: whole } = federation;
  if (whole?.home === subgraph && whole.members.includes(entity.name)) implemented.push("J");
  const body = `{ ${inKeys} ${fieldsIn(fields, subgraph)} }`;
  const place = /place:/.test(inKeys) ? [`type ${entity.name}Place @shareable { code: ID! }`] : [];
  return [`type ${entity.name} ${implementing(implemented)} ${keys.join(" ")} ${body}`, ...place];
}

const implementing = (names: readonly string[]) =>
  names.length > 0 ? `implements ${names.join(" & ")}` : "";

function keyFields(keys: readonly Key[]): string {
  const fields = new Map(keys.flatMap((key) => [...key.fields]));
  return [...fields].map(([name, type]) => `${name}: ${type}`).join(" ");
}

function fieldsIn(fields: readonly Field[], subgraph: string): string {
  return fields.map((field) => fieldIn(field, subgraph)).join(" ");
}

function fieldIn(field: Field, subgraph: string): string {
  const { name, args = "", type, owners, stricter, takenFrom, requires, provides } = field;
  const isOwner = owners.includes(subgraph);
  const directives = [
    !isOwner && takenFrom !== subgraph ? "@external" : "",
    isOwner && (owners.length > 1 || field.isProvided) ? "@shareable" : "",
    isOwner && takenFrom ? `@override(from: "${takenFrom}")` : "",
    isOwner && requires ? `@requires(fields: "${requires}")` : "",
    isOwner && provides ? `@provides(fields: "${provides}")` : "",
    isOwner && field.isInaccessible ? "@inaccessible" : "",
  ];
  const promised = stricter?.includes(subgraph) ? `${type}!` : type;
  return [`${name}${args}: ${promised}`, ...directives].filter(Boolean).join(" ");
}

function typeIn({ entities }: Federation, entity: string, field: string): string {
  const { fields, keys } = entities.find(({ name }) => name === entity)!;
  const key = keys.flatMap((each) => [...each.fields]).find(([name]) => name === field);
  const known = fields.find(({ name }) => name === field);
  return key ? key[1] : `${known!.type}`;
}

function fieldTypes(federation: Federation, abstract: Abstract, subgraph: string): string[] {
  const [member] = abstract.members.get(subgraph)!;
  const { entities } = federation;
  return interfaceFields(federation, abstract, subgraph).map((name) => {
    const args = entities
      .find((each) => each.name === member)!
      .fields.find((each) => each.name === name)?.args;
    return `${name}${args ?? ""}: ${typeIn(federation, member!, name)}`;
  });
}

function abstractSdl(
  { name, kind }: Abstract,
  members: readonly string[],
  fields: readonly string[],
): string {
  return kind === "union"
    ? `union ${name} = ${members.join(" | ")}`
    : `interface ${name} { ${fields.join(" ")} }`;
}

/** What clients see: the same graph as one schema. */
export function mergedSdl(federation: Federation): string {
  const { query, mutation, entities, abstracts, entityInterface, subgraphs } = federation;
  const parts = [`type Query { ${visible(query)} }`];
  if (mutation.fields.length > 0) parts.push(`type Mutation { ${visible(mutation)} }`);
  for (const entity of entities) {
    const interfaces = abstracts
      .filter(
        ({ kind, members }) => kind === "interface" && [...members.values()].flat().includes(entity.name),
      )
      .map(({ name }) => name);
    const isMember = entityInterface?.members.includes(entity.name);
    if (isMember) interfaces.push("J");
    const added = isMember ? visible(entityInterface!.added) : "";
    parts.push(
      `type ${entity.name} ${implementing(interfaces)} { ${keyFields(entity.keys)} ${visible(entity)} ${added} }`,
    );
    if (isKeyField(entity, "place")) parts.push(`type ${entity.name}Place { code: ID! }`);
  }
  for (const abstract of abstracts) {
    const members = [...new Set([...abstract.members.values()].flat())];
    const types = [...abstract.members.keys()].flatMap((subgraph) =>
      fieldTypes(federation, abstract, subgraph),
    );
    parts.push(abstractSdl(abstract, members, [...new Set(types)]));
  }
  if (entityInterface) {
    const fields = entityInterface.fields.map(
      (name) => `${name}: ${typeIn(federation, entityInterface.members[0]!, name)}`,
    );
    parts.push(`interface J { id: ID! ${fields.join(" ")} ${visible(entityInterface.added)} }`);
  }
  return withNamedTypes(federation, parts.join("\n"), subgraphs);
}

function visible({ fields }: Holder): string {
  return fields
    .filter(({ isInaccessible }) => !isInaccessible)
    .map(({ name, args = "", type }) => `${name}${args}: ${type}`)
    .join(" ");
}

/** The values of an enum that a subgraph answers with, or takes. */
export const colorsOf = (subgraph: string) => ["RED", "GREEN", `${subgraph.toUpperCase()}_ONLY`];

/**
 * Adds the value types, enums and inputs that a schema names. Enums that are answered with merge to all of their
 * values; those that are taken, and inputs, to what all of their subgraphs know.
 */
function withNamedTypes(federation: Federation, sdl: string, subgraphs: readonly string[]): string {
  const isMerged = subgraphs.length === federation.subgraphs.length;
  const names = new Set(named(sdl.replace(/[^\w]/g, " ")).split(/\s+/));
  const parts = [sdl];
  if (names.has("V1")) parts.push(valueType(federation.values[1]!, isMerged));
  if (names.has("V0") || names.has("V1")) parts.push(valueType(federation.values[0]!, isMerged));
  const knowing = (pattern: RegExp) =>
    isMerged ? federation.subgraphs.filter((each) => pattern.test(subgraphSdl(federation, each))) : subgraphs;
  if (names.has("Color")) {
    const colors = new Set(knowing(/enum Color/).flatMap(colorsOf));
    parts.push(`enum Color { ${[...colors].join(" ")} }`);
  }
  if (names.has("Mode")) {
    const taking = knowing(/enum Mode/);
    const own = taking.length === 1 ? `${taking[0]!.toUpperCase()}_MODE` : "";
    const extra = taking.length === 1 ? `only_${taking[0]}: Int` : "";
    parts.push(
      `enum Mode { ON OFF ${own} }`,
      `input Filter { n: Int modes: [Mode!] below: Filter ${extra} }`,
    );
  }
  return parts.join("\n");
}

function valueType({ name, fields }: Holder, isMerged: boolean): string {
  const body = fields.map((each) => `${each.name}: ${each.type}`).join(" ");
  return `type ${name} ${isMerged ? "" : "@shareable"} { ${body} }`;
}
