import type { Choices } from "./choices.ts";
import type { Abstract, Entity, EntityInterface, Federation, Field, Holder } from "./model.ts";
import { interfaceFields, isKeyField, keysOf, named } from "./model.ts";

/** Fields by their names: a name has one type everywhere, so that whoever selects it can do so on several types. */
const SCALARS: readonly (readonly [name: string, type: string, args?: string])[] = [
  ["s0", "String"],
  ["s1", "String!"],
  ["n0", "Int"],
  ["n1", "Int!"],
  ["b0", "Boolean"],
  ["d0", "Float"],
  ["l0", "[String]"],
  ["l1", "[String!]!"],
  ["c0", "Color"],
  ["c1", "[Color!]"],
  ["a0", "String", "(x: Int, mode: Mode, filter: Filter)"],
  ["a1", "String!", "(x: Int = 5, mode: Mode = ON)"],
];
const VALUES = ["v0: V0", "v1: [V0!]!", "w0: V1", "w1: [V1]"].map(
  (each) => each.split(": ") as [string, string],
);
/** Types that any subgraph can provide; an enum's values are its own subgraph's. */
const PROVIDED = ["String", "String!", "Int", "Int!", "Boolean", "Float", "[String]", "[String!]!", "V0"];
const SHAPES = ["T", "T!", "[T]", "[T!]", "[T!]!"];

const field = (name: string, type: string, owners: readonly string[], more: Partial<Field> = {}): Field => ({
  name,
  type,
  owners,
  externalIn: new Set(),
  ...more,
});

/** A required field with arguments; always the same: the planner mixes up requirements that differ by them alone. */
const withArguments = ({ name }: Field) => `${name}(x: 1, mode: OFF)`;

/** Makes a federation that composes, if nothing unforeseen stands against it. */
export function generateFederation(choices: Choices): Federation {
  const subgraphs = ["a", "b", "c", "d"].slice(0, 2 + choices.below(3));
  const builder = new Builder(choices, subgraphs);
  builder.addEntities();
  builder.addTwins();
  builder.addEntityInterface();
  builder.addAbstracts();
  builder.addReferences();
  builder.addRequirements();
  builder.addProvisions();
  builder.addRoots();
  builder.addChanges();
  return builder.federation;
}

class Builder {
  private readonly choices: Choices;
  private readonly subgraphs: readonly string[];
  readonly federation: Federation & { entityInterface?: EntityInterface };

  constructor(choices: Choices, subgraphs: readonly string[]) {
    this.choices = choices;
    this.subgraphs = subgraphs;
    const all = { owners: subgraphs };
    const values = [
      { name: "V0", fields: [field("x", "String", all.owners), field("y", "Int!", all.owners)] },
      { name: "V1", fields: [field("z", "Boolean", all.owners), field("v0", "V0", all.owners)] },
    ];
    this.federation = {
      subgraphs,
      query: { name: "Query", fields: [] },
      mutation: { name: "Mutation", fields: [] },
      entities: [],
      values,
      abstracts: [],
    };
  }

  /** Entities whose first home knows all their keys, so that there is a way from each home to each other one. */
  addEntities(): void {
    const count = 1 + this.choices.below(3);
    for (let index = 0; index < count; index++) this.addEntity(`E${index}`, new Set());
  }

  private addEntity(name: string, strangers: ReadonlySet<string>, first?: string): Entity {
    const { choices } = this;
    const all = keysOf(name);
    const isPlain = choices.isOneOf(5);
    const keys = isPlain ? [all[0]!] : [all[0]!, ...choices.some(all.slice(1), 1)];
    const possible = this.subgraphs.filter((subgraph) => !strangers.has(subgraph));
    const owner = first ?? choices.pick(possible);
    const entity: Entity = { name, keys, isPlain, homes: new Map(), fields: [], strangers };
    entity.homes.set(owner, { keys, isStub: false });
    for (const other of choices.some(possible.filter((each) => each !== owner))) {
      entity.homes.set(other, { keys: choices.some(keys, 1), isStub: false });
    }
    (this.federation.entities as Entity[]).push(entity);
    this.addFields(entity);
    return entity;
  }

  private homesOf({ homes }: Entity): string[] {
    return [...homes].filter(([, { isStub }]) => !isStub).map(([subgraph]) => subgraph);
  }

