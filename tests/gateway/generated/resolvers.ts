import type { SelectionSetNode } from "graphql";
import { Kind, parse } from "graphql";
import type { Federation, Field } from "./model.ts";
import type { Thing, World } from "./world.ts";
import { deep, idFrom, selectionOf } from "./world.ts";

/** An object in a subgraph: it may have come with what a requirement asked for, or may provide more than is its own. */
interface Known extends Thing {
  readonly told?: Readonly<Record<string, unknown>>;
  readonly provided?: string;
}

type Resolvers = Record<string, Record<string, unknown>>;

/** Parts of Federation that subgraphs are asked for. */
export type Feature =
  | "single key"
  | "key of several fields"
  | "key inside a field"
  | "entity interface"
  | "interface object"
  | "argument"
  | "shared field"
  | "@requires"
  | "@provides"
  | "@override";

/** Is told of each part of Federation that an operation really depends on. */
export type Meet = (feature: Feature) => void;

const typeOf = ({ __typename }: Thing) => __typename;

/** The resolvers of one subgraph over the same data. They fail where the subgraph is asked for what it cannot know. */
export function subgraphResolvers(
  federation: Federation,
  world: World,
  subgraph: string,
  meet: Meet,
): Resolvers {
  const resolvers: Resolvers = {};
  const add = (type: string, fields: readonly Field[]) => {
    resolvers[type] ??= {};
    for (const field of fields) resolvers[type]![field.name] = resolver(world, type, field, subgraph, meet);
  };
  const { query, mutation, entities, values, abstracts, entityInterface } = federation;
  add(
    "Query",
    query.fields.filter(({ owners }) => owners.includes(subgraph)),
  );
  add(
    "Mutation",
    mutation.fields.filter(({ owners }) => owners.includes(subgraph)),
  );
  for (const { name, fields } of values) add(name, fields);
  for (const entity of entities) {
    const home = entity.homes.get(subgraph);
    if (!home) continue;
    resolvers[entity.name] = home.isStub ? {} : { __resolveReference: reference(entity.name, meet) };
    const keys = home.keys.flatMap(({ fields }) => fields.map(([name, type]) => ({ name, type })));
    add(
      entity.name,
      keys.map(({ name, type }) => ({ name, type, owners: [subgraph], externalIn: new Set() })),
    );
    const known = entity.fields.filter(
      ({ owners, externalIn, takenFrom }) =>
        owners.includes(subgraph) || externalIn.has(subgraph) || takenFrom === subgraph,
    );
    add(entity.name, known);
    if (keys.some(({ name }) => name === "place")) {
      resolvers[`${entity.name}Place`] = { code: (place: Thing) => world.value(place, "code") };
    }
  }
  for (const { name, members } of abstracts)
    if (members.has(subgraph)) resolvers[name] = { __resolveType: typeOf };
  if (entityInterface?.home === subgraph) {
    resolvers["J"] = {
      __resolveType: typeOf,
      __resolveReference: memberReference(entityInterface.members, () => meet("entity interface")),
    };
  }
  if (entityInterface?.objects.includes(subgraph)) {
    resolvers["J"] = {
      __resolveReference: memberReference(entityInterface.members, () => meet("interface object")),
      id: ({ id }: Thing) => id,
    };
    add(
      "J",
      entityInterface.added.fields.filter(({ owners }) => owners.includes(subgraph)),
    );
    for (const name of new Set(entityInterface.added.fields.flatMap(({ requires }) => requires ?? []))) {
      resolvers["J"]![name] ??= unknown(name);
    }
  }
  return resolvers;
}

const reference = (entity: string, meet: Meet) => (told: Record<string, unknown>) => {
  if ("place" in told) meet("key inside a field");
  else meet("region" in told ? "key of several fields" : "single key");
  return { __typename: entity, id: idFrom(entity, told), told };
};

const memberReference = (members: readonly string[], meet: () => void) => (told: Record<string, unknown>) => {
  meet();
  const [member] = String(told["id"]).split("-");
  return { __typename: members.find((name) => name === member), id: told["id"], told };
};

const unknown = (name: string) => () => {
  throw new Error(`${name} was asked of a subgraph that cannot know it`);
};

function resolver(world: World, type: string, field: Field, subgraph: string, meet: Meet) {
  const { name, args: declared, owners, takenFrom, requires, provides } = field;
  const selection = requires ? selectionOf(requires) : null;
  return (parent: Known | undefined, args: object) => {
    const thing = parent ?? { __typename: type, id: "" };
    const isKnown = owners.includes(subgraph) || parent?.provided === name;
    if (!isKnown) return unknown(name)();
    if (!owners.includes(subgraph)) meet("@provides");
    else if (owners.length > 1 && !/^V\d$/.test(thing.__typename)) meet("shared field");
    if (takenFrom) meet("@override");
    if (declared) meet("argument");
    if (selection) {
      if (!parent?.told) throw new Error(`${name} was asked without what it requires`);
      meet("@requires");
      return world.derived(field, toldOf(parent.told, selection));
    }
    const value = world.value(thing, name, args);
    const [provided] = provides?.split(" ") ?? [];
    return provided ? deep(value, (item) => ({ ...item, provided })) : value;
  };
}

/** As much of what a subgraph has been told as one requirement asks for. */
function toldOf(
  told: Readonly<Record<string, unknown>>,
  { selections }: SelectionSetNode,
  isPartial = false,
): unknown {
  const picked: Record<string, unknown> = {};
  for (const each of selections) {
    if (each.kind === Kind.FIELD) {
      const name = each.name.value;
      const value = told[name];
      if (value === undefined && isPartial) continue;
      if (value === undefined) throw new Error(`${name} is required, and was not told`);
      picked[name] = each.selectionSet
        ? deep(value, (item) => toldOf(item as never, each.selectionSet!))
        : value;
    } else if (each.kind === Kind.INLINE_FRAGMENT) {
      Object.assign(picked, toldOf(told, each.selectionSet, true));
    }
  }
  return picked;
}

/** Only types that a schema defines may have resolvers. */
export function resolversFor(sdl: string, resolvers: Resolvers): Resolvers {
  const defined = new Set(
    parse(sdl).definitions.flatMap((each) => ("name" in each && each.name ? [each.name.value] : [])),
  );
  return Object.fromEntries(Object.entries(resolvers).filter(([name]) => defined.has(name)));
}
