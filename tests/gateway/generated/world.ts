import type { FieldNode, SelectionSetNode } from "graphql";
import { Kind, parse, valueFromASTUntyped } from "graphql";
import type { Entity, Federation, Field, Holder } from "./model.ts";
import { named } from "./model.ts";
import { colorsOf } from "./sdl.ts";

/** What a federation's data depends on. */
export interface Seed {
  readonly number: number;
  /** Rows of each entity. */
  readonly rows: number;
  /** Of so many values that may fail one does, or is null where none may be; 0 for never. */
  readonly failures: number;
}

/** An object of the data; its fields are functions of it. */
export interface Thing {
  readonly __typename: string;
  readonly id: string;
}

/** The data of a federation: every field's value is a function of its object and its arguments. */
export class World {
  private readonly federation: Federation;
  private readonly seed: Seed;
  private readonly holders: ReadonlyMap<string, Holder>;
  /** How many changes there have been; whoever runs an operation sets it back first. */
  changes = 0;

  constructor(federation: Federation, seed: Seed) {
    this.federation = federation;
    this.seed = seed;
    const { query, mutation, entities, values, entityInterface } = federation;
    const holders: Holder[] = [query, mutation, ...entities, ...values];
    if (entityInterface) holders.push(entityInterface.added);
    this.holders = new Map(holders.map((holder) => [holder.name, holder]));
  }

  /** The value of a field; throws where it fails. */
  value(thing: Thing, name: string, args: object = {}): unknown {
    const entity = this.entity(thing.__typename);
    const key = entity && keyValue(entity, thing, name);
    if (key !== undefined) return key;
    if (thing.__typename.endsWith("Place")) return placeCode(thing.id);
    if (thing.__typename === "Mutation") this.changes++;
    if (name === "seen") return this.changes;
    const field = this.field(thing.__typename, name);
    if (field.requires) return this.derived(field, this.selected(thing, selectionOf(field.requires)));
    const place = `${thing.id} ${name}`;
    return this.valueOf(field.type, place, field, args);
  }

  /** The value of a field that is made of required ones. */
  derived({ name, type }: Field, required: unknown): unknown {
    const text = JSON.stringify(required);
    return named(type) === "String" ? `${name} of ${text}` : text.length;
  }

  private valueOf(
    type: string,
    place: string,
    field: Field,
    args: object,
    mayBeNull = !field.stricter,
  ): unknown {
    const { failures } = this.seed;
    const isFailing = !field.isSafe && failures > 0 && this.hash(place, type, "fails") % failures === 0;
    if (type.endsWith("!")) {
      return isFailing ? null : this.valueOf(type.slice(0, -1), place, field, args, false);
    }
    if (mayBeNull && isFailing) throw new Error(`${field.name} fails`);
    if (mayBeNull && this.hash(place, "null") % 6 === 1) return null;
    if (!type.startsWith("[")) return this.leaf(type, place, field, args);
    const length = this.hash(place, "length") % 3;
    return Array.from({ length }, (_, index) =>
      this.item(type.slice(1, -1), `${place} ${index}`, field, args),
    );
  }

  /** An item of a list is null rather than an error of its own. */
  private item(type: string, place: string, field: Field, args: object): unknown {
    try {
      return this.valueOf(type, place, field, args);
    } catch {
      return null;
    }
  }

  private leaf(type: string, place: string, field: Field, args: object): unknown {
    const number = this.hash(place, "value");
    switch (type) {
      case "String":
        return `${place}${field.args ? JSON.stringify(sorted(args)) : ""}`;
      case "Int":
        return number % 100;
      case "Float":
        return (number % 100) / 4;
      case "Boolean":
        return number % 2 === 0;
      case "Color": {
        const colors = colorsOf(field.owners[0]!);
        return colors[number % (field.owners.length > 1 ? 2 : 3)];
      }
    }
    if (type === "V0" || type === "V1") return { __typename: type, id: place };
    const names = this.membersOf(type, field.owners[0]!);
    const rows = names.flatMap((name) => this.rows(name));
    return rows.length > 0 ? rows[number % rows.length] : null;
  }

  /** The entities that a type stands for in a subgraph. */
  private membersOf(type: string, subgraph: string): readonly string[] {
    const { abstracts, entityInterface } = this.federation;
    if (entityInterface?.name === type) return entityInterface.members;
    return abstracts.find(({ name }) => name === type)?.members.get(subgraph) ?? [type];
  }

  private rows(entity: string): Thing[] {
    return Array.from({ length: this.seed.rows }, (_, index) => ({
      __typename: entity,
      id: `${entity}-${index}`,
    }));
  }

  /** What a selection of a subgraph's requirements selects. */
  selected(thing: Thing, selection: SelectionSetNode): unknown {
    const picked: Record<string, unknown> = {};
    for (const each of selection.selections) {
      if (each.kind === Kind.FIELD) {
        const value = this.value(thing, each.name.value, argumentsOf(each));
        picked[each.name.value] = each.selectionSet
          ? deep(value, (item) => this.selected(item, each.selectionSet!))
          : value;
      } else if (each.kind === Kind.INLINE_FRAGMENT && each.typeCondition?.name.value === thing.__typename) {
        Object.assign(picked, this.selected(thing, each.selectionSet));
      }
    }
    return picked;
  }

  entity(name: string): Entity | undefined {
    return this.federation.entities.find((each) => each.name === name);
  }

  field(holder: string, name: string): Field {
    const { entityInterface } = this.federation;
    const find = (of: string | undefined) =>
      this.holders.get(of ?? "")?.fields.find((each) => each.name === name);
    const isMember = entityInterface?.members.includes(holder);
    return (find(holder) ?? (isMember ? find("J") : undefined))!;
  }

  private hash(...parts: readonly string[]): number {
    let hash = 2166136261 ^ this.seed.number;
    for (const character of parts.join("/")) hash = Math.imul(hash ^ character.charCodeAt(0), 16777619);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    return (hash ^ (hash >>> 13)) >>> 0;
  }
}

function keyValue(entity: Entity, { id }: Thing, name: string): unknown {
  if (!entity.keys.some(({ fields }) => fields.some(([field]) => field === name))) return undefined;
  const values: Record<string, unknown> = {
    id,
    code: `code ${id}`,
    region: "somewhere",
    number: Number(id.split("-")[1]),
    place: { __typename: `${entity.name}Place`, id },
  };
  return values[name];
}

const placeCode = (id: string) => `place ${id}`;

/** The row that a representation speaks of, by whichever key. */
export function idFrom(entity: string, key: Readonly<Record<string, any>>): string {
  if (key["id"] !== undefined) return String(key["id"]);
  if (key["code"] !== undefined) return String(key["code"]).replace("code ", "");
  if (key["number"] !== undefined && key["region"] === "somewhere") return `${entity}-${key["number"]}`;
  return String(key["place"].code).replace("place ", "");
}

export function selectionOf(text: string): SelectionSetNode {
  const [operation] = parse(`{ ${text} }`).definitions;
  return (operation as { selectionSet: SelectionSetNode }).selectionSet;
}

function argumentsOf({ arguments: given = [] }: FieldNode): object {
  return Object.fromEntries(given.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
}

/** Does something to each object inside lists. */
export function deep<T>(value: unknown, each: (item: T & Thing) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => deep(item, each));
  return value === null || typeof value !== "object" ? (value ?? null) : each(value as T & Thing);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