  private addFields(entity: Entity): void {
    const { choices } = this;
    const homes = this.homesOf(entity);
    const kinds = [...SCALARS, ...VALUES.map(([name, type]) => [name, type, undefined] as const)];
    const count = 1 + choices.below(6);
    for (let index = 0; index < count; index++) {
      const [name, type, args] = choices.pick(kinds);
      if (entity.fields.some((each) => each.name === name)) continue;
      const owners = choices.isOneOf(2) ? choices.some(homes, 1) : [choices.pick(homes)];
      const others = homes.filter((each) => !owners.includes(each));
      const isMoved = owners.length === 1 && others.length > 0 && choices.isOneOf(2);
      const isStrict = owners.length > 1 && !type.endsWith("!") && choices.isOneOf(3);
      entity.fields.push(
        field(name, type, owners, {
          ...(args ? { args } : {}),
          ...(isMoved ? { takenFrom: choices.pick(others) } : {}),
          ...(isStrict ? { stricter: owners.slice(1), isSafe: true } : {}),
          isInaccessible: choices.isOneOf(1),
        }),
      );
    }
  }

  addEntityInterface(): void {
    const { choices, subgraphs, federation } = this;
    if (!choices.isOneOf(4)) return;
    const [home, ...rest] = [...subgraphs].slice(choices.below(subgraphs.length)).concat(subgraphs);
    const others = [...new Set(rest)].filter((each) => each !== home);
    const objects = choices.some(others, 1);
    const members = ["M0", "M1"].slice(0, 1 + choices.below(2));
    const made = members.map((name) => this.addEntity(name, new Set(objects), home));
    const fields = made[0]!.fields
      .filter((each) => made.every((entity) => this.isSharedField(entity, each.name, home!)))
      .map(({ name }) => name);
    const added: Holder = { name: "J", fields: [] };
    for (const [name, type] of [
      ["j0", "String"],
      ["j1", "Int!"],
    ] as const) {
      // prettier-ignore
      if (added.fields.length > 0 && !choices.isOneOf(5)) continue;
      const owner = choices.pick(objects);
      const [known] = fields.filter((each) => named(this.typeOf(made[0]!, each)) === "String");
      const isRequiring = known && type === "String" && choices.isOneOf(5);
      added.fields.push(field(name, type, [owner], isRequiring ? { requires: known } : {}));
      if (isRequiring) {
        for (const entity of made) entity.fields.find((each) => each.name === known)!.isSafe = true;
      }
    }
    federation.entityInterface = { name: "J", home: home!, members, fields, added, objects };
  }

  private typeOf = ({ fields }: Entity, name: string) => fields.find((each) => each.name === name)!.type;

  private isSharedField({ fields }: Entity, name: string, home: string): boolean {
    return fields.some(
      (each) => each.name === name && each.owners.includes(home) && !each.isInaccessible && !each.args,
    );
  }

  addAbstracts(): void {
    const { choices, federation } = this;
    const count = choices.below(3);
    for (let index = 0; index < count; index++) {
      const kind = choices.pick(["union", "interface"] as const);
      const entities = choices.some(federation.entities, 1);
      const common = ["id", ...SCALARS.map(([name]) => name), ...VALUES.map(([name]) => name)].filter(
        (name) => entities.every((entity) => this.isVisible(entity, name)),
      );
      const fields = kind === "interface" ? ["id", ...choices.some(common.slice(1))] : [];
      const abstract: Abstract = {
        name: `${kind === "union" ? "U" : "I"}${index}`,
        kind,
        fields,
        members: new Map(),
      };
      for (const subgraph of this.subgraphs) {
        const here = entities.filter(({ homes }) => homes.has(subgraph)).map(({ name }) => name);
        const members = here.length > 0 ? choices.some(here, choices.isOneOf(5) ? 1 : here.length) : [];
        if (members.length > 0) abstract.members.set(subgraph, members);
      }
      for (const [subgraph] of [...abstract.members]) {
        const isEmpty = kind === "interface" && interfaceFields(federation, abstract, subgraph).length === 0;
        if (isEmpty) abstract.members.delete(subgraph);
      }
      if (abstract.members.size > 0) federation.abstracts.push(abstract);
    }
  }

  private isVisible(entity: Entity, name: string): boolean {
    if (isKeyField(entity, name)) return true;
    const known = entity.fields.find((each) => each.name === name);
    return known !== undefined && !known.isInaccessible;
  }

  /** Fields that lead to other entities, and to interfaces and unions. */
  addReferences(): void {
    const { choices, federation } = this;
    const shapes = new Map<string, string>();
    for (const entity of federation.entities) {
      const count = choices.below(4);
      for (let index = 0; index < count; index++) {
        const owner = choices.pick(this.homesOf(entity));
        const target = this.pickTarget(owner);
        const name = `to${target}`;
        if (entity.fields.some((each) => each.name === name)) continue;
        if (!shapes.has(name)) shapes.set(name, choices.pick(SHAPES).replace("T", target));
        entity.fields.push(field(name, shapes.get(name)!, [owner]));
      }
    }
  }

  /** Something that a subgraph can lead to; an entity that it doesn't know yet becomes known to it as a stub. */
  private pickTarget(subgraph: string): string {
    const { choices, federation } = this;
    const { entityInterface } = federation;
    const abstracts = federation.abstracts
      .filter(({ members }) => members.has(subgraph))
      .map(({ name }) => name);
    const isJ = entityInterface && [entityInterface.home, ...entityInterface.objects].includes(subgraph);
    const entities = federation.entities.filter(({ strangers }) => !strangers.has(subgraph));
    const target = choices.pick([
      ...entities.map(({ name }) => name),
      ...abstracts,
      ...(isJ ? ["J", "J"] : []),
    ]);
    const entity = entities.find(({ name }) => name === target);
    if (entity) this.makeKnown(entity, subgraph);
    return target;
  }

  private makeKnown(entity: Entity, subgraph: string): void {
    if (!entity.homes.has(subgraph)) {
      entity.homes.set(subgraph, { keys: [this.choices.pick(entity.keys)], isStub: true });
    }
  }

  /** A union of two entities that both lead to one entity: what a client says of each of them meets there. */
  addTwins(): void {
    const { choices, federation } = this;
    if (!choices.isOneOf(4)) return;
    const subgraph = choices.pick(this.subgraphs);
    const target = choices.pick(federation.entities);
    const members = [3, 4].map((index) => this.addEntity(`E${index}`, new Set(), subgraph));
    this.makeKnown(target, subgraph);
    const homes = this.homesOf(target);
    const home = choices.pick(homes.length > 1 ? homes.filter((each) => each !== subgraph) : homes);
    for (const text of ["t0", "t1"]) target.fields.push(field(text, "String", [home]));
    const name = "Twins";
    federation.abstracts.push({
      name,
      kind: "union",
      fields: [],
      members: new Map([[subgraph, members.map((each) => each.name)]]),
    });
    for (const member of members) member.fields.push(field("twin", target.name, [subgraph]));
    federation.query.fields.push(field("twins", `[${name}!]`, [subgraph]));
  }

  addRequirements(): void {
    const { choices, federation } = this;
    let number = 0;
    for (const entity of federation.entities) {
      // The planner aborts the process over what is required of an entity with several keys.
      const count = entity.isPlain ? choices.below(3) : 0;
      for (let index = 0; index < count; index++) {
        const owner = choices.pick(this.homesOf(entity));
        const foreign = entity.fields.filter(
          ({ owners, takenFrom }) => !owners.includes(owner) && takenFrom !== owner,
        );
        const parts = choices.some(foreign, foreign.length > 0 ? 1 : 0).slice(0, 2);
        const selections = parts.flatMap((part) => this.requirementOf(part, owner) ?? []);
        if (selections.length === 0) continue;
        entity.fields.push(
          field(`q${number++}`, choices.pick(["String", "String!"]), [owner], {
            requires: selections.join(" "),
          }),
        );
      }
    }
  }

  /** What a subgraph has to be told of another one's field; null where that would be nothing. */
  private requirementOf(part: Field, owner: string): string | null {
    const { federation } = this;
    const target = named(part.type);
    const take = (selection: string) => {
      part.externalIn.add(owner);
      part.isSafe = true;
      return selection;
    };
    if (part.args) return take(withArguments(part));
    if (/^V\d$/.test(target))
      for (const { fields } of federation.values) for (const each of fields) each.isSafe = true;
    if (target === "V0") return take(`${part.name} { x }`);
    if (target === "V1") return take(`${part.name} { z v0 { y } }`);
    const entity = federation.entities.find(({ name }) => name === target);
    if (entity) {
      const inner = this.knownFrom(entity, owner);
      return inner && take(`${part.name} { ${inner} }`);
    }
    const union = federation.abstracts.find(({ name, kind }) => name === target && kind === "union");
    if (union) {
      const [member] = union.members.get(part.owners[0]!)!;
      const inner = this.knownFrom(
        federation.entities.find(({ name }) => name === member)!,
        owner,
      );
      if (!inner) return null;
      const members = union.members.get(owner) ?? [];
      if (!members.includes(member!)) union.members.set(owner, [...members, member!]);
      return take(`${part.name} { ... on ${member} { ${inner} } }`);
    }
    const isKnown = !["J", ...federation.abstracts.map(({ name }) => name)].includes(target);
    return isKnown ? take(part.name) : null;
  }

  /** A field of an entity without selections, for a subgraph that knows it of itself or from others. */
  private knownFrom(entity: Entity, subgraph: string): string | null {
    if (entity.strangers.has(subgraph)) return null;
    const possible = entity.fields.filter(
      ({ type, takenFrom, requires, owners }) =>
        !takenFrom &&
        !(requires && owners.includes(subgraph)) &&
        ["String", "Int"].includes(named(type)) &&
        !/\[/.test(type),
    );
    if (possible.length === 0) return null;
    const found = this.choices.pick(possible);
    this.makeKnown(entity, subgraph);
    if (!found.owners.includes(subgraph)) found.externalIn.add(subgraph);
    found.isSafe = true;
    return found.args ? withArguments(found) : found.name;
  }

  /** Lets fields provide what their own subgraph does not have otherwise. */
  addProvisions(): void {
    const { choices, federation } = this;
    for (const entity of federation.entities) {
      for (const each of entity.fields) this.provide(each, choices);
    }
  }

  private provide(each: Field, choices: Choices): void {
    const target = this.federation.entities.find(({ name }) => name === named(each.type));
    if (!target || each.requires || each.externalIn.size > 0 || !choices.isOneOf(6)) return;
    // The planner takes what one of two types that exclude each other provides for what the other does, too.
    if (each.name === "twin") return;
    const [owner] = each.owners;
    const possible = target.fields.filter(
      ({ owners, args, takenFrom, type, requires }) =>
        !owners.includes(owner!) && !args && !takenFrom && !requires && PROVIDED.includes(type),
    );
    const found = possible[choices.below(possible.length || 1)];
    if (!found) return;
    found.externalIn.add(owner!);
    found.isProvided = true;
    each.provides = found.type === "V0" ? `${found.name} { __typename x y }` : found.name;
  }

  /** Mutation fields, and fields of entities by which it shows in which order changes and reads have come. */
  addChanges(): void {
    const { choices, federation } = this;
    if (!choices.isOneOf(4)) return;
    for (const entity of federation.entities) {
      const owner = choices.pick(this.homesOf(entity));
      entity.fields.push(field("seen", "Int!", [owner], { isSafe: true }));
    }
    for (const subgraph of this.subgraphs) {
      for (const number of [0, 1]) {
        const target = choices.pick(federation.entities.filter(({ strangers }) => !strangers.has(subgraph)));
        this.makeKnown(target, subgraph);
        const change = field(`${subgraph}Change${number}`, target.name, [subgraph], { args: "(x: Int)" });
        federation.mutation.fields.push(change);
      }
    }
  }

  addRoots(): void {
    const { choices, federation } = this;
    for (const subgraph of this.subgraphs) {
      const count = 1 + choices.below(3);
      for (let index = 0; index < count; index++) {
        const target = this.pickTarget(subgraph);
        const type = choices.pick(SHAPES).replace("T", target);
        const root = field(`${subgraph}${index}`, type, [subgraph]);
        federation.query.fields.push(root);
        this.provide(root, choices);
      }
    }
    const shared = federation.entities.find((entity) => this.homesOf(entity).length > 1);
    if (shared && choices.isOneOf(4)) {
      federation.query.fields.push(field("shared", `[${shared.name}!]`, this.homesOf(shared)));
    }
  }
}
